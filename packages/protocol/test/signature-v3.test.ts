import { describe, expect, it } from 'vitest'
import { canonicalRequestV3, hashBody, signV3, stringToSignV3 } from '../src/signature-v3.js'

const SIGNED = [
  'host',
  'x-acs-action',
  'x-acs-content-sha256',
  'x-acs-date',
  'x-acs-signature-nonce',
  'x-acs-version',
]

/** The request of Alibaba's V3 signature page, published with two dates. */
const published = (date: string, nonce: string) => {
  const bodyHash = hashBody(Buffer.alloc(0))
  return canonicalRequestV3({
    method: 'POST',
    query: new Map([
      ['RegionId', 'cn-shanghai'],
      ['ImageId', 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd'],
    ]),
    headers: {
      host: 'ecs.cn-shanghai.aliyuncs.com',
      'x-acs-action': 'RunInstances',
      'x-acs-version': '2014-05-26',
      'x-acs-date': date,
      'x-acs-signature-nonce': nonce,
      'x-acs-content-sha256': bodyHash,
    },
    signedHeaders: SIGNED,
    bodyHash,
  })
}

describe('V3 signature', () => {
  it.each([
    [
      '2023-10-26T10:22:32Z',
      '3156853299f313e23d1673dc12e1703d',
      '7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259',
      '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    ],
    [
      '2023-10-26T09:01:01Z',
      'd410180a5abf7fe235dd9b74aca91fc0',
      '29622f5feb1e9fcaaa2e276a72889c975f7b16f00e02be1ca34965b18cd85015',
      'e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804',
    ],
  ])('makes the hash and the signature that Alibaba publishes for %s', (date, nonce, hash, signature) => {
    const text = stringToSignV3(published(date, nonce))
    expect(text).toBe(`ACS3-HMAC-SHA256\n${hash}`)
    expect(signV3('YourAccessKeySecret', text)).toBe(signature)
  })

  it('encodes query values, writes an equals sign after a name without value, and trims header values', () => {
    const canonical = canonicalRequestV3({
      method: 'GET',
      query: new Map([
        ['b', 'x y*'],
        ['a', ''],
      ]),
      headers: { host: ' h:1 ' },
      signedHeaders: ['host', 'x-absent'],
      bodyHash: 'ff',
    })
    expect(canonical).toBe('GET\n/\na=&b=x%20y%2A\nhost:h:1\nx-absent:\n\nhost;x-absent\nff')
  })

  it('hashes an empty body and any other body as SHA-256', () => {
    expect(hashBody(Buffer.alloc(0))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(hashBody(Buffer.from('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
})
