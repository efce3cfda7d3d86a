import { canonicalCidr, parseCidr, type PortRange } from '@sallyport/engine'
import type { WireError } from '@sallyport/protocol'
import { ecsError, type EcsErrorKey } from '../errors/ecs.js'
import type { ListRow } from '../store/schema.js'

/** An entry of a request in stored form. `description` is undefined when none was given. */
export interface Entry {
  readonly value: string
  readonly description: string | undefined
}

/** An entry of a request, and the parameter that holds its value, for example `AddEntry.2.Cidr`. */
export interface GivenEntry {
  readonly text: string
  readonly description?: string | undefined
  readonly parameter: string
}

const webAddress = /^https?:\/\//i

/** Whether a text can describe an entry: 2 to 32 characters, no web address. */
const isEntryDescription = (text: string): boolean =>
  text.length >= 2 && text.length <= 32 && !webAddress.test(text)

type Family = ListRow['family']

interface Reader {
  readonly read: (text: string, family: Family) => string | undefined
  readonly malformed: (parameter: string) => WireError
  readonly duplicated: (parameter: string) => WireError
  readonly description: EcsErrorKey
}

/** The two kinds of lists differ in how a value is read and in their codes. */
const readers = {
  prefix: {
    read: readBlock,
    malformed: (parameter: string) => ecsError('InvalidParameter.CidrMalformed', parameter),
    duplicated: (parameter: string) => ecsError('InvalidParameter.CidrDuplicated', parameter),
    description: 'InvalidDescription.Malformed#prefix-list',
  },
  port: {
    read: readPorts,
    malformed: () => ecsError('InvalidParameter.PortRange'),
    duplicated: () => ecsError('InvalidParameter.PortRangeDuplicated'),
    description: 'InvalidDescription.Malformed#port-list',
  },
} as const satisfies Record<ListRow['kind'], Reader>

/** A bare address is a block of one; host bits are refused, unlike in rules. */
function readBlock(text: string, family: Family): string | undefined {
  const cidr = parseCidr(text)
  if (typeof cidr === 'string' || cidr.family !== family || cidr.host !== cidr.first) return undefined
  return canonicalCidr(cidr)
}

function readPorts(text: string): string | undefined {
  const ports = storedPorts(text)
  return ports && 1 <= ports.first && ports.first <= ports.last && ports.last <= 65535
    ? `${ports.first}/${ports.last}`
    : undefined
}

/** `80/443` as two numbers; undefined when the text has another form. */
export function storedPorts(text: string): PortRange | undefined {
  const match = /^(\d{1,9})\/(\d{1,9})$/.exec(text)
  return match ? { first: Number(match[1]), last: Number(match[2]) } : undefined
}

/**
 * Checks the entries of one call: values, descriptions, then that no two are the same. `parts` are those to add and
 * those to remove: an entry of one may not be in the other.
 */
export function parseEntries(
  { kind, family }: Pick<ListRow, 'kind' | 'family'>,
  ...parts: readonly (readonly GivenEntry[])[]
): Entry[][] {
  const reader: Reader = readers[kind]
  const seen = new Set<string>()
  const parsed = parts.map((given) =>
    given.map(({ text, description, parameter }) => {
      const value = reader.read(text, family)
      if (value === undefined) throw reader.malformed(parameter)
      if (description !== undefined && !isEntryDescription(description)) throw ecsError(reader.description)
      return { value, description, parameter }
    }),
  )
  for (const { value, parameter } of parsed.flat()) {
    if (seen.has(value)) throw reader.duplicated(parameter)
    seen.add(value)
  }
  return parsed
}
