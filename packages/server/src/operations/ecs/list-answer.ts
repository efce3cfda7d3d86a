import { minutesText, type Scope } from '../../model/context.js'
import { taggedAs } from '../../model/lists.js'
import { resourceGroupsOf } from '../../model/resource-groups.js'
import { type Tag, tagsOf } from '../../model/tags.js'
import { associationCounts, findLists, type ListFilter } from '../../store/lists.js'
import type { ListRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { pageAsked, pageShown } from './list-inputs.js'

/** IPv4 or IPv6, as AddressFamily says it. */
export const addressFamily = ({ family }: Pick<ListRow, 'family'>): string => (family === 6 ? 'IPv6' : 'IPv4')

/** AddressFamily as asked for. */
export const familyOf = (text: 'IPv4' | 'IPv6' | (string & {})): 4 | 6 => (text === 'IPv6' ? 6 : 4)

/** What the answers about lists of both kinds have in common; the times of lists carry no seconds. */
export const listMembers = (row: ListRow) => ({
  MaxEntries: row.max_entries,
  Description: row.description,
  CreationTime: minutesText(row.created_at),
})

interface Described {
  readonly row: ListRow
  readonly associations: number
  readonly resourceGroup: string
  readonly tags: readonly Tag[]
}

/** A page of lists with all that is told of them. */
export async function describeLists(
  session: Session,
  scope: Scope,
  filter: ListFilter,
  input: { readonly MaxResults: number | undefined; readonly NextToken: string | undefined },
): Promise<{ lists: Described[]; token: string }> {
  const rows = await findLists(session, scope, filter, pageAsked(filter.kind, input))
  const { shown, token } = pageShown(filter.kind, input, rows)
  const ids = shown.map(({ id }) => id)
  const type = taggedAs[filter.kind]
  const associations = await associationCounts(session, filter.kind, ids)
  const resourceGroups = await resourceGroupsOf(session, type, ids)
  const tags = await tagsOf(session, type, ids)
  const lists = shown.map((row) => ({
    row,
    associations: associations.get(row.id) ?? 0,
    resourceGroup: resourceGroups.get(row.id) ?? '',
    tags: tags.get(row.id) ?? [],
  }))
  return { lists, token }
}
