import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry, Layer } from '../src/index.js'
import { compile, countOf, diagramOf, regionOf, regionsOfEntry } from '../src/index.js'
import { decided } from './engine-view.js'
import { flowsIn, holds } from './small-regions.js'

/** Policies of many entries that overlap in every field, so that walks are long and their states are reduced. */

const SIDE = 6
const v4 = (first: number, last: number) => ({ family: 4 as const, first: BigInt(first), last: BigInt(last) })

const span = fc
  .tuple(fc.nat({ max: SIDE - 1 }), fc.nat({ max: 3 }))
  .map(([first, more]) => ({ first, last: Math.min(SIDE - 1, first + more) }))
const maybe = fc.option(span, { freq: 9 })

const entries: fc.Arbitrary<Entry[]> = fc
  .array(fc.tuple(span, maybe, maybe, maybe, fc.boolean(), fc.constantFrom(6, 17, null)), {
    minLength: 45,
    maxLength: 70,
    size: 'max',
  })
  .map((list) =>
    list.map(([remote, local, remotePorts, localPorts, accepts, protocol], at) => ({
      reason: 'rule',
      rule: `sgr-${at}`,
      group: 'sg-1',
      priority: 1,
      verdict: accepts ? 'accept' : 'drop',
      family: null,
      protocol,
      remote: { kind: 'range', range: v4(remote.first, remote.last) },
      local: local && v4(local.first, local.last),
      remotePorts: remotePorts && [remotePorts],
      localPorts: localPorts && [localPorts],
      icmpTypes: null,
      staged: false,
    })),
  )

const ports = [{ first: 0, last: SIDE }]
const small = regionOf(4, {
  protocols: [
    { first: 6, last: 6 },
    { first: 17, last: 17 },
  ],
  remote: [v4(0, SIDE)],
  local: [v4(0, SIDE)],
  remotePorts: ports,
  localPorts: ports,
})
const flows = flowsIn(small)

describe('a long walk', () => {
  it(
    'tells of every flow what two policies say, and counts on which they differ',
    { timeout: 240_000 },
    () => {
      let nodes = 0
      fc.assert(
        fc.property(entries, fc.nat(), fc.boolean(), fc.boolean(), (list, turn, moved, limited) => {
          const before = compile(list, 'drop', 'ingress')
          const changed = [...list]
          const [taken] = changed.splice(turn % list.length, 1)
          if (moved && taken) changed.splice((turn * 7) % list.length, 0, { ...taken, verdict: 'accept' })
          const layers = [before, compile(changed, 'drop', 'ingress')].map((policy): Layer => ({
            policy,
            by: 'verdict',
          }))
          const box = limited && taken ? regionsOfEntry(taken) : [regionOf(4)]
          const within = [small].filter(() => !limited)
          const told = flows
            .filter((flow) => box.some((region) => holds(region, flow)))
            .map((flow) => layers.map(({ policy }) => decided(policy, flow).verdict).join(' '))
          const asked = { layers, within: limited ? box : within, budget: { nodes: 200_000 } }
          const plain = diagramOf(asked)
          const differing = diagramOf({ ...asked, differences: true })
          nodes += plain.nodes.length
          for (const [a, b] of [
            ['accept', 'drop'],
            ['drop', 'accept'],
          ]) {
            const wanted = told.filter((one) => one === `${a} ${b}`).length
            const counts = [plain, differing].map((diagram) =>
              countOf(diagram, ([one, other]) => one?.verdict === a && other?.verdict === b),
            )
            // Within the box of an entry, fields that it leaves open have values beyond those tried.
            if (!limited) expect(counts).toEqual([BigInt(wanted), BigInt(wanted)])
            else {
              expect(counts[0]).toBe(counts[1])
              expect(counts[0] === 0n).toBe(wanted === 0)
            }
          }
        }),
        { numRuns: 40 },
      )
      // Many more than after which states are reduced.
      expect(nodes / 40).toBeGreaterThan(40)
    },
  )
})
