import { describe, expect, it } from 'vitest'
import { gatewayErrors } from '../src/gateway-errors.js'
import { MAX_PARAMETERS } from '../src/parameters.js'
import { runEcho } from './echo-endpoint.js'
import {
  commonV1,
  commonV3,
  encodePairs,
  FORM,
  getV1,
  KEY,
  postV3,
  send,
  signV1Fields,
  type Sent,
} from './signing-client.js'

type Key = keyof typeof gatewayErrors
type Fields = Record<string, string>

const changed = (changes: Fields): Sent => getV1(commonV1({ Need: 'n', ...changes }))
const query = (text: string): Sent => ({ path: `/?Format=JSON&${text}` })
const v3 = (changes: Fields): Sent => postV3({ Need: 'n' }, commonV3(changes))
const unsigned = (): Sent => ({ path: `/?${encodePairs(commonV1())}` })
const previewing = (sent: Sent, value: string): Sent => ({
  ...sent,
  headers: { ...sent.headers, 'x-sallyport-preview': value },
})
const forged = (sent: Sent): Sent => ({
  ...sent,
  headers: { ...sent.headers, authorization: `${sent.headers?.['authorization']}0` },
})

/** For every row of the table, requests that raise it. */
const raising: Readonly<Record<Key, readonly Sent[]>> = {
  'InvalidAction.NotFound': [
    changed({ Action: 'Nothing' }),
    v3({ 'x-acs-action': 'echo' }),
    { path: '/api?Format=json' },
  ],
  UnsupportedOperation: [changed({ Action: 'Shout' }), v3({ 'x-acs-action': 'Shout' })],
  'UnsupportedOperation#preview': [previewing(changed({}), '1'), previewing(v3({}), '1')],
  InvalidVersion: [changed({ Version: '2014-05-25' }), v3({ 'x-acs-version': 'x' })],
  UnsupportedHTTPMethod: [
    { method: 'DELETE', path: '/?Format=json' },
    { method: 'PUT', path: '/x?Format=JSON', body: 'x' },
  ],
  MissingAction: [changed({ Action: '' }), v3({ 'x-acs-action': '' }), query('')],
  MissingVersion: [changed({ Version: '' }), v3({ 'x-acs-version': '' })],
  MissingAccessKeyId: [changed({ AccessKeyId: '' })],
  MissingSignatureMethod: [changed({ SignatureMethod: '' })],
  MissingSignatureVersion: [changed({ SignatureVersion: '' })],
  MissingSignatureNonce: [changed({ SignatureNonce: '' }), v3({ 'x-acs-signature-nonce': '' })],
  MissingTimestamp: [changed({ Timestamp: '' }), v3({ 'x-acs-date': '' })],
  MissingSignature: [unsigned()],
  MissingParameter: [changed({ Need: '' }), postV3({}, commonV3())],
  InvalidParameter: [changed({ Count: '-1' }), changed({ 'Ids.0': 'x' }), query('a=%ff')],
  'InvalidParameter#duplicate': [query('a=1&a=2')],
  'InvalidParameter#count': [
    query(manyPairs()),
    { method: 'POST', headers: FORM, body: `Format=json&${manyPairs()}` },
  ],
  'InvalidParameter#body': [{ method: 'POST', path: '/?Format=json', body: 'x'.repeat(1_048_577) }],
  'InvalidParameter#preview': [previewing(changed({}), '0'), previewing(v3({}), 'true')],
  'InvalidParameter.Format': [changed({ Format: 'yaml' })],
  'InvalidAccessKeyId.NotFound': [changed({ AccessKeyId: 'nobody' })],
  'InvalidAccessKeyId.Inactive': [changed({ AccessKeyId: 'disabled' })],
  MissingSecurityToken: [changed({ AccessKeyId: 'STS.it' })],
  'InvalidSecurityToken.Malformed': [changed({ AccessKeyId: 'STS.it', SecurityToken: 't' })],
  'InvalidSecurityToken.Expired': [changed({ AccessKeyId: 'STS.it', SecurityToken: 'expired' })],
  InvalidOwner: [changed({ OwnerId: '1234567890123456', OwnerAccount: 'Test@aliyun.com' })],
  InvalidOwnerId: [changed({ OwnerId: 'x' }), changed({ ResourceOwnerId: '2' })],
  InvalidOwnerAccount: [changed({ OwnerAccount: 'x' }), changed({ ResourceOwnerAccount: 'x' })],
  'Forbidden.RAM': [changed({ AccessKeyId: 'powerless' }), changed({ AccessKeyId: 'powerless', Need: '' })],
  'InvalidSecurityToken.MismatchWithAccessKey': [
    changed({ SecurityToken: 't' }),
    v3({ 'x-acs-security-token': 't' }),
  ],
  'InvalidTimeStamp.Format': [changed({ Timestamp: 'now' }), v3({ 'x-acs-date': 'now' })],
  'InvalidTimeStamp.Expired': [
    changed({ Timestamp: '2020-01-01T00:00:00Z' }),
    v3({ 'x-acs-date': '2030-01-01T00:00:00Z' }),
  ],
  SignatureNonceUsed: [changed({ SignatureNonce: 'used' }), v3({ 'x-acs-signature-nonce': 'used' })],
  InvalidSignatureMethod: [changed({ SignatureMethod: 'HMAC-MD5' })],
  InvalidSignatureVersion: [changed({ SignatureVersion: '1' })],
  UnsupportedParameter: [changed({ SignatureType: 'BEARERTOKEN' })],
  SignatureDoesNotMatch: [{ path: `/?${encodePairs(signV1Fields('GET', commonV1(), 'wrong'))}` }],
  'SignatureDoesNotMatch#v3': [forged(v3({}))],
  IncompleteSignature: [
    { ...v3({}), headers: { ...commonV3(), authorization: `ACS3-HMAC-SHA256 Credential=${KEY.id}` } },
  ],
  InternalError: [changed({ Text: 'fail' })],
}

function manyPairs(): string {
  return Array.from({ length: MAX_PARAMETERS }, (_, n) => `p${n}=`).join('&')
}

/** The message of a row as a pattern: %s stands for anything. */
const pattern = (message: string) =>
  new RegExp(
    `^${message
      .split('%s')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^]+')}$`,
  )

const readError = (body: string): { readonly Code: string; readonly Message: string } => {
  if (body.startsWith('{')) return JSON.parse(body) as { Code: string; Message: string }
  const [, Code = '', Message = ''] = /<Code>(.*)<\/Code><Message>(.*)<\/Message>/s.exec(body) ?? []
  return { Code, Message }
}

describe('every gateway error', () => {
  it.each(Object.keys(gatewayErrors) as Key[])(
    '%s is answered with its status, code and text',
    async (key) => {
      const echo = await runEcho((input) => {
        if ((input as { Text?: string }).Text === 'fail') throw new Error('injected')
        return {}
      })
      try {
        expect((await send(echo.port, changed({ SignatureNonce: 'used' }))).status).toBe(200)
        for (const sent of raising[key]) {
          const reply = await send(echo.port, sent)
          const row = gatewayErrors[key]
          const error = readError(reply.body)
          expect([reply.status, error.Code]).toEqual([row.status, key.split('#')[0]])
          expect(error.Message).toMatch(pattern(row.message))
          // Only a request that names no known format is answered in XML here.
          const type =
            key === 'InvalidParameter.Format' ? 'text/xml;charset=utf-8' : 'application/json;charset=utf-8'
          expect(reply.headers['content-type']).toBe(type)
        }
      } finally {
        await echo.stop()
      }
    },
  )
})
