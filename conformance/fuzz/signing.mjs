import { createHash, createHmac, randomUUID } from 'node:crypto'

/** Signed requests as text, in each way that clients sign, made independently of the server's code. */

const encode = (text) =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const query = (parameters) =>
  Object.keys(parameters)
    .sort()
    .map((name) => `${encode(name)}=${encode(parameters[name])}`)
    .join('&')

const now = () => `${new Date().toISOString().slice(0, 19)}Z`
const hex = (text) => createHash('sha256').update(text).digest('hex')

export const styles = ['v1-get', 'v1-post', 'v1-form', 'v3']

/** `{method, target, headers, body}` of a call. */
export function sign(style, { host, key, operation, parameters }) {
  return style === 'v3'
    ? signV3(host, key, operation, parameters)
    : signV1(style, host, key, operation, parameters)
}

function signV1(style, host, key, operation, parameters) {
  const method = style === 'v1-get' ? 'GET' : 'POST'
  const all = {
    ...{ Action: operation.name, Version: operation.version, Format: 'JSON', AccessKeyId: key.id },
    ...{ SignatureMethod: 'HMAC-SHA1', SignatureVersion: '1.0', SignatureNonce: randomUUID() },
    ...{ Timestamp: now(), ...parameters },
  }
  const text = `${method}&%2F&${encode(query(all))}`
  const signature = createHmac('sha1', `${key.secret}&`).update(text).digest('base64')
  const wire = `${query(all)}&Signature=${encode(signature)}`
  const headers = { host }
  if (style !== 'v1-form') return { method, target: `/?${wire}`, headers, body: '' }
  headers['content-type'] = 'application/x-www-form-urlencoded'
  return { method, target: '/', headers, body: wire }
}

function signV3(host, key, operation, parameters) {
  const headers = {
    host,
    'x-acs-action': operation.name,
    'x-acs-version': operation.version,
    'x-acs-date': now(),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-content-sha256': hex(''),
  }
  const names = Object.keys(headers).sort()
  const canonical = [
    ...['POST', '/', query(parameters), ...names.map((name) => `${name}:${headers[name]}`), ''],
    ...[names.join(';'), hex('')],
  ].join('\n')
  const signature = createHmac('sha256', key.secret)
    .update(`ACS3-HMAC-SHA256\n${hex(canonical)}`)
    .digest('hex')
  headers.authorization = `ACS3-HMAC-SHA256 Credential=${key.id},SignedHeaders=${names.join(';')},Signature=${signature}`
  headers.accept = 'application/json'
  return { method: 'POST', target: `/?${query(parameters)}`, headers, body: '' }
}

/** The bytes of a request that closes its connection. */
export function bytesOf({ method, target, headers, body }) {
  const lines = [`${method} ${target} HTTP/1.1`]
  const all = { ...headers, connection: 'close', 'content-length': String(Buffer.byteLength(body)) }
  for (const [name, value] of Object.entries(all)) lines.push(`${name}: ${value}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
}
