import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { percentEncode, percentEncodeTwice } from '../src/percent-encoding.js'
import { sameSignature, signV1, stringToSignV1 } from '../src/signature-v1.js'

/** The request of Alibaba's signature page. */
const published = (signatureMethod: string) =>
  new Map([
    ['Timestamp', '2016-02-23T12:46:24Z'],
    ['Format', 'XML'],
    ['AccessKeyId', 'testid'],
    ['Action', 'DescribeRegions'],
    ['SignatureMethod', signatureMethod],
    ['SignatureNonce', '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf'],
    ['Version', '2014-05-26'],
    ['SignatureVersion', '1.0'],
    ['Signature', 'anything'],
  ])

describe('V1 signature', () => {
  it('makes the string to sign and the signature that Alibaba publishes', () => {
    const text = stringToSignV1('GET', published('HMAC-SHA1'))
    expect(text).toBe(
      'GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeRegions%26Format%3DXML%26SignatureMethod%3DHMAC-SHA1' +
        '%26SignatureNonce%3D3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf%26SignatureVersion%3D1.0' +
        '%26Timestamp%3D2016-02-23T12%253A46%253A24Z%26Version%3D2014-05-26',
    )
    expect(signV1('HMAC-SHA1', 'testsecret', text)).toBe('OLeaidS1JvxuMvnyHOwuJ+uX5qY=')
  })

  it('signs the same request with HMAC-SHA256', () => {
    const text = stringToSignV1('GET', published('HMAC-SHA256'))
    expect(signV1('HMAC-SHA256', 'testsecret', text)).toBe('f+kDBRdR9n+P1zXfyHQUxMy5FsgBdfrvXstNbIWx5Gc=')
  })

  it('signs empty values, and encodes twice what the wire encodes once', () => {
    const text = stringToSignV1(
      'POST',
      new Map([
        ['b', "a b*~'(!)"],
        ['SignatureType', ''],
        ['a', '组'],
      ]),
    )
    expect(text).toBe(
      'POST&%2F&SignatureType%3D%26a%3D%25E7%25BB%2584%26b%3Da%2520b%252A~%2527%2528%2521%2529',
    )
  })

  it('refuses to sign with an unknown method', () => {
    expect(() => signV1('MD5', 's', 'x')).toThrow('cannot sign with MD5: use one of HMAC-SHA1, HMAC-SHA256')
  })

  it('percent-encodes so that decoding gives the text back and only unreserved characters stay', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(percentEncode(text)).toMatch(/^(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})*$/)
        expect(decodeURIComponent(percentEncode(text))).toBe(text)
        expect(percentEncodeTwice(text)).toBe(percentEncode(percentEncode(text)))
      }),
    )
  })

  it('compares signatures as whole texts', () => {
    expect(sameSignature('abc=', 'abc=')).toBe(true)
    expect(sameSignature('abc', 'abc=')).toBe(false)
    expect(sameSignature('abd=', 'abc=')).toBe(false)
    expect(sameSignature('šbc=', 'abc=')).toBe(false)
  })
})
