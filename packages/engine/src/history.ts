import type { Change, Snapshot } from './facts.js'
import { snapshotOf, type World } from './world.js'

/** What a change made of a fact, or what the fact was before: the fact itself, or null where there is none. */
export type Fact = Change['value']

/** Which fact a change is about, as one text. */
export const factKey = ({ kind, id }: Pick<Change, 'kind' | 'id'>): string => `${kind} ${id}`

/** The fact that a change would replace; null when it is not there. */
export function factOf(world: World, { kind, id }: Pick<Change, 'kind' | 'id'>): Fact {
  switch (kind) {
    case 'vpc':
      return world.vpcs.get(id) ?? null
    case 'group':
      return world.groups.get(id) ?? null
    case 'rule': {
      const group = world.ruleGroup.get(id)
      return group === undefined ? null : (world.rules.get(group)?.get(id) ?? null)
    }
    case 'interface':
      return world.interfaces.get(id) ?? null
    case 'prefix-list':
      return world.prefixLists.get(id) ?? null
    case 'port-list':
      return world.portLists.get(id) ?? null
  }
}

/** The fact that a change speaks of, as it was instead: what undoes the change when it is applied. */
export const inverseOf = ({ kind, id }: Pick<Change, 'kind' | 'id'>, before: Fact): Change =>
  ({ kind, id, value: before }) as Change

/** Facts as they were at some earlier time, by `factKey`; what is not in it has not changed since. */
export type Earlier = ReadonlyMap<string, Change>

/**
 * The world's facts with earlier ones in their place, as a snapshot of `revision`. The world is only read. Facts that
 * have not changed keep their order, and the others follow.
 */
export function snapshotBefore(world: World, earlier: Earlier, revision: number): Snapshot {
  const now = snapshotOf(world)
  const was = <K extends Change['kind'], T extends { readonly id: string }>(
    kind: K,
    facts: readonly T[],
  ): T[] => {
    const kept = facts.filter(({ id }) => !earlier.has(factKey({ kind, id })))
    const others = [...earlier.values()].flatMap((change) =>
      change.kind === kind && change.value !== null ? [change.value as unknown as T] : [],
    )
    return [...kept, ...others]
  }
  return {
    epoch: now.epoch,
    revision,
    vpcs: was('vpc', now.vpcs),
    groups: was('group', now.groups),
    rules: was('rule', now.rules),
    interfaces: was('interface', now.interfaces),
    prefixLists: was('prefix-list', now.prefixLists),
    portLists: was('port-list', now.portLists),
  }
}
