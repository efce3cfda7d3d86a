import { createHash, createHmac, randomUUID } from 'node:crypto'
import { request, type IncomingHttpHeaders } from 'node:http'

/** A client written from the signature pages alone: it shares no code with what it tests. */

export const NOW = Date.parse('2026-01-02T03:04:05Z')
export const KEY = { id: 'LTAI5tTestKey', secret: 'test-secret' }

type Fields = Readonly<Record<string, string>>

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

export const encodePairs = (fields: Fields): string =>
  Object.keys(fields)
    .sort()
    .map((name) => `${encode(name)}=${encode(fields[name] ?? '')}`)
    .join('&')

/** V1 common parameters for one fresh request; `changes` replace or, when empty, stay as empty values. */
export const commonV1 = (changes: Fields = {}): Record<string, string> => ({
  Action: 'Echo',
  Version: '2014-05-26',
  Format: 'JSON',
  AccessKeyId: KEY.id,
  SignatureMethod: 'HMAC-SHA1',
  SignatureVersion: '1.0',
  SignatureNonce: randomUUID(),
  Timestamp: '2026-01-02T03:04:05Z',
  ...changes,
})

export const stringToSign = (method: string, fields: Fields) => `${method}&%2F&${encode(encodePairs(fields))}`

/** Adds the V1 signature of the fields as they stand. */
export const signV1Fields = (method: string, fields: Fields, secret = KEY.secret): Record<string, string> => {
  const digest = fields['SignatureMethod'] === 'HMAC-SHA256' ? 'sha256' : 'sha1'
  const text = stringToSign(method, fields)
  return { ...fields, Signature: createHmac(digest, `${secret}&`).update(text).digest('base64') }
}

export interface V3Request {
  readonly method: string
  readonly query: Fields
  readonly headers: Fields
  readonly body?: string
  readonly secret?: string
}

export const commonV3 = (changes: Fields = {}): Record<string, string> => ({
  host: 'ecs.test:80',
  'x-acs-action': 'Echo',
  'x-acs-version': '2014-05-26',
  'x-acs-date': '2026-01-02T03:04:05Z',
  'x-acs-signature-nonce': randomUUID(),
  accept: 'application/json',
  ...changes,
})

/** Adds the content hash and the ACS3 Authorization header over every x-acs- header, host and content-type. */
export const signV3Headers = ({
  method,
  query,
  headers,
  body = '',
  secret = KEY.secret,
}: V3Request): Fields => {
  const hash = createHash('sha256').update(body).digest('hex')
  const all: Record<string, string> = { 'x-acs-content-sha256': hash, ...headers }
  const names = Object.keys(all)
    .filter((name) => name.startsWith('x-acs-') || name === 'host' || name === 'content-type')
    .sort()
  const lines = names.map((name) => `${name}:${all[name]?.trim()}\n`).join('')
  const canonical = `${method}\n/\n${encodePairs(query)}\n${lines}\n${names.join(';')}\n${all['x-acs-content-sha256']}`
  const text = `ACS3-HMAC-SHA256\n${createHash('sha256').update(canonical).digest('hex')}`
  const signature = createHmac('sha256', secret).update(text).digest('hex')
  const authorization = `ACS3-HMAC-SHA256 Credential=${KEY.id},SignedHeaders=${names.join(';')},Signature=${signature}`
  return { ...all, authorization }
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Fields
  readonly body?: string | Buffer
}

/** Sends one request to a port of the loopback and reads the whole reply. */
export const send = (port: number, sent: Sent): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const { method = 'GET', path = '/', headers = {}, body } = sent
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
      })
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** A V1 GET with everything in the query. */
export const getV1 = (fields: Fields): Sent => ({ path: `/?${encodePairs(signV1Fields('GET', fields))}` })

/** A V3 POST with everything in the query, as the modern SDKs send it. */
export const postV3 = (query: Fields, headers: Fields): Sent => ({
  method: 'POST',
  path: `/?${encodePairs(query)}`,
  headers: { ...signV3Headers({ method: 'POST', query, headers }), 'content-length': '0' },
})
