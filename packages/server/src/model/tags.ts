import type { WireError } from '@sallyport/protocol'
import { ecsError } from '../errors/ecs.js'
import { dropMember } from '../store/resource-groups.js'
import { listed, statement } from '../store/statement.js'
import type { Session, WriteSession } from '../store/session.js'

export interface Tag {
  readonly key: string
  readonly value: string
}

/** What can have tags and be in a resource group. */
export type TaggedType =
  | 'eni'
  | 'instance'
  | 'networkpath'
  | 'networkreachableanalysis'
  | 'portrangelist'
  | 'prefixlist'
  | 'resourcegroup'
  | 'routetable'
  | 'securitygroup'
  | 'vpc'
  | 'vswitch'

/** Tag.N as parsed; old clients write the members in lower case. */
export interface TagInput {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
  readonly key?: string | undefined
  readonly value?: string | undefined
}

const webAddress = /https?:\/\//i
const reserved = /^(aliyun|acs:)/i

/** The errors of tags that a product has codes of its own for. */
export interface TagRefusals {
  readonly key: () => WireError
  readonly value: () => WireError
  readonly duplicate: () => WireError
  /** Whether values may not have a reserved prefix either. */
  readonly reservedValues?: true
}

const ecsRefusals: TagRefusals = {
  key: () => ecsError('InvalidTagKey.Malformed'),
  value: () => ecsError('InvalidTagValue.Malformed'),
  duplicate: () => ecsError('Duplicate.TagKey'),
}

/** Checks tags to put on a resource: keys of 1 to 128 characters without a reserved prefix, each once. */
export function parseTags(input: readonly TagInput[], refuse: TagRefusals = ecsRefusals): Tag[] {
  const tags = input.map((tag) => ({ key: tag.Key ?? tag.key ?? '', value: tag.Value ?? tag.value ?? '' }))
  for (const { key, value } of tags) {
    if (key === '' || key.length > 128 || reserved.test(key) || webAddress.test(key)) throw refuse.key()
    if (value.length > 128 || webAddress.test(value)) throw refuse.value()
    if (refuse.reservedValues && reserved.test(value)) throw refuse.value()
  }
  if (new Set(tags.map(({ key }) => key)).size < tags.length) throw refuse.duplicate()
  return tags
}

/** Tags as a filter: a value without a key means nothing and is left out. */
export function parseTagFilter(input: readonly TagInput[]): { key: string; value: string | undefined }[] {
  return input.flatMap((tag) => {
    const key = tag.Key ?? tag.key
    return key === undefined ? [] : [{ key, value: tag.Value ?? tag.value }]
  })
}

const upsertTag = statement<{ accountId: string; type: string; id: string; key: string; value: string }>()(
  (db, p) =>
    db
      .insertInto('tags')
      .values({
        account_id: p.accountId,
        resource_type: p.type,
        resource_id: p.id,
        key: p.key,
        value: p.value,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['resource_type', 'resource_id', 'key'])
          .doUpdateSet((set) => ({ value: set.ref('excluded.value') })),
      ),
)

const selectTags = statement<{ type: string; ids: string }>()((db, p) =>
  db
    .selectFrom('tags')
    .select(['resource_id', 'key', 'value'])
    .where('resource_type', '=', p.type)
    .where('resource_id', 'in', listed(p.ids))
    .orderBy('key'),
)

const deleteTags = statement<{ type: string; id: string }>()((db, p) =>
  db.deleteFrom('tags').where('resource_type', '=', p.type).where('resource_id', '=', p.id),
)

/** Puts tags on a resource; a key that is there gets the new value. */
export async function putTags(
  session: WriteSession,
  accountId: string,
  type: TaggedType,
  id: string,
  tags: readonly Tag[],
): Promise<void> {
  for (const { key, value } of tags) await session.run(upsertTag, { accountId, type, id, key, value })
}

/** Removes all tags of a resource that goes away, and takes it out of its resource group. */
export async function dropTags(session: WriteSession, type: TaggedType, id: string): Promise<void> {
  await session.run(deleteTags, { type, id })
  await dropMember(session, type, id)
}

/** Tags by resource id, keys in alphabetical order; resources without tags are absent. */
export async function tagsOf(
  session: Session,
  type: TaggedType,
  ids: readonly string[],
): Promise<Map<string, Tag[]>> {
  const byId = new Map<string, Tag[]>()
  if (ids.length === 0) return byId
  const rows = await session.all(selectTags, { type, ids: JSON.stringify(ids) })
  for (const { resource_id, key, value } of rows) {
    const tags = byId.get(resource_id)
    if (tags) tags.push({ key, value })
    else byId.set(resource_id, [{ key, value }])
  }
  return byId
}

/** The wrapped list of ECS answers; VPC answers name the members Key and Value. */
export const ecsTags = (tags: readonly Tag[] | undefined) => ({
  Tag: (tags ?? []).map(({ key, value }) => ({ TagKey: key, TagValue: value })),
})
