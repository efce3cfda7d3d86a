import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WireError } from '../src/errors.js'
import { MAX_PARAMETERS, parseParameters } from '../src/parameters.js'

const errorOf = (run: () => unknown): WireError => {
  try {
    run()
  } catch (error) {
    if (error instanceof WireError) return error
    throw error
  }
  throw new Error('expected a wire error')
}

describe('parseParameters', () => {
  it('merges query and form in the order of arrival and keeps the query apart', () => {
    const { query, all } = parseParameters('Action=A&Version=1', 'B=2&C=3')
    expect([...query]).toEqual([
      ['Action', 'A'],
      ['Version', '1'],
    ])
    expect([...all.keys()]).toEqual(['Action', 'Version', 'B', 'C'])
  })

  it('decodes + and percent-encoded UTF-8 in both places, names included', () => {
    const { all } = parseParameters('a=x+y%2B&%E7%BB%84=%f0%9f%98%80', 'b=1+2&c=a%3Db%26')
    expect([...all]).toEqual([
      ['a', 'x y+'],
      ['组', '😀'],
      ['b', '1 2'],
      ['c', 'a=b&'],
    ])
  })

  it('decodes UTF-8 bytes that a client left unencoded', () => {
    const raw = Buffer.from('名=值%20x').toString('latin1')
    expect([...parseParameters(raw, '').all]).toEqual([['名', '值 x']])
  })

  it('keeps empty values, names without an equals sign, and equals signs inside values', () => {
    const { all } = parseParameters('SignatureType=&flag&&Token=a==&=v', '')
    expect([...all]).toEqual([
      ['SignatureType', ''],
      ['flag', ''],
      ['Token', 'a=='],
      ['', 'v'],
    ])
  })

  it.each(['a=%', 'a=%2', 'a=%zz', 'a=%ff', 'a=%c3%28', 'a=%ed%a0%80', 'a=\u00ff', '%E0%A4%A=1'])(
    'refuses %s, which is not percent-encoded UTF-8, and names the parameter',
    (text) => {
      for (const error of [
        errorOf(() => parseParameters(text, '')),
        errorOf(() => parseParameters('', text)),
      ]) {
        expect([error.status, error.code]).toEqual([400, 'InvalidParameter'])
        expect(error.message).toContain(text.startsWith('a=') ? 'parameter a ' : '%E0%A4%A')
      }
    },
  )

  it('accepts a repeated name with one value and refuses it with two, wherever they stand', () => {
    expect(parseParameters('a=1&a=1', 'a=1').all.get('a')).toBe('1')
    expect(errorOf(() => parseParameters('a=1&a=2', '')).key).toBe('InvalidParameter#duplicate')
    expect(errorOf(() => parseParameters('a=1', 'a=')).key).toBe('InvalidParameter#duplicate')
  })

  it('accepts exactly the maximum of parameters, and one more is refused', () => {
    const pairs = Array.from({ length: MAX_PARAMETERS }, (_, n) => `p${n}=1`)
    expect(parseParameters(pairs.slice(0, 10).join('&'), pairs.slice(10).join('&')).all.size).toBe(
      MAX_PARAMETERS,
    )
    expect(errorOf(() => parseParameters('one=more', pairs.join('&'))).key).toBe('InvalidParameter#count')
  })

  it('reads back whatever URLSearchParams writes', () => {
    const texts = fc.dictionary(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ unit: 'grapheme' }),
    )
    fc.assert(
      fc.property(texts, (record) => {
        const written = new URLSearchParams(record).toString()
        expect(Object.fromEntries(parseParameters(written, '').all)).toEqual(
          Object.fromEntries(new URLSearchParams(written)),
        )
      }),
    )
  })
})
