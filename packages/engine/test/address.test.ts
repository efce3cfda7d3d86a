import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cidr } from '../src/index.js'
import { canonicalCidr, contains, formatAddress, parseAddress, parseCidr, storedCidr } from '../src/index.js'
import { bitsOf, blockHolds, textOf } from './address-text.js'

const v4 = fc.nat({ max: 0xffffffff }).map((number) => textOf(number.toString(2).padStart(32, '0')))
// Zero groups are common, so that compression has work to do.
const v6 = fc
  .array(fc.constantFrom(0, 0, 0, 1, 0x0db8, 0xffff), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((group) => group.toString(16)).join(':'))

function cidr(text: string): Cidr {
  const parsed = parseCidr(text)
  if (typeof parsed === 'string') throw new Error(`${text} is ${parsed}`)
  return parsed
}

const formatted = (text: string): string | undefined => {
  const address = parseAddress(text)
  return address && formatAddress(address)
}

describe('parseAddress', () => {
  it.each([
    ['', 'empty'],
    ['10.0.0', 'three numbers'],
    ['10.0.0.0.1', 'five numbers'],
    ['10.0.0.256', 'above 255'],
    ['10.0.0.-1', 'a sign'],
    ['010.0.0.1', 'a leading zero, which some read as octal'],
    ['10.0.0.00', 'a doubled zero'],
    ['0x0a.0.0.1', 'hexadecimal'],
    ['10.0.0.1 ', 'a trailing blank'],
    [' 10.0.0.1', 'a leading blank'],
    ['10.0.0.1\n', 'a newline'],
    ['10.0.0.', 'an empty number'],
    ['167772161', 'one number'],
    ['١٠.0.0.1', 'digits that are not ASCII'],
    [':', 'one colon'],
    [':::', 'three colons'],
    ['1::2::3', 'two gaps'],
    ['1:2:3:4:5:6:7', 'seven groups'],
    ['1:2:3:4:5:6:7:8:9', 'nine groups'],
    ['1:2:3:4:5:6:7::8', 'a gap that stands for nothing'],
    ['1:2:3:4:5:6:7:', 'a trailing colon'],
    [':1:2:3:4:5:6:7', 'a leading colon'],
    ['12345::', 'five digits'],
    ['g::', 'a letter past f'],
    ['fe80::1%eth0', 'a zone'],
    ['[::1]', 'brackets'],
    ['::1.2.3', 'a short quad'],
    ['::1.2.3.4:5', 'a quad that is not last'],
    ['1.2.3.4::', 'a quad before the gap'],
    ['1:2:3:4:5:6:7:1.2.3.4', 'a quad where one group is left'],
    [`${'0'.repeat(40)}::1`, 'a text longer than any address'],
  ])('refuses %j: %s', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  it.each([
    ['0.0.0.0', 4, 0n],
    ['255.255.255.255', 4, 0xffffffffn],
    ['10.1.2.3', 4, 0x0a010203n],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['1::', 6, 1n << 112n],
    ['1:2:3:4:5:6:7::', 6, 0x00010002000300040005000600070000n],
    ['::2:3:4:5:6:7:8', 6, 0x00000002000300040005000600070008n],
    ['::ffff:1.2.3.4', 6, 0xffff01020304n],
    ['1:2:3:4:5:6:1.2.3.4', 6, 0x00010002000300040005000601020304n],
    ['2001:DB8::A', 6, 0x20010db800000000000000000000000an],
    ['ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', 6, (1n << 128n) - 1n],
  ] as const)('reads %s', (text, family, bits) => {
    expect(parseAddress(text)).toEqual({ family, bits })
  })

  it('reads every address to the bits that its text spells', () => {
    fc.assert(
      fc.property(fc.oneof(v4, v6), (text) => {
        const address = parseAddress(text)
        expect(address?.bits).toBe(BigInt(`0b${bitsOf(text)}`))
        expect(address?.family).toBe(text.includes(':') ? 6 : 4)
      }),
    )
  })
})

describe('formatAddress', () => {
  it.each([
    // RFC 5952 sections 4.1 to 4.3.
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::AbC', '2001:db8::abc'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['1:2:3:4:5:6:0:0', '1:2:3:4:5:6::'],
    ['0:0:3:4:5:6:7:8', '::3:4:5:6:7:8'],
    ['0:2:3:4:5:6:7:0', '0:2:3:4:5:6:7:0'],
    ['10.1.2.3', '10.1.2.3'],
  ])('writes %s as %s', (text, canonical) => {
    expect(formatted(text)).toBe(canonical)
  })

  it('is read back to the same address, and is the only spelling it gives', () => {
    fc.assert(
      fc.property(fc.oneof(v4, v6), (text) => {
        const canonical = formatted(text) ?? ''
        expect(bitsOf(canonical)).toBe(bitsOf(text))
        expect(formatted(canonical)).toBe(canonical)
        expect(canonical).not.toMatch(/[A-Z]|(^|:)0[0-9a-f]|:::|::.*::/)
      }),
    )
  })
})

describe('parseCidr', () => {
  it.each([
    ['10.0.0.0/', 'malformed'],
    ['10.0.0.0/08', 'malformed'],
    ['10.0.0.0/+8', 'malformed'],
    ['10.0.0.0/-1', 'malformed'],
    ['10.0.0.0/8.0', 'malformed'],
    ['10.0.0.0/8/8', 'malformed'],
    ['10.0.0.0/ 8', 'malformed'],
    ['10.0.0.0/255.0.0.0', 'malformed'],
    ['/8', 'malformed'],
    ['', 'malformed'],
    ['300.0.0.0/33', 'malformed'],
    ['10.0.0.0/33', 'mask-out-of-range'],
    ['10.0.0.0/128', 'mask-out-of-range'],
    ['::/129', 'mask-out-of-range'],
    ['2001:db8::/1000', 'mask-out-of-range'],
  ])('refuses %j as %s', (text, problem) => {
    expect(parseCidr(text)).toBe(problem)
  })

  it('keeps the host bits that were written beside the block they lie in', () => {
    expect(cidr('10.0.0.5/8')).toEqual({
      family: 4,
      host: 0x0a000005n,
      first: 0x0a000000n,
      last: 0x0affffffn,
      prefix: 8,
      written: 'block',
    })
    expect(canonicalCidr(cidr('2001:db8::1/32'))).toBe('2001:db8::/32')
  })

  it('takes a bare address as a block of one, and remembers that it was bare', () => {
    expect(cidr('10.0.0.5')).toMatchObject({ prefix: 32, written: 'address' })
    expect(cidr('10.0.0.5/32')).toMatchObject({ prefix: 32, written: 'block' })
    expect(canonicalCidr(cidr('10.0.0.5'))).toBe('10.0.0.5/32')
    expect(canonicalCidr(cidr('::1'))).toBe('::1/128')
  })

  it.each(['0.0.0.0/0', '::/0'])('reads %s as every address of its family only', (text) => {
    const all = cidr(text)
    const [own, other] = all.family === 4 ? ['255.255.255.255', '::'] : ['ffff::', '0.0.0.0']
    expect(contains(all, parseAddress(own)!)).toBe(true)
    expect(contains(all, parseAddress(other)!)).toBe(false)
  })

  it('holds exactly the addresses that share its leading bits', () => {
    const near = (text: string) =>
      fc.constantFrom(-1n, 0n, 1n).map((step) => {
        const bits = bitsOf(text)
        const moved = BigInt.asUintN(bits.length, BigInt(`0b${bits}`) + step)
        return textOf(moved.toString(2).padStart(bits.length, '0'))
      })
    const block = fc.oneof(fc.tuple(v4, fc.nat({ max: 32 })), fc.tuple(v6, fc.nat({ max: 128 })))
    const seen = { in: 0, out: 0 }
    fc.assert(
      fc.property(
        block.chain(([text, length]) => {
          const bits = bitsOf(text).slice(0, length)
          const width = text.includes(':') ? 128 : 32
          const ends = [textOf(bits.padEnd(width, '0')), textOf(bits.padEnd(width, '1'))]
          const probe = fc.oneof(v4, v6, ...ends.map(near))
          return fc.record({ block: fc.constant(`${text}/${length}`), probe })
        }),
        ({ block: text, probe }) => {
          const held = contains(cidr(text), parseAddress(probe)!)
          seen[held ? 'in' : 'out']++
          expect(held).toBe(blockHolds(text, probe))
        },
      ),
      { numRuns: 2_000 },
    )
    expect(Math.min(seen.in, seen.out)).toBeGreaterThan(200)
  })
})

describe('storedCidr', () => {
  it('throws on what should never have been stored, naming it', () => {
    expect(() => storedCidr('10.0.0.0/33')).toThrow('stored CIDR "10.0.0.0/33" is mask-out-of-range')
    expect(storedCidr('10.0.0.0/8')).toEqual(parseCidr('10.0.0.0/8'))
  })
})
