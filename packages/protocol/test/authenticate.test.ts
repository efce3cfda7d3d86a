import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { authenticate, DEFAULT_WINDOW_MS } from '../src/authenticate.js'
import type { SignedRequest } from '../src/credentials.js'
import { WireError } from '../src/errors.js'
import { createNonces } from '../src/nonces.js'
import { principal } from './echo-endpoint.js'
import {
  commonV1,
  commonV3,
  encodePairs,
  KEY,
  NOW,
  signV1Fields,
  signV3Headers,
  stringToSign,
} from './signing-client.js'

type Fields = Record<string, string>

const lookupKey = (id: string) =>
  id === KEY.id || id === 'disabled'
    ? { secret: KEY.secret, active: id === KEY.id, accountId: '1', accountName: 'n', principal }
    : undefined

const newNonces = () => createNonces({ windowMs: DEFAULT_WINDOW_MS })

const run = (request: SignedRequest, nonces = newNonces(), now = NOW): string => {
  try {
    return authenticate(request, lookupKey, nonces, now).accessKeyId
  } catch (error) {
    if (error instanceof WireError) return `${error.status} ${error.code}: ${error.message}`
    throw error
  }
}

const v1 = (fields: Fields, method = 'GET'): SignedRequest => {
  const all = new Map(Object.entries(fields))
  return { method, headers: { host: 'h' }, query: all, all, body: Buffer.alloc(0) }
}

const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name))

const v3 = (headers: Fields, query: Fields = {}, body = ''): SignedRequest => {
  const parameters = new Map(Object.entries(query))
  return { method: 'POST', headers, query: parameters, all: parameters, body: Buffer.from(body) }
}

const signed3 = (changes: Fields = {}) =>
  signV3Headers({ method: 'POST', query: {}, headers: commonV3(changes) })

describe('a V1 request', () => {
  it.each(['HMAC-SHA1', 'HMAC-SHA256'])('is accepted when signed with %s', (SignatureMethod) => {
    expect(
      run(v1(signV1Fields('GET', commonV1({ SignatureMethod, SignatureType: '', 'Tag.1.Key': "a b*'~组" })))),
    ).toBe(KEY.id)
  })

  it.each(['AccessKeyId', 'SignatureMethod', 'SignatureVersion', 'SignatureNonce', 'Timestamp', 'Signature'])(
    'misses %s when it is absent or empty',
    (name) => {
      const fields = signV1Fields('GET', commonV1())
      const expected = `400 Missing${name}: ${name} is mandatory for this action.`
      expect(run(v1(without(fields, name)))).toBe(expected)
      expect(run(v1({ ...fields, [name]: '' }))).toBe(expected)
    },
  )

  it.each([
    [{ SignatureMethod: 'HMAC-MD5' }, '400 InvalidSignatureMethod: Specified signature method is not valid.'],
    [
      { SignatureVersion: '2.0' },
      '400 InvalidSignatureVersion: Specified parameter SignatureVersion is not valid.',
    ],
    [{ SignatureType: 'BEARERTOKEN' }, '400 UnsupportedParameter: The parameters is unsupported.'],
    [{ AccessKeyId: 'nobody' }, '404 InvalidAccessKeyId.NotFound: Specified access key is not found.'],
    [{ AccessKeyId: 'disabled' }, '400 InvalidAccessKeyId.Inactive: Specified access key is disabled.'],
    [
      { SecurityToken: 'x' },
      '400 InvalidSecurityToken.MismatchWithAccessKey: Specified SecurityToken mismatch with the AccessKey.',
    ],
    [
      { Timestamp: 'yesterday' },
      '400 InvalidTimeStamp.Format: Specified time stamp or date value is not well formatted.',
    ],
    [
      { Timestamp: '2026-01-02T02:49:04Z' },
      '400 InvalidTimeStamp.Expired: Specified time stamp or date value is expired.',
    ],
    [
      { Timestamp: '2026-01-02T03:19:06Z' },
      '400 InvalidTimeStamp.Expired: Specified time stamp or date value is expired.',
    ],
  ])('with %j is refused', (changes, expected) => {
    expect(run(v1(signV1Fields('GET', commonV1(changes as Fields))))).toBe(expected)
  })

  it.each(['2026-01-02T02:49:05Z', '2026-01-02T03:19:05Z', '2026-01-02T03:04:05.731Z'])(
    'with the timestamp %s is inside the window',
    (Timestamp) => {
      expect(run(v1(signV1Fields('GET', commonV1({ Timestamp }))))).toBe(KEY.id)
    },
  )

  it('with a wrong signature is told the server’s string to sign, byte for byte', () => {
    const fields = commonV1({ Description: 'x y*组~', SignatureType: '' })
    for (const forged of [
      signV1Fields('POST', fields),
      signV1Fields('GET', fields, 'wrong'),
      { ...fields, Signature: 'x' },
    ]) {
      expect(run(v1(forged))).toBe(
        '400 SignatureDoesNotMatch: Specified signature is not matched with our calculation. ' +
          `server string to sign is:${stringToSign('GET', fields)}`,
      )
    }
  })

  it('is refused when any parameter was changed after signing', () => {
    const fields = signV1Fields('GET', commonV1({ Text: 'a' }))
    for (const changed of [{ ...fields, Text: 'b' }, { ...fields, More: '' }, without(fields, 'Text')]) {
      expect(run(v1(changed))).toContain('SignatureDoesNotMatch')
    }
  })
})

describe('a nonce', () => {
  it('is used once: the same request again is refused', () => {
    const nonces = newNonces()
    const request = v1(signV1Fields('GET', commonV1()))
    expect(run(request, nonces)).toBe(KEY.id)
    expect(run(request, nonces)).toBe('400 SignatureNonceUsed: Specified signature nonce was used already.')
  })

  it('is not used up by a request whose signature does not hold', () => {
    const nonces = newNonces()
    const fields = commonV1({ SignatureNonce: 'n' })
    expect(run(v1(signV1Fields('GET', fields, 'wrong')), nonces)).toContain('SignatureDoesNotMatch')
    expect(run(v1(signV1Fields('GET', fields)), nonces)).toBe(KEY.id)
  })

  it('is shared by both signature versions', () => {
    const nonces = newNonces()
    expect(run(v1(signV1Fields('GET', commonV1({ SignatureNonce: 'n' }))), nonces)).toBe(KEY.id)
    expect(run(v3(signed3({ 'x-acs-signature-nonce': 'n' })), nonces)).toContain('SignatureNonceUsed')
  })

  it('is checked after the timestamp and before the signature', () => {
    const nonces = newNonces()
    const fields = commonV1({ SignatureNonce: 'n' })
    run(v1(signV1Fields('GET', fields)), nonces)
    expect(run(v1(signV1Fields('GET', fields, 'wrong')), nonces)).toContain('SignatureNonceUsed')
    expect(run(v1(signV1Fields('GET', { ...fields, Timestamp: 'bad' })), nonces)).toContain(
      'InvalidTimeStamp.Format',
    )
    expect(
      run(v1(signV1Fields('GET', { ...fields, AccessKeyId: 'nobody', Timestamp: 'bad' })), nonces),
    ).toContain('InvalidAccessKeyId.NotFound')
  })
})

describe('a V3 request', () => {
  it('is accepted with parameters, a body and further signed headers', () => {
    const query = { 'Permissions.1.Description': "a b*'组" }
    const headers = commonV3({
      'content-type': 'application/json',
      'x-acs-credentials-provider': 'static_ak',
    })
    const signed = signV3Headers({ method: 'POST', query, headers, body: '{"a":1}' })
    expect(run(v3(signed, query, '{"a":1}'))).toBe(KEY.id)
  })

  it('is refused when body, query or a signed header was changed, and is told what the server signed', () => {
    const headers = signed3()
    for (const changed of [v3(headers, {}, 'x'), v3(headers, { a: '' }), v3({ ...headers, host: 'other' })]) {
      const answer = run(changed)
      expect(answer).toMatch(
        /^400 SignatureDoesNotMatch: Specified signature is not matched with our calculation\. /,
      )
      expect(answer).toContain(
        `server canonical request is:POST\n/\n${encodePairs(Object.fromEntries(changed.query))}\n`,
      )
      expect(answer).toMatch(/server string to sign is:ACS3-HMAC-SHA256\n[0-9a-f]{64}$/)
    }
  })

  it('is refused when the content hash it claims is not its body’s, even if signed so', () => {
    const headers = signV3Headers({
      method: 'POST',
      query: {},
      headers: commonV3({ 'x-acs-content-sha256': 'f'.repeat(64) }),
      body: 'x',
    })
    expect(run(v3(headers, {}, 'x'))).toContain('SignatureDoesNotMatch')
  })

  it.each([
    'host',
    'x-acs-action',
    'x-acs-version',
    'x-acs-date',
    'x-acs-signature-nonce',
    'x-acs-content-sha256',
  ])('is refused when %s is not among the signed headers', (name) => {
    const headers = signed3()
    const authorization = headers['authorization']?.replace(new RegExp(`${name};|;${name}`), '') ?? ''
    expect(authorization).not.toContain(name)
    expect(run(v3({ ...headers, authorization }))).toContain(
      '400 IncompleteSignature: The request signature does not conform to Aliyun standards. server string to sign is:ACS3-HMAC-SHA256\n',
    )
  })

  it.each([
    'ACS3-HMAC-SHA256',
    'ACS3-HMAC-SHA256 Credential=a',
    'ACS3-HMAC-SHA256 Credential=,SignedHeaders=a,Signature=b',
  ])('is refused with the Authorization %s', (authorization) => {
    expect(run(v3({ ...signed3(), authorization }))).toContain('400 IncompleteSignature')
  })

  it('may have spaces after the commas of its Authorization', () => {
    const headers = signed3()
    expect(
      run(v3({ ...headers, authorization: headers['authorization']?.replaceAll(',', ', ') ?? '' })),
    ).toBe(KEY.id)
  })

  it.each([
    [{ 'x-acs-date': '' }, '400 MissingTimestamp'],
    [{ 'x-acs-signature-nonce': '' }, '400 MissingSignatureNonce'],
    [{ 'x-acs-date': '2026-01-02' }, '400 InvalidTimeStamp.Format'],
    [{ 'x-acs-date': '2026-01-02T02:00:00Z' }, '400 InvalidTimeStamp.Expired'],
    [{ 'x-acs-security-token': 't' }, '400 InvalidSecurityToken.MismatchWithAccessKey'],
  ])('with %j is refused', (changes, expected) => {
    expect(run(v3(signed3(changes as Fields)))).toContain(expected)
  })

  it('is refused with an unknown key or another algorithm', () => {
    const headers = signed3()
    const replace = (from: string, to: string) => ({
      ...headers,
      authorization: headers['authorization']?.replace(from, to) ?? '',
    })
    expect(run(v3(replace(KEY.id, randomUUID())))).toContain('404 InvalidAccessKeyId.NotFound')
    expect(run(v3(replace('ACS3-HMAC-SHA256', 'ACS3-HMAC-SM3')))).toContain('400 InvalidSignatureMethod')
  })
})
