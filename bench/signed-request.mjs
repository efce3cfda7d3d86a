import { createHmac } from 'node:crypto'

/**
 * Signed requests at the least cost: everything that does not change from call to call is encoded once. Signature
 * V1 (HMAC-SHA1) of Alibaba's RPC signature page, all parameters in the query of a POST with an empty body, as the
 * public SDKs send them.
 */

const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const reserved = /[+/=]/g
const reservedCodes = { '+': '%2B', '/': '%2F', '=': '%3D' }

/** `yyyy-MM-ddTHH:mm:ssZ` of now, encoded; made anew once a second. */
function createTimestamps() {
  let second = 0
  let stamp
  return () => {
    const now = Math.floor(Date.now() / 1000)
    if (now !== second) {
      second = now
      const text = encode(`${new Date(now * 1000).toISOString().slice(0, 19)}Z`)
      stamp = { wire: text, signed: encode(text) }
    }
    return stamp
  }
}

/** A place in the query that each call fills. */
export const slot = (name) => ({ slot: name })

/**
 * Makes a function from slot values to the text of a request. `parameters` are those of the operation, common ones
 * aside; a value made by `slot` is filled at each call, with letters, digits, `-`, `_`, `.` and `~` only, which need
 * no encoding.
 */
export function createRequests({ host, port, accessKeyId, accessKeySecret, version, parameters }) {
  const all = {
    AccessKeyId: accessKeyId,
    Format: 'JSON',
    SignatureMethod: 'HMAC-SHA1',
    SignatureNonce: slot('nonce'),
    SignatureVersion: '1.0',
    Timestamp: slot('timestamp'),
    Version: version,
    ...parameters,
  }
  const names = Object.keys(all).sort()
  // Texts between slots, once as they go over the wire and once as they stand in the string to sign.
  const slots = []
  const wire = ['']
  const signed = ['POST&%2F&']
  for (const [index, name] of names.entries()) {
    const value = all[name]
    const fixed = `${index === 0 ? '' : '&'}${encode(name)}=${typeof value === 'string' ? encode(value) : ''}`
    wire[slots.length] += fixed
    signed[slots.length] += encode(fixed)
    if (typeof value === 'string') continue
    slots.push(value.slot)
    wire.push('')
    signed.push('')
  }
  const timestamp = createTimestamps()
  // Nonces must differ between runs as well.
  const run = `${process.pid.toString(36)}${Date.now().toString(36)}`
  const tail = ` HTTP/1.1\r\nHost: ${host}:${port}\r\nContent-Length: 0\r\n\r\n`
  const key = `${accessKeySecret}&`
  let calls = 0
  return (values) => {
    const nonce = `${run}-${calls++}`
    const stamp = timestamp()
    let query = wire[0]
    let toSign = signed[0]
    for (let index = 0; index < slots.length; index++) {
      const name = slots[index]
      const plain = name === 'nonce' ? nonce : name === 'timestamp' ? stamp.wire : values[name]
      query += plain + wire[index + 1]
      toSign += (name === 'timestamp' ? stamp.signed : plain) + signed[index + 1]
    }
    const signature = createHmac('sha1', key).update(toSign).digest('base64')
    const encoded = signature.replace(reserved, (char) => reservedCodes[char])
    return `POST /?${query}&Signature=${encoded}${tail}`
  }
}
