import type { PortRange, Rule } from '@sallyport/engine'
import type { RuleRow } from '../store/schema.js'

/** `80/80` as a range; any (null) for the empty text and for `-1/-1`. */
function portsOf(text: string): PortRange | null {
  if (text === '' || text === '-1/-1') return null
  const slash = text.indexOf('/')
  if (slash < 0) throw new Error(`stored port range ${text} is malformed`)
  return { first: Number(text.slice(0, slash)), last: Number(text.slice(slash + 1)) }
}

/** A stored rule as the engine and the data planes know it. */
export function ruleFact(row: RuleRow): Rule {
  return {
    id: row.id,
    group: row.group_id,
    direction: row.direction,
    policy: row.policy,
    priority: row.priority,
    protocol: row.protocol,
    peer: row.peer_kind === 'cidr' ? { kind: 'cidr', cidr: row.peer } : { kind: 'group', group: row.peer },
    local: row.local === '' ? null : row.local,
    destinationPorts: portsOf(row.port_range),
    sourcePorts: portsOf(row.source_port_range),
  }
}
