import {
  isV3,
  readCredentialsV1,
  readCredentialsV3,
  type Credentials,
  type SignedRequest,
} from './credentials.js'
import { raiseGateway } from './gateway-errors.js'
import type { Nonces } from './nonces.js'
import type { Operation, Principal } from './operation.js'
import type { Parameters } from './parameters.js'
import { parseTimestamp } from './timestamp.js'

/** An access key pair and the account it belongs to. */
export interface AccessKey {
  readonly secret: string
  readonly active: boolean
  readonly accountId: string
  /** Login name of the account, for example `Test@aliyun.com`. */
  readonly accountName: string
  /** Who of the account signs with it. */
  readonly principal: Principal
  /** Whether it works only together with its security token, which the lookup has verified. */
  readonly temporary?: boolean
  /** Whether it may make a call; absent when it may make any. */
  readonly permits?: (
    operation: Pick<Operation<never>, 'product' | 'name' | 'access'>,
    subject: CallSubject,
  ) => boolean
}

/** What a permission depends on beside the operation. */
export interface CallSubject {
  /** Account whose resources the call is about. */
  readonly accountId: string
  readonly parameters: Parameters
}

/**
 * Finds an access key by its id. `securityToken` is empty when none was sent; a temporary key whose token is absent,
 * of another key, or expired is refused by throwing the gateway's error.
 */
export type LookupKey = (accessKeyId: string, securityToken: string) => AccessKey | undefined

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
  const { accessKeyId, nonce, securityToken } = credentials
  const key = lookupKey(accessKeyId, securityToken)
  if (key === undefined) throw raiseGateway('InvalidAccessKeyId.NotFound')
  if (!key.active) throw raiseGateway('InvalidAccessKeyId.Inactive')
  if (securityToken !== '' && !key.temporary) throw raiseGateway('InvalidSecurityToken.MismatchWithAccessKey')
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
