import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as Dataplane from '../src/index.js'
import type { Edit } from './built.js'
import { built } from './built.js'
import { roundOf } from './crossroads/compare.js'
import type { OpenCrossroads } from './crossroads/stage.js'
import { openCrossroads } from './crossroads/stage.js'
import { describePackets } from './stage.js'

/**
 * Defects put into a copy of what compiles rules for the kernel, one at a time: packets must tell each. Proves that the
 * comparison of packets and engine would see such a mistake. Takes minutes, and runs with `npm run test:packets` only.
 */

const defects: readonly Edit[] = [
  [
    'nftables/judge-chains.ts',
    `(direction === 'egress') === (side === 'own')`,
    `(direction === 'egress') !== (side === 'own')`,
  ],
  [
    'nftables/judge-chains.ts',
    `(direction === 'egress') === (field === 'remotePort')`,
    `(direction === 'egress') !== (field === 'remotePort')`,
  ],
  [
    'nftables/judge-chains.ts',
    `counts.map((entry) => counterOf(direction, entry, policy, true))`,
    `counts.map((entry) => counterOf(direction, entry, policy, false))`,
  ],
  ['nftables/judge-chains.ts', `['6', '17'].map(`, `['6'].map(`],
  [
    'nftables/judge-chains.ts',
    `rule('other protocols', verdict(to(otherwise)))`,
    `rule('other protocols', verdict(to(pieces[0]!)))`,
  ],
  [
    'nftables/judge-chains.ts',
    `action === 'accept' ? 'return' : 'goto dropped'`,
    `decides === null || action === 'accept' ? 'return' : 'goto dropped'`,
  ],
  [
    'nftables/judge-chains.ts',
    `rule('in none of the groups', verdict(to(last)))`,
    `rule('in none of the groups', verdict(to(pieces[0] ?? last)))`,
  ],
  ['nftables/linear-chain.ts', `match('meta nfproto'`, `match('meta l4proto', '6'), match('meta nfproto'`],
  ['intermediate.ts', 'formatAddress({ family, bits: last })', 'formatAddress({ family, bits: last - 1n })'],
  ['intermediate.ts', '`${first}-${last}`', '`${first}-${last - 1}`'],
  ['compiled/judges.ts', `trees.ownClass(address)`, '0'],
  [
    'compiled/judges.ts',
    `[...all].filter((group) => named.has(group))`,
    `[...all].filter((group) => named.has(group)).slice(0, 1)`,
  ],
  ['compiled/identities.ts', '`${before} ${group}`', 'before'],
  ['nftables/linear-chain.ts', `test.staged ? []`, `test.staged ? [effect(test.accept)]`],
  [
    'nftables/linear-chain.ts',
    `verdict(accept ? 'return' : 'goto dropped')`,
    `verdict(accept ? 'accept' : 'goto dropped')`,
  ],
]

/** Worlds until a defect must have been told, and packets in each. */
const WORLDS = 60
const PER_WORLD = 200
const FIRST = 1

const describeLong = process.env['SALLYPORT_TEST_PACKETS'] === undefined ? describe.skip : describePackets

describeLong('packets tell a defect of what compiles rules', () => {
  let stage: OpenCrossroads

  beforeAll(async () => {
    stage = await openCrossroads()
  })
  afterAll(() => stage.end())

  /** What packets say against a copy of the sources; undefined when nothing. Each third world is judged entry by entry. */
  async function told(edit?: Edit, worlds = WORLDS): Promise<string | undefined> {
    const copy = (await import(built(edit))) as typeof Dataplane
    for (let seed = FIRST; seed < FIRST + worlds; seed++) {
      const mostNodes = seed % 3 === 0 ? 1 : 50_000
      const enforcer = copy.kernelEnforcer({ ...stage.options, limits: { mostNodes } })
      const round = await roundOf(stage.crossroads, enforcer, { seed, length: PER_WORLD, mostNodes })
      if (round.disagreements.length > 0) return round.disagreements[0]
    }
    return undefined
  }

  it('and say nothing against a copy that nobody touched', async () => {
    expect(await told(undefined, 12)).toBeUndefined()
  })

  it.each(defects)('in %s: %s becomes %s', async (...edit) => {
    expect(await told(edit)).toMatch(/^arrived|counted/)
  })
})
