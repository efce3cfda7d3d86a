import { at, type SeedPath } from './problem.js'
import { findOne, listOf, mustEqual } from './lookup.js'
import { note, type Place } from './place.js'
import type { SeedAccount } from './schema.js'

type PrefixList = SeedAccount['prefixLists'][number]
type PortList = SeedAccount['portLists'][number]

/** Makes a prefix list, or adds the entries that one of the name does not have yet. */
export async function seedPrefixList(place: Place, list: PrefixList, path: SeedPath): Promise<void> {
  const { run } = place
  const entry = ({ cidr, description }: PrefixList['entries'][number]) => ({
    Cidr: cidr,
    Description: description,
  })
  const search = { operation: 'DescribePrefixLists', parameters: { PrefixListName: list.name } }
  const there = await findOne(run, { ...search, list: ['PrefixLists', 'PrefixList'] }, path)
  if (!there) {
    const made = await at(path, () =>
      run('CreatePrefixList', {
        ...{ PrefixListName: list.name, AddressFamily: list.family, MaxEntries: list.maxEntries },
        ...{ Description: list.description, Entry: list.entries.map(entry) },
      }),
    )
    note(place, path, {
      kind: 'prefix-list',
      name: list.name,
      id: String(made['PrefixListId']),
      created: true,
    })
    return
  }
  mustEqual(path, 'family', there['AddressFamily'], list.family)
  mustEqual(path, 'maxEntries', there['MaxEntries'], list.maxEntries)
  const PrefixListId = note(place, path, {
    kind: 'prefix-list',
    name: list.name,
    id: String(there['PrefixListId']),
    created: false,
  })
  const held = listOf(await run('DescribePrefixListAttributes', { PrefixListId }), 'Entries', 'Entry')
  const missing = list.entries.filter(({ cidr }) => !held.some(({ Cidr }) => Cidr === cidr))
  if (missing.length === 0) return
  await at([...path, 'entries'], () =>
    run('ModifyPrefixList', { PrefixListId, AddEntry: missing.map(entry) }),
  )
}

/** Makes a port list, or adds the entries that one of the name does not have yet. */
export async function seedPortList(place: Place, list: PortList, path: SeedPath): Promise<void> {
  const { run } = place
  const entry = ({ ports, description }: PortList['entries'][number]) => ({
    PortRange: rangeText(ports),
    Description: description,
  })
  const search = { operation: 'DescribePortRangeLists', parameters: { PortRangeListName: list.name } }
  const there = await findOne(run, { ...search, list: ['PortRangeLists', 'PortRangeList'] }, path)
  if (!there) {
    const made = await at(path, () =>
      run('CreatePortRangeList', {
        ...{ PortRangeListName: list.name, MaxEntries: list.maxEntries, Entry: list.entries.map(entry) },
      }),
    )
    note(place, path, {
      kind: 'port-list',
      name: list.name,
      id: String(made['PortRangeListId']),
      created: true,
    })
    return
  }
  mustEqual(path, 'maxEntries', there['MaxEntries'], list.maxEntries)
  const PortRangeListId = note(place, path, {
    kind: 'port-list',
    name: list.name,
    id: String(there['PortRangeListId']),
    created: false,
  })
  const held = listOf(await run('DescribePortRangeListEntries', { PortRangeListId }), 'Entries', 'Entry')
  const missing = list.entries.filter(
    ({ ports }) => !held.some(({ PortRange }) => PortRange === rangeText(ports)),
  )
  if (missing.length === 0) return
  await at([...path, 'entries'], () =>
    run('ModifyPortRangeList', { PortRangeListId, AddEntry: missing.map(entry) }),
  )
}

/** `8000-8080` and `443` as the API writes ranges. */
export function rangeText(ports: string | number): string {
  const [first = '', last = first] = String(ports).split('-')
  return `${Number(first)}/${Number(last)}`
}
