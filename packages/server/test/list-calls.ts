import { region } from './group-calls.js'
import type { TestServer } from './harness.js'

/** An entry of a prefix list, as described. */
export interface DescribedEntry {
  readonly Cidr: string
  readonly Description: string
}

/** A list of either kind, as described in a list of lists. */
export interface DescribedList {
  readonly [member: string]: unknown
}

/** Creates an IPv4 prefix list of up to 10 entries, unless told otherwise; returns its id. */
export async function newPrefixList(server: TestServer, extra: object = {}): Promise<string> {
  const parameters = {
    RegionId: region,
    PrefixListName: 'blocks',
    AddressFamily: 'IPv4',
    MaxEntries: 10,
    ...extra,
  }
  return String((await server.ok('CreatePrefixList', parameters)).PrefixListId)
}

/** Creates a port list of up to 10 entries, unless told otherwise; returns its id. */
export async function newPortList(server: TestServer, extra: object = {}): Promise<string> {
  const parameters = { RegionId: region, PortRangeListName: 'ports', MaxEntries: 10, ...extra }
  return String((await server.ok('CreatePortRangeList', parameters)).PortRangeListId)
}

/** `Entry` of blocks without descriptions. */
export const blocks = (...cidrs: readonly string[]) => cidrs.map((Cidr) => ({ Cidr }))

/** `Entry` of ports without descriptions. */
export const ports = (...ranges: readonly string[]) => ranges.map((PortRange) => ({ PortRange }))

/** The entries of a prefix list, as described. */
export async function entriesOf(server: TestServer, id: string): Promise<readonly DescribedEntry[]> {
  const body = await server.ok('DescribePrefixListAttributes', { RegionId: region, PrefixListId: id })
  return (body.Entries as { Entry: DescribedEntry[] }).Entry
}

/** The blocks of a prefix list, in its order. */
export const cidrsOf = async (server: TestServer, id: string): Promise<string[]> =>
  (await entriesOf(server, id)).map(({ Cidr }) => Cidr)

/** The ranges of a port list, in its order. */
export async function rangesOf(server: TestServer, id: string): Promise<string[]> {
  const body = await server.ok('DescribePortRangeListEntries', { RegionId: region, PortRangeListId: id })
  return (body.Entries as { PortRange: string }[]).map(({ PortRange }) => PortRange)
}

/** The prefix lists that match, as described. */
export async function findPrefixLists(server: TestServer, filter: object): Promise<readonly DescribedList[]> {
  const body = await server.ok('DescribePrefixLists', { RegionId: region, ...filter })
  return (body.PrefixLists as { PrefixList: DescribedList[] }).PrefixList
}

/** The port lists that match, as described. */
export async function findPortLists(server: TestServer, filter: object): Promise<readonly DescribedList[]> {
  const body = await server.ok('DescribePortRangeLists', { RegionId: region, ...filter })
  return body.PortRangeLists as DescribedList[]
}
