import { type PathQuery, type PortSet, protocolNumbers } from '@sallyport/engine'
import { UserError } from '@sallyport/server'

const numbers: Readonly<Record<string, number>> = protocolNumbers

/** Reads `--protocol`: a name, an IANA number, or `all` and nothing for every protocol. */
export function readProtocol(text: string | undefined): number | null {
  if (text === undefined || text === 'all') return null
  const name = text.toLowerCase()
  const number = numbers[name] ?? (/^\d{1,3}$/.test(name) ? Number(name) : NaN)
  if (number >= 0 && number <= 255) return number
  throw new UserError(
    `--protocol is ${JSON.stringify(text)}`,
    `Give ${Object.keys(numbers).join(', ')}, all or an IANA number.`,
  )
}

const PORTS = /^(\d{1,5})(?:[-/](\d{1,5}))?$/

/** Reads ports: `22`, `80-90`, several with commas between them; nothing is any port. */
export function readPorts(what: string, value: string | undefined): PortSet | null {
  if (value === undefined) return null
  const ranges = value
    .split(',')
    .map((text) => {
      const [, first, last = first] = PORTS.exec(text.trim()) ?? []
      const range = { first: Number(first), last: Number(last) }
      if (range.first <= range.last && range.last <= 65_535) return range
      throw new UserError(`${what} has ${JSON.stringify(text)}`, 'Give ports as 22, 80-90 or 22,443.')
    })
    .sort((a, b) => a.first - b.first)
  const joined: { first: number; last: number }[] = []
  for (const range of ranges) {
    const before = joined.at(-1)
    if (before && range.first <= before.last + 1) before.last = Math.max(before.last, range.last)
    else joined.push({ ...range })
  }
  return joined
}

/** The flows that a question is about. Ports call for a protocol that has them. */
export function queryOf(options: Readonly<Record<string, unknown>>): PathQuery {
  const text = (name: string): string | undefined => options[name] as string | undefined
  const query = {
    protocol: readProtocol(text('protocol')),
    destinationPorts: readPorts('--port', text('port')),
    sourcePorts: readPorts('--source-port', text('sourcePort')),
  }
  const ported = query.protocol === 6 || query.protocol === 17
  if (!ported && (query.destinationPorts ?? query.sourcePorts)) {
    throw new UserError('ports are given without a protocol that has them', 'Add --protocol tcp or udp.')
  }
  return query
}
