import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Family, Flow, FlowBatch, Policy } from '../src/index.js'
import { compile, decideBatch, verdictBatch } from '../src/index.js'
import { compiled, decided, flowOf, probed } from './engine-view.js'

const words = (bits: bigint, family: Family): number[] =>
  (family === 4 ? [0n] : [96n, 64n, 32n, 0n]).map((shift) => Number((bits >> shift) & 0xffffffffn))

/** Whole flows of one family as columns. */
function columnsOf(flows: readonly Flow[], family: Family): FlowBatch {
  return {
    family,
    length: flows.length,
    protocols: Uint8Array.from(flows, ({ protocol }) => protocol),
    remotes: Uint32Array.from(flows.flatMap(({ remote }) => words(remote.bits, family))),
    locals: Uint32Array.from(flows.flatMap(({ local }) => words(local?.bits ?? 0n, family))),
    remotePorts: Uint16Array.from(flows, ({ remotePort }) => remotePort ?? 0),
    localPorts: Uint16Array.from(flows, ({ localPort }) => localPort ?? 0),
    icmpTypes: Uint8Array.from(flows, ({ icmpType }) => icmpType ?? 0),
  }
}

function expectSameVerdicts(policy: Policy, flows: readonly Flow[], family: Family): void {
  const out = verdictBatch(flows.length)
  decideBatch(policy, columnsOf(flows, family), out)
  for (const [index, flow] of flows.entries()) {
    const { verdict, reason, rule, group } = decided(policy, flow)
    const entry = policy.entries[out.entries[index] ?? -1]
    expect(out.accepts[index]).toBe(Number(verdict === 'accept'))
    expect([entry?.reason ?? 'default', entry?.rule ?? null, entry?.group ?? null]).toEqual([
      reason,
      rule,
      group,
    ])
  }
}

describe('deciding many flows at once', () => {
  it('gives each flow the verdict that it gets alone, in both families', () => {
    const seen = { 4: 0, 6: 0 }
    fc.assert(
      fc.property(probed, ({ situation, packets }) => {
        const flows = packets.map((packet) => flowOf(situation, packet))
        for (const family of [4, 6] as const) {
          const some = flows.filter(({ remote }) => remote.family === family)
          seen[family] += some.length
          expectSameVerdicts(compiled(situation), some, family)
        }
      }),
      { numRuns: 120 },
    )
    expect(seen[4]).toBeGreaterThan(200)
    expect(seen[6]).toBeGreaterThan(200)
  })

  it('answers with the fallback where there are no entries', () => {
    const remote = { family: 4, bits: 1n } as const
    for (const [fallback, accepts] of [
      ['drop', 0],
      ['accept', 1],
    ] as const) {
      const out = verdictBatch(1)
      decideBatch(
        compile([], fallback, 'ingress'),
        columnsOf([{ protocol: 6, remote, local: remote }], 4),
        out,
      )
      expect([out.entries[0], out.accepts[0]]).toEqual([-1, accepts])
    }
  })

  it('finds the right one of many thousand entries and of a large group', () => {
    const range = (number: number) => ({ family: 4, first: BigInt(number), last: BigInt(number) }) as const
    const base = { ...compiledEntry, verdict: 'accept' as const }
    const entries = Array.from({ length: 5_000 }, (_, index) => ({
      ...base,
      rule: `sgr-${index}`,
      remote: { kind: 'range' as const, range: range(0x0a000000 + 3 * index) },
    }))
    const members = {
      v4: new Set(Array.from({ length: 50_000 }, (_, n) => BigInt(2 * n))),
      v6: new Set<bigint>(),
    }
    const grouped = [1, 2].map((number) => ({
      ...base,
      rule: `sgr-g${number}`,
      localPorts: [{ first: number, last: number }],
      remote: { kind: 'group' as const, group: 'sg-2', members },
    }))
    const policy = compile([...entries, ...grouped], 'drop', 'ingress')
    const local = { family: 4, bits: 5n } as const
    const flow = (bits: number, localPort: number): Flow => ({
      protocol: 6,
      remote: { family: 4, bits: BigInt(bits) },
      local,
      remotePort: 1,
      localPort,
    })
    const flows = [
      ...[0, 1, 2, 14_996, 14_997, 14_998].map((step) => flow(0x0a000000 + step, 80)),
      ...[0, 1, 2, 99_998, 99_999].flatMap((bits) => [1, 2, 3].map((port) => flow(bits, port))),
    ]
    expectSameVerdicts(policy, flows, 4)
    const out = verdictBatch(flows.length)
    decideBatch(policy, columnsOf(flows, 4), out)
    expect([...out.entries]).toEqual(
      [0, -1, -1, -1, 4999, -1].concat([
        5000, 5001, -1, -1, -1, -1, 5000, 5001, -1, 5000, 5001, -1, -1, -1, -1,
      ]),
    )
  })
})

const compiledEntry = {
  reason: 'rule',
  group: 'sg-1',
  priority: 1,
  family: null,
  protocol: 6,
  local: null,
  remotePorts: null,
  localPorts: null,
  icmpTypes: null,
  staged: false,
} as const
