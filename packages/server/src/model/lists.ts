import { ecsError, type EcsErrorKey } from '../errors/ecs.js'
import {
  associationCounts,
  countListsOf,
  deleteList,
  entriesOf,
  findList,
  insertList,
  putEntry,
  removeEntry,
  updateList,
} from '../store/lists.js'
import type { ListRow } from '../store/schema.js'
import type { Session, WriteSession } from '../store/session.js'
import { type Quotas, type Scope, secondsText } from './context.js'
import { newId } from './ids.js'
import type { Entry } from './list-entries.js'
import { listChange, listRemoval } from './list-fact.js'
import { isDescription, isResourceName } from './names.js'
import { putInResourceGroup } from './resource-groups.js'
import { dropTags, putTags, type Tag } from './tags.js'

export type ListKind = ListRow['kind']

interface Codes {
  readonly missing: EcsErrorKey
  readonly name: EcsErrorKey
  readonly description: EcsErrorKey
  readonly tooMany: EcsErrorKey
  readonly fullWhenMade: EcsErrorKey
  readonly full: EcsErrorKey
  readonly associated: EcsErrorKey
}

const codes = {
  prefix: {
    missing: 'InvalidPrefixListId.NotFound',
    name: 'InvalidParameter.PrefixListName',
    description: 'InvalidDescription.Malformed#prefix-list',
    tooMany: 'LimitExceed.PrefixListPerRegion',
    fullWhenMade: 'LimitExceed.MaxEntries#prefix-list',
    full: 'LimitExceed.MaxEntries#prefix-list',
    associated: 'NotAllowed.AssociationExist',
  },
  port: {
    missing: 'InvalidPortRangeListId.NotFound',
    name: 'InvalidParameter.PortRangeListName',
    description: 'InvalidDescription.Malformed#port-list',
    tooMany: 'InvalidOperation.MaxCountExceed',
    fullWhenMade: 'InvalidOperation.EntryCountExceedMaxEntries',
    full: 'LimitExceed.MaxEntries#port-list',
    associated: 'InvalidPortRangeListId.AssociationExist',
  },
} as const satisfies Record<ListKind, Codes>

const ID_PREFIX = { prefix: 'pl', port: 'prl' } as const

/** What the tags and resource groups of a list are kept under. */
export const taggedAs = { prefix: 'prefixlist', port: 'portrangelist' } as const

const reservedName = /^com\.(aliyun|alibabacloud)/i

/** Checks the name and the description of a list to make or to change. */
export function checkListTexts(
  kind: ListKind,
  { name, description }: { readonly name: string | undefined; readonly description: string | undefined },
): void {
  if (name !== undefined && (!isResourceName(name) || reservedName.test(name)))
    throw ecsError(codes[kind].name)
  if (description !== undefined && !isDescription(description)) throw ecsError(codes[kind].description)
}

/** The list of an id; throws 404 InvalidPrefixListId.NotFound or 400 InvalidPortRangeListId.NotFound. */
export async function requireList(
  session: Session,
  scope: Scope,
  kind: ListKind,
  id: string,
): Promise<ListRow> {
  const list = await findList(session, scope, kind, id)
  if (!list) throw ecsError(codes[kind].missing)
  return list
}

export interface NewList extends Pick<ListRow, 'kind' | 'family' | 'name' | 'description' | 'max_entries'> {
  readonly entries: readonly Entry[]
  readonly tags: readonly Tag[]
  readonly resourceGroup: string | undefined
}

/** Makes a list of what was checked before, and tells the feed; returns its id. */
export async function createList(
  session: WriteSession,
  scope: Scope,
  wanted: NewList,
  quotas: Quotas,
  now: Date,
): Promise<string> {
  const { kind, entries } = wanted
  if (entries.length > wanted.max_entries) throw ecsError(codes[kind].fullWhenMade)
  const quota = kind === 'prefix' ? quotas.prefixListsPerRegion : quotas.portListsPerRegion
  if ((await countListsOf(session, scope, kind)) >= quota) throw ecsError(codes[kind].tooMany)
  const row: ListRow = {
    id: newId(ID_PREFIX[kind], scope.regionId),
    kind,
    account_id: scope.accountId,
    region_id: scope.regionId,
    name: wanted.name,
    description: wanted.description,
    family: wanted.family,
    max_entries: wanted.max_entries,
    created_at: secondsText(now),
    created_revision: session.takeRevision(),
  }
  await insertList(session, row)
  await addEntries(session, row, entries)
  await putTags(session, scope.accountId, taggedAs[kind], row.id, wanted.tags)
  await putInResourceGroup(session, taggedAs[kind], row.id, wanted.resourceGroup)
  session.record(
    listChange(
      row,
      entries.map(({ value }) => value),
    ),
  )
  return row.id
}

async function addEntries(session: WriteSession, { id }: ListRow, entries: readonly Entry[]): Promise<void> {
  for (const [position, { value, description }] of entries.entries()) {
    await putEntry(session, {
      ...{ list_id: id, value, description: description ?? '' },
      ...{ created_revision: session.nextRevision, position },
    })
  }
}

export interface ListChange {
  readonly name: string | undefined
  readonly description: string | undefined
  readonly add: readonly Entry[]
  readonly remove: readonly Entry[]
}

/**
 * Changes a list; what is undefined stays. An entry to add that is there already gets the description, if one is given;
 * one to remove that is not there is passed over. Data planes hear of it when the entries change.
 */
export async function changeList(session: WriteSession, row: ListRow, change: ListChange): Promise<void> {
  const { name = row.name, description = row.description } = change
  if (name !== row.name || description !== row.description)
    await updateList(session, { id: row.id, name, description })
  const before = new Set((await entriesOf(session, row.id)).map(({ value }) => value))
  const fresh = change.add.filter(({ value }) => !before.has(value))
  const gone = change.remove.filter(({ value }) => before.has(value))
  // Counted on what the call would leave, so that entries may be replaced in a full list.
  if (before.size + fresh.length - gone.length > row.max_entries) throw ecsError(codes[row.kind].full)
  for (const { value } of gone) await removeEntry(session, row.id, value)
  const described = change.add.filter(
    ({ value, description: text }) => !before.has(value) || text !== undefined,
  )
  await addEntries(session, row, described)
  if (fresh.length === 0 && gone.length === 0) return
  const after = await entriesOf(session, row.id)
  session.record(
    listChange(
      row,
      after.map(({ value }) => value),
    ),
  )
}

/** Removes a list that no rule names, with its entries and tags, and tells the feed. */
export async function dropList(session: WriteSession, row: ListRow): Promise<void> {
  const associations = await associationCounts(session, row.kind, [row.id])
  if ((associations.get(row.id) ?? 0) > 0) throw ecsError(codes[row.kind].associated)
  await deleteList(session, row.id)
  await dropTags(session, taggedAs[row.kind], row.id)
  session.record(listRemoval(row))
}
