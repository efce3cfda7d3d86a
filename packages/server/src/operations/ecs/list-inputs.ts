import { raiseGateway, type StringInput, type StructsInput } from '@sallyport/protocol'
import type { GivenEntry } from '../../model/list-entries.js'
import { nextToken, readToken } from '../../model/paging.js'

/** How many entries one call may add or remove. */
const ENTRIES_PER_CALL = 200

/** RegionId of operations on lists. */
export const listRegion = {
  kind: 'string',
  required: true,
  doc: 'Region of the list.',
} as const satisfies StringInput

/** PrefixListId where it must be given. */
export const prefixListId = {
  kind: 'string',
  required: true,
  doc: 'Id of the prefix list.',
} as const satisfies StringInput

/** PortRangeListId where it must be given. */
export const portListId = {
  kind: 'string',
  required: true,
  doc: 'Id of the port list.',
} as const satisfies StringInput

/** PrefixListName and PortRangeListName. */
export const listName = {
  kind: 'string',
  doc: '2 to 128 characters: letters, digits and :_.- after a letter; not com.aliyun or com.alibabacloud at the beginning. Need not be unique.',
} as const satisfies StringInput

/** Description of a list. */
export const listDescription = {
  kind: 'string',
  doc: '2 to 256 characters, no web address.',
} as const satisfies StringInput

const entryDescription = {
  kind: 'string',
  doc: '2 to 32 characters, no web address.',
} as const satisfies StringInput

const cidr = {
  kind: 'string',
  required: true,
  doc: 'A block of the address family without host bits; a bare address is a block of one.',
} as const satisfies StringInput

const portRange = {
  kind: 'string',
  required: true,
  doc: 'Ports: first/last, 1 to 65535.',
} as const satisfies StringInput

const perCall = { kind: 'structs', max: ENTRIES_PER_CALL, invalid: 'LimitExceed.Entry' } as const

/** Entry.N of CreatePrefixList. */
export const prefixEntries = {
  ...perCall,
  fields: { Cidr: cidr, Description: entryDescription },
  doc: 'Entries, N from 1 to 200, not more than MaxEntries.',
} as const satisfies StructsInput

/** AddEntry.N of ModifyPrefixList. */
export const addedPrefixEntries = {
  ...prefixEntries,
  doc: 'Entries to add, N from 1 to 200. One that is there already gets the description.',
} as const satisfies StructsInput

/** RemoveEntry.N of ModifyPrefixList. */
export const removedPrefixEntries = {
  ...perCall,
  fields: { Cidr: cidr },
  doc: 'Entries to remove, N from 1 to 200. One that is not there is passed over.',
} as const satisfies StructsInput

/** Entry.N of CreatePortRangeList. */
export const portEntries = {
  ...perCall,
  fields: { PortRange: { ...portRange, required: 'InvalidParam.Entry' }, Description: entryDescription },
  doc: 'Entries, N from 1 to 200, not more than MaxEntries.',
} as const satisfies StructsInput

/** AddEntry.N of ModifyPortRangeList. */
export const addedPortEntries = {
  ...perCall,
  fields: { PortRange: portRange, Description: entryDescription },
  doc: addedPrefixEntries.doc,
} as const satisfies StructsInput

/** RemoveEntry.N of ModifyPortRangeList. */
export const removedPortEntries = {
  ...perCall,
  fields: { PortRange: portRange },
  doc: removedPrefixEntries.doc,
} as const satisfies StructsInput

interface NumberedBlock {
  readonly N: number
  readonly Cidr: string
  readonly Description?: string | undefined
}

/** Entries of a prefix list as given under a parameter. */
export const blocksGiven = (parameter: string, entries: readonly NumberedBlock[]): GivenEntry[] =>
  entries.map(({ N, Cidr, Description }) => ({
    text: Cidr,
    description: Description,
    parameter: `${parameter}.${N}.Cidr`,
  }))

interface NumberedPorts {
  readonly N: number
  readonly PortRange: string
  readonly Description?: string | undefined
}

/** Entries of a port list as given under a parameter. */
export const portsGiven = (parameter: string, entries: readonly NumberedPorts[]): GivenEntry[] =>
  entries.map(({ N, PortRange, Description }) => ({
    text: PortRange,
    description: Description,
    parameter: `${parameter}.${N}.PortRange`,
  }))

/** MaxResults and NextToken of lists by creation. */
export const listPaging = {
  MaxResults: { kind: 'integer', min: 1, max: 100, doc: 'How many a page, 1 to 100. Default 10.' },
  NextToken: { kind: 'string', doc: 'Where the page before ended.' },
} as const

interface Paged {
  readonly MaxResults: number | undefined
  readonly NextToken: string | undefined
}

/** What to read for a page: one row more than it shows, to know whether more follow. */
export function pageAsked(kind: string, input: Paged): { limit: number; before: number | undefined } {
  const refuse = (): Error => raiseGateway('InvalidParameter', 'NextToken')
  const [before] = readToken(kind, input.NextToken, 1, refuse) ?? []
  return { limit: (input.MaxResults ?? 10) + 1, before }
}

/** The rows that the page shows, and the token of the next one: empty at the end. */
export function pageShown<Row extends { readonly created_revision: number }>(
  kind: string,
  input: Paged,
  rows: readonly Row[],
): { shown: readonly Row[]; token: string } {
  const shown = rows.slice(0, input.MaxResults ?? 10)
  const last = shown.at(-1)
  return { shown, token: last && rows.length > shown.length ? nextToken(kind, last.created_revision) : '' }
}
