import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  canonicalRequestV3,
  hashBody,
  percentEncode,
  signV3,
  stringToSignV3,
  V3_ALGORITHM,
} from '@sallyport/protocol'
import { UserError } from '@sallyport/server'
import type { Credentials, CredentialSource } from './credentials.js'
import { endpointOf, type Product, versions } from './endpoints.js'
import { limited } from './limited.js'

export type Answer = Readonly<Record<string, unknown>>

/** Calls one operation that reads; retried while the service asks for it. Throws a `UserError` when it is refused. */
export type Describe = (
  product: Product,
  action: `Describe${string}`,
  parameters: Parameters,
) => Promise<Answer>

type Parameters = Readonly<Record<string, string | number | undefined>>

/** Where and as whom an account is read. */
export interface LiveAccount {
  readonly region: string
  /** One for all products; absent: their public ones. */
  readonly endpoint?: string | undefined
  readonly credentials: CredentialSource
  /** Milliseconds before the first retry, doubled for each further one. Default 500. */
  readonly backOff?: number
}

/** Most requests under way at once: an account is shared with whoever else calls. */
const AT_ONCE = 10
const ATTEMPTS = 7
const PATIENCE_MS = 30_000

/**
 * A client that only reads.
 * INVARIANT: no request is sent for an operation whose name does not begin with Describe.
 */
export function liveClient({ region, endpoint, credentials, backOff = 500 }: LiveAccount): Describe {
  const inTurn = limited(AT_ONCE)
  return (product, action, parameters) =>
    inTurn(async () => {
      if (!/^Describe[A-Za-z0-9]+$/.test(action)) throw new Error(`${action} does not only read`)
      const url = endpointOf(product, region, endpoint)
      const query = new Map([['RegionId', region]])
      for (const [name, value] of Object.entries(parameters))
        if (value !== undefined) query.set(name, String(value))
      for (let attempt = 1; ; attempt++) {
        const outcome = await send(url, versions[product], action, query, await credentials())
        if ('answer' in outcome) return outcome.answer
        if (!outcome.again || attempt === ATTEMPTS) throw outcome.error
        // Not all at the same moment again.
        await sleep(backOff * 2 ** (attempt - 1) * (0.5 + Math.random() / 2))
      }
    })
}

type Outcome = { readonly answer: Answer } | { readonly error: UserError; readonly again: boolean }

async function send(
  url: URL,
  version: string,
  action: string,
  query: ReadonlyMap<string, string>,
  keys: Credentials,
): Promise<Outcome> {
  const text = [...query].map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&')
  try {
    const response = await fetch(`${url.origin}/?${text}`, {
      method: 'POST',
      headers: signedHeaders(url.host, version, action, query, keys),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const body = (await response.json()) as Answer
    return response.ok ? { answer: body } : refusal(action, response.status, body)
  } catch (error) {
    const why = error instanceof Error ? causeOf(error) : String(error)
    return {
      error: new UserError(`${url.origin} does not answer: ${why}`, 'See --endpoint and --region.'),
      again: true,
    }
  }
}

const causeOf = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message)

function signedHeaders(
  host: string,
  version: string,
  action: string,
  query: ReadonlyMap<string, string>,
  { accessKeyId, accessKeySecret, securityToken }: Credentials,
): Record<string, string> {
  const bodyHash = hashBody(Buffer.alloc(0))
  const headers: Record<string, string> = {
    host,
    'x-acs-action': action,
    'x-acs-content-sha256': bodyHash,
    'x-acs-date': `${new Date().toISOString().slice(0, 19)}Z`,
    ...(securityToken === undefined ? {} : { 'x-acs-security-token': securityToken }),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': version,
  }
  const signedHeaders = Object.keys(headers).sort()
  const canonical = canonicalRequestV3({ method: 'POST', query, headers, signedHeaders, bodyHash })
  const signature = signV3(accessKeySecret, stringToSignV3(canonical))
  const authorization = `${V3_ALGORITHM} Credential=${accessKeyId},SignedHeaders=${signedHeaders.join(';')},Signature=${signature}`
  return { ...headers, authorization, accept: 'application/json' }
}

/** What the service asks to try again, and what it does not. */
function refusal(action: string, status: number, { Code, Message, RequestId }: Answer): Outcome {
  const code = typeof Code === 'string' ? Code : 'no code'
  const again = status >= 500 || /Throttling|^ServiceUnavailable/.test(code)
  // The text of a signature that does not match quotes the whole request in the lines after the first.
  const text = typeof Message === 'string' ? (Message.split('\n', 1)[0] ?? '').slice(0, 200) : ''
  const message = `${action} was refused: ${status} ${code}: ${text} (request ${String(RequestId)})`
  return { error: new UserError(message, hintFor(action, status, code)), again }
}

function hintFor(action: string, status: number, code: string): string {
  if (/^(SignatureDoesNotMatch|IncompleteSignature|InvalidAccessKeyId|InvalidSecurityToken)/.test(code)) {
    return 'See whether the access key and its secret belong together, and are of this account.'
  }
  if (status === 403 || /Forbidden|NoPermission|UnauthorizedOperation/.test(code)) {
    return `The key needs permission for ${action}; AliyunECSReadOnlyAccess and AliyunVPCReadOnlyAccess give it.`
  }
  return 'See the API reference of the operation for the code.'
}
