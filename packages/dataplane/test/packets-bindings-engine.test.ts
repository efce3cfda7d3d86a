import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forgetfulKeeper } from '../src/bindings/kept-bindings.js'
import { createPlaces, withPlaces } from '../src/bindings/places.js'
import { MOST_NODES } from '../src/compiled/judges.js'
import type { Enforcer } from '../src/enforcer.js'
import { capabilitiesOf, kernelEnforcer } from '../src/index.js'
import type { BoundCrossroads } from './crossroads/bound-stage.js'
import { makeBoundCrossroads } from './crossroads/bound-stage.js'
import { roundOf } from './crossroads/compare.js'
import { kindOf } from './crossroads/world.js'
import { describePackets } from './stage.js'

/** `SALLYPORT_TEST_SEED` says which world is the first, `SALLYPORT_TEST_PACKETS` how many packets are sent each way. */

const PER_WORLD = 300
const FEW_NODES = 60
const first = Number(process.env['SALLYPORT_TEST_SEED'] ?? 20_260)
const worlds = Math.ceil(Number(process.env['SALLYPORT_TEST_PACKETS'] ?? 1_200) / PER_WORLD)
const seeds = Array.from({ length: worlds }, (_, at) => first + at)

describePackets('packets at bound links equal the engine', () => {
  describe.each(['routed', 'bridged'] as const)('%s', (kind) => {
    let crossroads: BoundCrossroads
    let enforcerWith: (mostNodes: number) => Enforcer

    beforeAll(async () => {
      crossroads = makeBoundCrossroads(kind)
      const { mark, uplinkNetns, bindings } = crossroads
      const capabilities = await capabilitiesOf()
      const keeper = forgetfulKeeper()
      keeper.change((kept) => ({ ...kept, bindings }))
      const options = { mark, capabilities, keepTracked: false }
      enforcerWith = (mostNodes) => {
        const places = createPlaces({ ...options, keeper, limits: { mostNodes } })
        const links = { ipv6: true, uplinkNetns, uplinkRoutes: false, instances: false }
        return withPlaces(kernelEnforcer({ ...options, ...links, bound: places.bound }), places)
      }
      await crossroads.open(enforcerWith(MOST_NODES))
    })
    afterAll(() => crossroads.close())

    it(
      'every packet goes where decide says, and every rule counts what it decides',
      { timeout: 60_000 + worlds * 5_000 },
      async () => {
        let [arrived, sent] = [0, 0]
        for (const linear of [false, true]) {
          const mostNodes = linear ? FEW_NODES : MOST_NODES
          const enforcer = enforcerWith(mostNodes)
          for (const seed of seeds.filter((one) => kindOf(one).linear === linear)) {
            const round = await roundOf(crossroads, enforcer, { seed, length: PER_WORLD, mostNodes })
            expect(round.disagreements, `seed ${seed}`).toEqual([])
            arrived += round.arrived
            sent += round.sent
          }
        }
        // Single worlds may let everything pass.
        expect(arrived / sent).toBeGreaterThan(0.1)
        expect(arrived / sent).toBeLessThan(0.9)
      },
    )
  })
})
