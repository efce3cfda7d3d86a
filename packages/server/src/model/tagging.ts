import type { WireError } from '@sallyport/protocol'
import type { Session, WriteSession } from '../store/session.js'
import { statement } from '../store/statement.js'
import {
  existingIds,
  type ListedTag,
  listGrouped,
  listTags,
  type TagCondition,
  type TagMark,
  textsOfTags,
} from '../store/tagged-resources.js'
import type { Scope } from './context.js'
import type { ResourceKind } from './taggable.js'
import { putTags, type Tag, type TaggedType, tagsOf } from './tags.js'

export interface Resources {
  readonly type: TaggedType
  readonly ids: readonly string[]
}

/** The resources of a call: their type and their ids, each once. Throws `missing` unless all of them exist. */
export async function requireResources(
  session: Session,
  scope: Scope,
  kind: ResourceKind,
  ids: readonly string[],
  missing: () => WireError,
): Promise<Resources> {
  const wanted = [...new Set(ids)]
  if (!kind.as) throw missing()
  const found = await existingIds(session, scope, kind.as, wanted)
  if (found.size < wanted.length) throw missing()
  return { type: kind.as, ids: wanted }
}

/** Puts tags on resources; a key that is there gets the new value. Throws `tooMany` beyond `limit` tags on one. */
export async function tagAll(
  session: WriteSession,
  accountId: string,
  { type, ids }: Resources,
  tags: readonly Tag[],
  { limit, tooMany }: { readonly limit: number; readonly tooMany: () => WireError },
): Promise<void> {
  const present = await tagsOf(session, type, ids)
  for (const id of ids) {
    const keys = new Set([...(present.get(id) ?? []), ...tags].map(({ key }) => key))
    if (keys.size > limit) throw tooMany()
    await putTags(session, accountId, type, id, tags)
  }
}

const deleteTag = statement<{ type: string; id: string; key: string }>()((db, p) =>
  db
    .deleteFrom('tags')
    .where('resource_type', '=', p.type)
    .where('resource_id', '=', p.id)
    .where('key', '=', p.key),
)

/** Takes tags off resources: those of the keys, or all; with a value, only where it is the tag's. */
export async function untagAll(
  session: WriteSession,
  { type, ids }: Resources,
  goes: (tag: Tag) => boolean,
): Promise<void> {
  const present = await tagsOf(session, type, ids)
  for (const [id, tags] of present) {
    for (const { key } of tags.filter(goes)) await session.run(deleteTag, { type, id, key })
  }
}

/** A tag filter with `*` at either end of a text: a key alone, or a whole key with values. */
export interface FuzzyFilter {
  readonly key: string
  readonly values: readonly string[]
}

const matches = (text: string, pattern: string): boolean => {
  const open = { start: pattern.startsWith('*'), end: pattern.length > 1 && pattern.endsWith('*') }
  const core = pattern.slice(open.start ? 1 : 0, open.end ? -1 : undefined)
  if (open.start && open.end) return text.includes(core)
  if (open.start) return text.endsWith(core)
  return open.end ? text.startsWith(core) : text === core
}

/** The exact condition that a filter means, given the tags that there are. */
export async function conditionOf(
  session: Session,
  accountId: string,
  type: TaggedType,
  { key, values }: FuzzyFilter,
): Promise<TagCondition> {
  if (values.length === 0) {
    const keys = await textsOfTags(session, accountId, type, undefined)
    return { keys: keys.filter((one) => matches(one, key)), values: undefined }
  }
  const present = await textsOfTags(session, accountId, type, key)
  return { keys: [key], values: present.filter((text) => values.some((pattern) => matches(text, pattern))) }
}

/** The key under which lists of tags name the resource group. */
export const GROUP_KEY = 'acs:rm:rgId'

export interface TagPage {
  readonly rows: readonly ListedTag[]
  /** Empty at the end. */
  readonly token: string
}

/** A page of the tags of resources; resources of a type that does not exist here have none. */
export async function tagPage(
  session: Session,
  scope: Scope,
  filter: {
    readonly kind: ResourceKind
    readonly ids: readonly string[]
    readonly conditions: readonly TagCondition[]
    readonly groupId?: string | undefined
  },
  { size, after }: { readonly size: number; readonly after: TagMark | undefined },
): Promise<TagPage> {
  const { kind, ids, conditions, groupId } = filter
  if (!kind.as) return { rows: [], token: '' }
  const found =
    groupId === undefined
      ? await listTags(session, scope, { type: kind.as, ids, conditions }, { limit: size + 1, after })
      : await grouped(session, scope, { type: kind.as, ids, groupId }, { limit: size + 1, after: after?.[0] })
  const rows = found.slice(0, size)
  const last = rows.at(-1)
  return { rows, token: last && found.length > size ? tagToken([last.resource_id, last.key]) : '' }
}

async function grouped(
  session: Session,
  scope: Scope,
  filter: { readonly type: string; readonly ids: readonly string[]; readonly groupId: string },
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<ListedTag[]> {
  const rows = await listGrouped(session, scope, filter, page)
  return rows.map(({ resource_id }) => ({ resource_id, key: GROUP_KEY, value: filter.groupId }))
}

const tagToken = (mark: TagMark): string => Buffer.from(JSON.stringify(mark)).toString('base64url')

/** Reads a NextToken of a list of tags; throws `refuse` for anything else. */
export function readTagToken(token: string | undefined, refuse: () => WireError): TagMark | undefined {
  if (token === undefined) return undefined
  try {
    const mark: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    if (Array.isArray(mark) && mark.length === 2 && mark.every((text) => typeof text === 'string')) {
      return [String(mark[0]), String(mark[1])]
    }
  } catch {
    // Not ours.
  }
  throw refuse()
}
