import type { Address, Direction, Flow } from '@sallyport/engine'
import { parseAddress, protocolNumbers } from '@sallyport/engine'

/** A flow as asked for, with the interface it is seen from. */
export interface Question {
  readonly interface: string
  readonly direction: Direction
  readonly flow: Flow
}

/** IANA numbers by name. */
const numbers: Readonly<Record<string, number>> = protocolNumbers

const fields = new Set([
  'interface',
  'direction',
  'protocol',
  'local',
  'remote',
  'localPort',
  'remotePort',
  'icmpType',
])

/** Reads one element of `flows`. Answers with text that says what is wrong where it cannot. */
export function readQuestion(value: unknown): Question | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'a flow must be an object'
  const raw = value as Record<string, unknown>
  const unknown = Object.keys(raw).find((key) => !fields.has(key))
  if (unknown !== undefined)
    return `unknown field ${JSON.stringify(unknown)}; fields: ${[...fields].join(', ')}`
  try {
    return questionFrom(raw)
  } catch (error) {
    if (error instanceof Malformed) return error.message
    throw error
  }
}

class Malformed extends Error {}

const malformed = (field: string, value: unknown, allowed: string): Malformed =>
  new Malformed(
    value === undefined
      ? `${field} is missing; give ${allowed}`
      : `${field} is ${JSON.stringify(value)}; give ${allowed}`,
  )

function questionFrom(raw: Record<string, unknown>): Question {
  const id = raw['interface']
  if (typeof id !== 'string' || id === '') throw malformed('interface', id, 'the id of a network interface')
  const remote = address('remote', raw['remote'])
  if (!remote) throw malformed('remote', undefined, 'an IPv4 or IPv6 address')
  const local = address('local', raw['local'])
  if (local && local.family !== remote.family) {
    throw malformed('local', raw['local'], `an IPv${remote.family} address, as remote is`)
  }
  return {
    interface: id,
    direction: direction(raw['direction']),
    flow: {
      protocol: protocol(raw['protocol']),
      remote,
      ...optional('local', local),
      ...optional('localPort', number('localPort', raw['localPort'], 65535)),
      ...optional('remotePort', number('remotePort', raw['remotePort'], 65535)),
      ...optional('icmpType', number('icmpType', raw['icmpType'], 255)),
    },
  }
}

const optional = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>)

function direction(value: unknown): Direction {
  if (value === 'ingress' || value === 'egress') return value
  throw malformed('direction', value, 'ingress or egress')
}

function protocol(value: unknown): number {
  if (typeof value === 'string' && Object.hasOwn(numbers, value.toLowerCase())) {
    return numbers[value.toLowerCase()] as number
  }
  const numeric = typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : value
  if (isWhole(numeric, 255)) return numeric
  throw malformed('protocol', value, `${Object.keys(numbers).join(', ')} or an IANA number from 0 to 255`)
}

function address(field: string, value: unknown): Address | undefined {
  if (value === undefined) return undefined
  const parsed = typeof value === 'string' ? parseAddress(value) : undefined
  if (!parsed) throw malformed(field, value, 'an IPv4 or IPv6 address')
  return parsed
}

function number(field: string, value: unknown, max: number): number | undefined {
  if (value === undefined || isWhole(value, max)) return value
  throw malformed(field, value, `a whole number from 0 to ${max}`)
}

const isWhole = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max
