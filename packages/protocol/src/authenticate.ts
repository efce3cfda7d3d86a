import {
  isV3,
  readCredentialsV1,
  readCredentialsV3,
  type Credentials,
  type SignedRequest,
} from './credentials.js'
import { raiseGateway } from './gateway-errors.js'
import type { Nonces } from './nonces.js'
import { parseTimestamp } from './timestamp.js'

/** An access key pair and the account it belongs to. */
export interface AccessKey {
  readonly secret: string
  readonly active: boolean
  readonly accountId: string
  /** Login name of the account, for example `Test@aliyun.com`. */
  readonly accountName: string
}

/** Finds an access key by its id. */
export type LookupKey = (accessKeyId: string) => AccessKey | undefined

/** How far a timestamp may lie from the clock, either way: the 15 minutes of the gateway's error tables. */
export const DEFAULT_WINDOW_MS = 15 * 60_000

export interface Authenticated {
  readonly accessKeyId: string
  readonly key: AccessKey
}

/** Reads who a request says it is from, by the signature version it uses. Throws when something is missing. */
export const readCredentials = (request: SignedRequest): Credentials =>
  isV3(request.headers) ? readCredentialsV3(request) : readCredentialsV1(request)

/**
 * Verifies a request in the gateway's order: access key, timestamp, nonce, signature. The nonce is remembered last,
 * so that nobody without the secret can use one up.
 *
 * INVARIANT: nothing here awaits, so no other request comes between a nonce's check and its record.
 */
export const authenticate = (
  request: SignedRequest,
  lookupKey: LookupKey,
  nonces: Nonces,
  nowMs: number,
): Authenticated => {
  const credentials = readCredentials(request)
  const { accessKeyId, nonce } = credentials
  const key = lookupKey(accessKeyId)
  if (key === undefined) throw raiseGateway('InvalidAccessKeyId.NotFound')
  if (!key.active) throw raiseGateway('InvalidAccessKeyId.Inactive')
  if (credentials.securityToken !== '') throw raiseGateway('InvalidSecurityToken.MismatchWithAccessKey')
  const timestampMs = parseTimestamp(credentials.timestamp)
  if (timestampMs === undefined) throw raiseGateway('InvalidTimeStamp.Format')
  const state = nonces.check(accessKeyId, nonce, timestampMs, nowMs)
  if (state === 'expired') throw raiseGateway('InvalidTimeStamp.Expired')
  if (state === 'used') throw raiseGateway('SignatureNonceUsed')
  const refusal = credentials.refuse(key.secret)
  if (refusal !== undefined) throw refusal
  nonces.record(accessKeyId, nonce, timestampMs, nowMs)
  return { accessKeyId, key }
}
