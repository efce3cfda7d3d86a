import type { Flow, TreeLeaf, TreeNode } from '@sallyport/engine'
import { formatAddress } from '@sallyport/engine'
import { expect } from 'vitest'
import type { Identities } from '../src/compiled/identities.js'
import type { Stage } from '../src/compiled/stages.js'

/** Follows what is compiled as a packet does that has these identities. */
export function follow(stage: Stage, identities: Pick<Identities, 'of'>, flow: Flow): TreeLeaf {
  const { remote, local } = flow
  const among = (
    cases: readonly { range: { first: bigint | number; last: bigint | number }; child: TreeNode }[],
    value: bigint | number,
  ) => cases.filter(({ range }) => range.first <= value && value <= range.last)
  switch (stage.kind) {
    case 'leaf':
      return stage
    case 'own': {
      const own = local && formatAddress(local)
      return follow(stage.cases.find((one) => one.address === own)!.child, identities, flow)
    }
    case 'identity': {
      const id = identities.of[remote.family].get(formatAddress(remote)) ?? 0
      return follow(
        stage.cases.find(({ ids }) => ids.includes(id))?.child ?? stage.otherwise,
        identities,
        flow,
      )
    }
    case 'protocols':
      return follow(
        stage.cases.find(({ numbers }) => numbers.includes(flow.protocol))?.child ?? stage.otherwise,
        identities,
        flow,
      )
    case 'addresses':
    case 'numbers': {
      const value = stage.kind === 'addresses' ? remote.bits : (flow[stage.field] ?? NaN)
      const found = among(stage.cases, value)
      expect(found).toHaveLength(1)
      return follow(found[0]!.child, identities, flow)
    }
  }
}
