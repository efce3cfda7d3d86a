import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { Schema } from './schema.js'

/** A tag that a resource must have: the key, and the value unless any will do. */
export interface TagFilter {
  readonly key: string
  readonly value: string | undefined
}

/** Subquery for `id in (...)`: the resources of a type that have the tag. */
export function taggedIds(
  db: Kysely<Schema>,
  resourceType: string,
  { key, value }: TagFilter,
): SelectQueryBuilder<Schema, 'tags', { resource_id: string }> {
  const tagged = db
    .selectFrom('tags')
    .select('tags.resource_id')
    .where('tags.resource_type', '=', resourceType)
    .where('tags.key', '=', key)
  return value === undefined ? tagged : tagged.where('tags.value', '=', value)
}
