import type { Family } from '@sallyport/engine'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { portsText, rangeText } from '../src/intermediate.js'
import { rangesOf } from '../src/netlink/ranges.js'
import { boundsOf } from '../src/netlink/values.js'
import { apply } from '../src/nftables/apply.js'
import { readBack } from '../src/nftables/read-back.js'
import type { ElementSet } from '../src/nftables/ruleset.js'
import { describePackets } from './stage.js'
import { newMark, sh } from './topology.js'

type Kind = 'ipv4_addr' | 'ipv6_addr' | 'inet_service'
const bitsOf = { ipv4_addr: 32n, ipv6_addr: 128n, inet_service: 16n } as const
const familyOf: Readonly<Record<string, Family>> = { ipv4_addr: 4, ipv6_addr: 6 }

function textOf(kind: Kind, first: bigint, last: bigint): string {
  const family = familyOf[kind]
  if (family === undefined) return portsText({ first: Number(first), last: Number(last) })
  return rangeText({ family, first, last }) ?? (family === 4 ? '0.0.0.0/0' : '::/0')
}

/** Values that are near to one another, to blocks and to the ends of all. */
const valueOf = (bits: bigint): fc.Arbitrary<bigint> => {
  const most = (1n << bits) - 1n
  return fc.oneof(
    fc.bigInt({ min: 0n, max: most }),
    fc.bigInt({ min: 0n, max: 20n }),
    fc.bigInt({ min: most - 20n, max: most }),
    fc
      .tuple(fc.bigInt({ min: 0n, max: bits - 1n }), fc.bigInt({ min: -1n, max: 0n }))
      .map(([bit, less]) => (1n << bit) + less),
  )
}

/** Ranges that do not overlap and may meet, in any order, with values. */
const rangesIn = (kind: Kind): fc.Arbitrary<[string, string][]> =>
  fc
    .uniqueArray(valueOf(bitsOf[kind]), { minLength: 2, maxLength: 40 })
    .map((values) => values.sort((a, b) => (a < b ? -1 : 1)))
    .chain((values) => {
      const texts: string[] = []
      for (let at = 0; at + 1 < values.length; at += 2)
        texts.push(textOf(kind, values[at] as bigint, values[at + 1] as bigint))
      const verdicts = fc.array(fc.constantFrom('drop', 'accept', 'goto c'), {
        minLength: texts.length,
        maxLength: texts.length,
      })
      return fc.tuple(fc.shuffledSubarray(texts, { minLength: texts.length }), verdicts)
    })
    .map(([texts, verdicts]) => texts.map((text, at): [string, string] => [text, verdicts[at] ?? 'drop']))

const anySet: fc.Arbitrary<ElementSet> = fc
  .constantFrom<Kind>('ipv4_addr', 'ipv6_addr', 'inet_service')
  .chain((kind) =>
    rangesIn(kind).map((elements) => ({
      ...{ key: [kind], data: 'verdict' as const, interval: true },
      elements: new Map(elements),
    })),
  )

it('ranges begin and end as their texts say, whether they are read as numbers or as bytes', () => {
  fc.assert(
    fc.property(
      fc
        .constantFrom<Kind>('ipv4_addr', 'inet_service')
        .chain((kind) => fc.tuple(fc.constant(kind), rangesIn(kind))),
      ([kind, elements]) => {
        for (const [text] of elements) {
          const [range] = rangesOf(kind, [[text, '']])
          const [first, last] = boundsOf(text, kind).map((bytes) => bytes.readUIntBE(0, bytes.length))
          const end = (last ?? 0) + 1
          expect(range).toEqual({ first, end: end === 2 ** Number(bitsOf[kind]) ? null : end, value: '' })
        }
      },
    ),
  )
  for (const wrong of ['10.0.0', '10.0.0.256', '10.0.0.1-', '1.2.3.4.5', ''])
    expect(() => rangesOf('ipv4_addr', [[wrong, '']]), wrong).toThrow()
})

describePackets('a map of ranges', () => {
  const name = `spt-${newMark()}`
  beforeAll(() => sh(`ip netns add ${name}`))
  afterAll(() => sh(`ip netns del ${name}`))

  it('is read back as it was sent, and so is what is left when some of it is taken away', async () => {
    const check = async (set: ElementSet, share: number): Promise<void> => {
      const all = [...set.elements]
      await apply(name, [
        ...[{ do: 'add-table' }, { do: 'delete-table' }, { do: 'add-table' }].map(
          (one) => one as { do: 'add-table' },
        ),
        { do: 'add-chain', name: 'c', base: null },
        { do: 'add-set', name: 'm', set },
        { do: 'add-elements', name: 'm', set, elements: all },
      ])
      expect((await readBack(name))?.sets.get('m')?.elements).toEqual(set.elements)
      const [gone, left] = [all.slice(0, share), all.slice(share)]
      if (gone.length === 0 || left.length === 0) return
      await apply(name, [{ do: 'delete-elements', name: 'm', set, elements: gone }])
      expect((await readBack(name))?.sets.get('m')?.elements).toEqual(new Map(left))
    }
    await fc.assert(fc.asyncProperty(anySet, fc.nat(6), check), { numRuns: 60 })
  })
})
