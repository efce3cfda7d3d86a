import type { Peer, PortRange, Rule } from '@sallyport/engine'
import type { RuleRow } from '../store/schema.js'

/** `80/80` as a range; any (null) for the empty text and for `-1/-1`. */
function portsOf(text: string): PortRange | null {
  if (text === '' || text === '-1/-1') return null
  const slash = text.indexOf('/')
  if (slash < 0) throw new Error(`stored port range ${text} is malformed`)
  return { first: Number(text.slice(0, slash)), last: Number(text.slice(slash + 1)) }
}

function peerOf({ peer_kind, peer }: RuleRow): Peer {
  switch (peer_kind) {
    case 'cidr':
      return { kind: 'cidr', cidr: peer }
    case 'group':
      return { kind: 'group', group: peer }
    case 'prefix-list':
      return { kind: 'prefix-list', list: peer }
  }
}

/** A stored rule as the engine and the data planes know it. */
export function ruleFact(row: RuleRow): Rule {
  const rule: Rule = {
    id: row.id,
    group: row.group_id,
    direction: row.direction,
    policy: row.policy,
    priority: row.priority,
    protocol: row.protocol,
    peer: peerOf(row),
    local: row.local === '' ? null : row.local,
    destinationPorts: row.port_list === '' ? portsOf(row.port_range) : { list: row.port_list },
    sourcePorts: portsOf(row.source_port_range),
  }
  return row.nic_type === 'internet' ? { ...rule, nic: 'internet' } : rule
}
