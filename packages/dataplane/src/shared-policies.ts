import type { Direction, Ports, Rule, World } from '@sallyport/engine'
import { membersOf, policyOf } from '@sallyport/engine'
import type { SharedPolicy } from './desired.js'

/** Which policy: its key, and the groups in order. */
interface Asked {
  readonly key: string
  readonly groups: readonly string[]
  readonly direction: Direction
}

/** A policy with what it was made of. */
interface Known {
  readonly parts: readonly unknown[]
  readonly shared: SharedPolicy
}

const known = new WeakMap<World, Map<string, Known>>()
const MOST_KNOWN = 4_096

const listOf = (world: World, ports: Ports | null): unknown =>
  ports !== null && 'list' in ports ? world.portLists.get(ports.list) : null

function peerOf(world: World, { peer }: Rule): unknown {
  if (peer.kind === 'group') return membersOf(world, peer.group)
  return peer.kind === 'prefix-list' ? world.prefixLists.get(peer.list) : null
}

/** All facts that a policy follows from. They are replaced, never changed, so the same ones make the same policy. */
function partsOf(world: World, { groups, direction }: Asked): unknown[] {
  const parts: unknown[] = []
  for (const id of groups) {
    parts.push(id, world.groups.get(id), membersOf(world, id))
    for (const rule of world.rules.get(id)?.values() ?? []) {
      if (rule.direction !== direction) continue
      parts.push(
        rule,
        peerOf(world, rule),
        listOf(world, rule.destinationPorts),
        listOf(world, rule.sourcePorts),
      )
    }
  }
  return parts
}

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((part, at) => part === b[at])

/** The policy of whoever joined the groups; the same object as before where nothing that it is made of changed. */
export function sharedPolicy(world: World, asked: Asked): SharedPolicy {
  const { key, groups, direction } = asked
  const ofWorld = known.get(world) ?? new Map<string, Known>()
  known.set(world, ofWorld)
  const parts = partsOf(world, asked)
  const before = ofWorld.get(key)
  if (before && isSame(before.parts, parts)) return before.shared
  if (ofWorld.size >= MOST_KNOWN) ofWorld.clear()
  const shared = { key, groups, policy: policyOf(world, groups, direction) }
  ofWorld.set(key, { parts, shared })
  return shared
}
