import { afterAll, beforeAll, expect, it } from 'vitest'
import { MOST_NODES } from '../src/compiled/judges.js'
import { kernelEnforcer } from '../src/index.js'
import type { Round } from './crossroads/compare.js'
import { roundOf } from './crossroads/compare.js'
import type { OpenCrossroads } from './crossroads/stage.js'
import { openCrossroads } from './crossroads/stage.js'
import { kindOf } from './crossroads/world.js'
import { describePackets } from './stage.js'

/**
 * The kernel decides as the engine does. `SALLYPORT_TEST_PACKETS` says how many packets are sent (`npm run test:packets`:
 * 100,000), `SALLYPORT_TEST_SEED` which world is the first; given alone, it is the only one.
 */

const PER_WORLD = 300
/** So few that large policies of the worlds are judged entry by entry. */
const FEW_NODES = 60
const seedGiven = process.env['SALLYPORT_TEST_SEED']
const packetsGiven = process.env['SALLYPORT_TEST_PACKETS']
const first = Number(seedGiven ?? 20_260)
const worlds = Math.ceil(Number(packetsGiven ?? (seedGiven === undefined ? 3_600 : 1)) / PER_WORLD)
const seeds = Array.from({ length: worlds }, (_, at) => first + at)

describePackets('packets equal the engine', () => {
  let stage: OpenCrossroads

  beforeAll(async () => {
    stage = await openCrossroads()
  })
  afterAll(() => stage.end())

  it(
    `in ${worlds} worlds every packet goes where decide says, and every rule counts what it decides`,
    { timeout: 60_000 + worlds * 5_000 },
    async () => {
      const rounds: Round[] = []
      for (const linear of [false, true]) {
        const mostNodes = linear ? FEW_NODES : MOST_NODES
        const enforcer = kernelEnforcer({ ...stage.options, limits: { mostNodes } })
        for (const seed of seeds.filter((one) => kindOf(one).linear === linear)) {
          const round = await roundOf(stage.crossroads, enforcer, { seed, length: PER_WORLD, mostNodes })
          const rerun = `SALLYPORT_TEST_SEED=${seed} npx vitest run packages/dataplane/test/packets-engine.test.ts`
          expect(round.disagreements, rerun).toEqual([])
          rounds.push(round)
        }
      }
      const total = (of: (round: Round) => number): number =>
        rounds.reduce((sum, round) => sum + of(round), 0)
      const sent = total((round) => round.sent)
      const arrived = total((round) => round.arrived)
      const [rules, deciding] = [total((round) => round.rules), total((round) => round.deciding)]
      console.log(`${sent} packets, ${arrived} arrived; ${deciding} of ${rules} rules decided some`)
      if (worlds < 10) return
      expect(sent).toBeGreaterThanOrEqual(3_000)
      expect(arrived / sent).toBeGreaterThan(0.3)
      expect(arrived / sent).toBeLessThan(0.7)
      // Others decide only packets that nobody here could send, or none but those that another rule was met by.
      expect(deciding / rules).toBeGreaterThan(0.9)
      const reached = new Set(rounds.flatMap((round) => [...round.reached]))
      expect([...reached].sort()).toEqual(['folded', 'identity', 'list', 'own'])
    },
  )
})
