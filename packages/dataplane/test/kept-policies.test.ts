import type { World } from '@sallyport/engine'
import { applyChange, emptyWorld, snapshotOf, worldFrom } from '@sallyport/engine'
import { expect, it } from 'vitest'
import { desiredOf, formOf } from '../src/index.js'
import type { Ruleset } from '../src/nftables/ruleset.js'
import { planOf } from '../src/nftables/render.js'
import { rulesetOf } from '../src/nftables/table.js'
import { eni } from './facts.js'
import { churn, probeFacts } from './leak-churn.js'
import type { MakeInterface } from './leak-churn.js'

const vpc = 'vpc-kept'
const CHANGES = 60

const make: MakeInterface = (name, addresses, groups, more = {}) =>
  eni(name, vpc, addresses, groups, { mac: '02:00:5e:00:00:01', ...more })

function tableOf(world: World): Ruleset {
  const desired = desiredOf(world, vpc, { ipv6: true })
  if (!desired) throw new Error('nothing is desired')
  return rulesetOf(formOf(desired, 'abcd', [4, 6]))
}

it('a world that changes makes the same tables as one that is made anew, and nothing to do between the two', () => {
  const world = emptyWorld('e1')
  for (const change of probeFacts(vpc, make)) applyChange(world, change)
  const changes = churn(vpc, make, 7)
  for (let count = 0; count < CHANGES; count++) {
    const change = changes.next().value
    applyChange(world, change)
    const kept = tableOf(world)
    // JSON makes other objects of all facts, so that nothing is recognised.
    const anew = tableOf(
      worldFrom(JSON.parse(JSON.stringify(snapshotOf(world))) as ReturnType<typeof snapshotOf>),
    )
    expect(planOf(anew, kept).transactions, `change ${count}`).toEqual([])
    expect(kept.sets, `change ${count}`).toEqual(anew.sets)
    expect([...kept.chains.keys()].sort()).toEqual([...anew.chains.keys()].sort())
    expect(kept.counters).toEqual(anew.counters)
  }
})
