import { createHash } from 'node:crypto'
import type { Answer, Caller } from '@sallyport/protocol'
import { ecsError, type EcsErrorKey } from '../errors/ecs.js'
import { findToken, putToken } from '../store/client-tokens.js'
import type { WriteSession } from '../store/session.js'
import { secondsText } from './context.js'

/** How long a client token is remembered at least. */
const TOKEN_LIFETIME_MS = 24 * 3600 * 1000

/** Tokens used before this time (ISO text) are forgotten. */
export const tokenHorizon = (now: Date): string => new Date(now.getTime() - TOKEN_LIFETIME_MS).toISOString()

/** What every operation that is idempotent by ClientToken can be refused with, beside what it declares. */
export const tokenErrors = [
  'InvalidClientToken.ValueNotSupported',
  'IdempotentParameterMismatch',
] as const satisfies readonly EcsErrorKey[]

/** Parameters of the envelope: a retry has others, and is still the same request. */
const enveloping = new Set([
  'AccessKeyId',
  'Action',
  'ClientToken',
  'Format',
  'SecurityToken',
  'Signature',
  'SignatureMethod',
  'SignatureNonce',
  'SignatureType',
  'SignatureVersion',
  'Timestamp',
  'Version',
])

/** A hash of the business parameters, whatever their order; empty ones count as absent. */
export function fingerprint(parameters: ReadonlyMap<string, string>): string {
  const business = [...parameters].filter(([name, value]) => value !== '' && !enveloping.has(name))
  business.sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(business)).digest('base64')
}

/** Throws 400 InvalidClientToken.ValueNotSupported unless the token is 1 to 64 printable ASCII characters. */
export function checkToken(token: string): void {
  if (!/^[\x20-\x7e]{1,64}$/.test(token)) throw ecsError('InvalidClientToken.ValueNotSupported')
}

export interface TokenUse {
  readonly token: string
  readonly action: string
  readonly regionId: string
  readonly caller: Caller
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * Runs `work` unless the token was used before: then the answer of that time is given again, with no second effect.
 * INVARIANT: the token is stored in the transaction of its effect, so neither is there without the other. A refused
 * request stores nothing and may be corrected under the same token.
 */
export async function once(
  session: WriteSession,
  use: TokenUse,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const key = {
    account_id: use.caller.accountId,
    region_id: use.regionId,
    action: use.action,
    token: use.token,
  }
  const print = fingerprint(use.parameters)
  const known = await findToken(session, key)
  if (known && known.created_at >= tokenHorizon(use.caller.now)) {
    if (known.fingerprint !== print) throw ecsError('IdempotentParameterMismatch')
    return JSON.parse(known.answer) as Answer
  }
  const answer = await work()
  await putToken(session, {
    ...key,
    fingerprint: print,
    answer: JSON.stringify(answer),
    created_at: secondsText(use.caller.now),
  })
  return answer
}
