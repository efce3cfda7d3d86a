import fc from 'fast-check'
import type { Address, Flow, Policy, Verdict } from '../src/index.js'
import { decide, parseAddress, policyOf, worldFrom } from '../src/index.js'
import type { Packet, Situation } from './naive-decision.js'
import { choices, edgesOf, packetFrom } from './random-packets.js'
import { situations } from './random-situations.js'

/** Random situations as the engine sees them. */

export const PACKETS = 12

/** The policy that the engine compiles for the deciding interface, by way of a snapshot. */
export function compiled(situation: Situation): Policy {
  const world = worldFrom({
    epoch: 'e',
    revision: 1,
    vpcs: [{ id: 'vpc-1', cidrs: ['10.0.0.0/8'] }],
    groups: situation.groups,
    rules: situation.rules,
    interfaces: situation.interfaces,
    prefixLists: situation.prefixLists,
    portLists: situation.portLists,
  })
  return policyOf(world, situation.joined, situation.direction)
}

/** Parses an address that a test knows to be one. */
export function address(text: string): Address {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(`${text} is no address`)
  return parsed
}

/** The engine's view of a packet at the interface. Ports only where the protocol has them. */
export function flowOf({ direction }: Situation, packet: Packet): Flow {
  const egress = direction === 'egress'
  const ported = packet.protocol === 6 || packet.protocol === 17
  return {
    protocol: packet.protocol,
    remote: address(egress ? packet.destination : packet.source),
    local: address(egress ? packet.source : packet.destination),
    ...(ported && {
      remotePort: egress ? packet.destinationPort : packet.sourcePort,
      localPort: egress ? packet.sourcePort : packet.destinationPort,
    }),
    ...(packet.icmpType !== null && { icmpType: packet.icmpType }),
  }
}

/** The verdict on a flow that has every field its protocol has. */
export function decided(policy: Policy, flow: Flow): Verdict {
  const result = decide(policy, flow)
  if ('missing' in result) throw new Error(`a whole flow misses ${result.missing}`)
  return result
}

/** A situation with the packets that probe it. */
export const probed = fc
  .tuple(situations, fc.array(choices, { minLength: PACKETS, maxLength: PACKETS }))
  .map(([situation, list]) => {
    const edges = edgesOf(situation)
    return { situation, edges, packets: list.map((choice) => packetFrom(situation, edges, choice)) }
  })
