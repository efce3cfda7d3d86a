import { type Budget, type Direction, policyOf, type World, type WorldDiff } from '@sallyport/engine'
import { isDeepStrictEqual } from 'node:util'

/** Stand-in: which interfaces get another policy, without saying for which flows. */
export function diffWorlds(before: World, after: World, _budget: Budget): WorldDiff {
  const none = { count: 0n, regions: [], more: false }
  const diff = { equal: false, opens: none, closes: none, complete: false, covered: 0 }
  const ids = new Set([...before.interfaces.keys(), ...after.interfaces.keys()])
  const directions: readonly Direction[] = ['ingress', 'egress']
  const interfaces = [...ids].flatMap((id) =>
    directions.flatMap((direction) => {
      const [was, is] = [before.interfaces.get(id), after.interfaces.get(id)]
      const [old, now] = [
        was && policyOf(before, was.groups, direction),
        is && policyOf(after, is.groups, direction),
      ]
      if (isDeepStrictEqual(old?.entries, now?.entries) && old?.fallback === now?.fallback) return []
      const status = !was ? ('added' as const) : !is ? ('removed' as const) : ('changed' as const)
      const { instance } = is ?? was ?? { instance: null }
      return [{ id, instance, direction, status, diff, dead: [], revived: [] }]
    }),
  )
  return {
    revision: { before: before.revision, after: after.revision },
    interfaces,
    complete: interfaces.length === 0,
    covered: interfaces.length === 0 ? 1 : 0,
  }
}
