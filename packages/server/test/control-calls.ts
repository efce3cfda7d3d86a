import { createHash, createHmac, randomUUID } from 'node:crypto'
import { signedQuery, type TestServer } from './harness.js'

export const adminToken = 'a-token-for-tests'
/** Flags of a test server whose admin routes are to be called. */
export const withAdmin = { admin: '127.0.0.1:0', adminToken }

export interface ControlReply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** Calls an admin route. */
export async function control(
  { running }: TestServer,
  method: string,
  path: string,
  body?: unknown,
): Promise<ControlReply> {
  const response = await fetch(`${running.admin}${path}`, {
    method,
    headers: { authorization: `Bearer ${adminToken}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const parsed = (): unknown => JSON.parse(text)
  return {
    status: response.status,
    body: (response.headers.get('content-type') === 'application/json'
      ? parsed()
      : { text }) as ControlReply['body'],
  }
}

/** A call of an admin route that must succeed. */
export async function mustControl(...call: Parameters<typeof control>): Promise<ControlReply['body']> {
  const { status, body } = await control(...call)
  if (status !== 200) throw new Error(`${call[1]} ${call[2]} answered ${status} ${JSON.stringify(body)}`)
  return body
}

export interface RawReply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A V1 call whose answer may be anything; `extra` replaces signed parameters. */
export async function rawCall(
  { running }: TestServer,
  action: string,
  extra: Record<string, string> = {},
): Promise<RawReply> {
  const query = signedQuery({ Action: action, Version: '2014-05-26', RegionId: 'cn-hangzhou', ...extra })
  const response = await fetch(`${running.endpoint}/?${query}`)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The same call signed as ACS3, with everything in the query. */
export async function rawCallV3(
  { running }: TestServer,
  action: string,
  { accept = 'application/json', ...extra }: Record<string, string> = {},
): Promise<RawReply> {
  const query = new URLSearchParams(Object.entries({ RegionId: 'cn-hangzhou', ...extra }).sort())
    .toString()
    .replaceAll('+', '%20')
  const headers: Record<string, string> = {
    host: new URL(running.endpoint).host,
    'x-acs-action': action,
    'x-acs-content-sha256': sha256(''),
    'x-acs-date': `${new Date().toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': '2014-05-26',
  }
  const names = Object.keys(headers).sort()
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('')
  const canonical = ['POST', '/', query, lines, names.join(';'), headers['x-acs-content-sha256']].join('\n')
  const signature = createHmac('sha256', 'test-secret')
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex')
  const authorization = `ACS3-HMAC-SHA256 Credential=test-key,SignedHeaders=${names.join(';')},Signature=${signature}`
  const response = await fetch(`${running.endpoint}/?${query}`, {
    method: 'POST',
    headers: { ...headers, accept, authorization },
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}
