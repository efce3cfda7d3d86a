import type { Change, PortList, PrefixList } from '@sallyport/engine'
import { everyEntry, everyList } from '../store/lists.js'
import type { ListRow } from '../store/schema.js'
import type { Session } from '../store/session.js'
import { storedPorts } from './list-entries.js'

function prefixList({ id, family }: ListRow, values: readonly string[]): PrefixList {
  return { id, family: family === 6 ? 6 : 4, cidrs: values }
}

function portList({ id }: ListRow, values: readonly string[]): PortList {
  const ranges = values.map((text) => {
    const ports = storedPorts(text)
    if (!ports) throw new Error(`stored port range ${text} is malformed`)
    return ports
  })
  return { id, ranges }
}

/** What the change feed is told of a list: its entries, whatever it is called. */
export const listChange = (row: ListRow, values: readonly string[]): Change =>
  row.kind === 'prefix'
    ? { kind: 'prefix-list', id: row.id, value: prefixList(row, values) }
    : { kind: 'port-list', id: row.id, value: portList(row, values) }

/** What the change feed is told of a list that is gone. */
export const listRemoval = ({ kind, id }: Pick<ListRow, 'kind' | 'id'>): Change => ({
  kind: kind === 'prefix' ? 'prefix-list' : 'port-list',
  id,
  value: null,
})

/** The facts of every list of every account, oldest first. */
export async function listFacts(
  session: Session,
): Promise<{ prefixLists: PrefixList[]; portLists: PortList[] }> {
  const values = new Map<string, string[]>()
  for (const { list_id, value } of await everyEntry(session)) {
    const known = values.get(list_id)
    if (known) known.push(value)
    else values.set(list_id, [value])
  }
  const rows = await everyList(session)
  const of = <T>(kind: ListRow['kind'], fact: (row: ListRow, values: readonly string[]) => T): T[] =>
    rows.filter((row) => row.kind === kind).map((row) => fact(row, values.get(row.id) ?? []))
  return { prefixLists: of('prefix', prefixList), portLists: of('port', portList) }
}
