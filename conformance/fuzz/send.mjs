import { Agent, request } from 'node:http'
import { connect } from 'node:net'

const agent = new Agent({ keepAlive: true, maxSockets: 16 })

/** Sends a well-formed HTTP request over a kept connection; `{status, type, text}`. */
export function sendRequest(url, { method, target, headers, body }) {
  return new Promise((resolve, reject) => {
    const options = {
      agent,
      host: url.hostname,
      port: url.port,
      method,
      path: target,
      headers,
      setHost: false,
    }
    const sent = request(options, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () =>
        resolve({
          status: response.statusCode,
          type: response.headers['content-type'],
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

/** How long a connection of broken bytes may stay open after we ended our side. */
const PATIENCE_MS = 20_000

/**
 * Sends bytes and ends our side. Answers with the first response, or null when the server closed without one (it owes
 * none to a connection that never sent a whole request).
 */
export function sendBytes(url, bytes) {
  return new Promise((resolve, reject) => {
    const chunks = []
    const socket = connect(Number(url.port), url.hostname, () => socket.end(bytes))
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error('the connection stayed open'))
    }, PATIENCE_MS)
    socket.on('data', (chunk) => chunks.push(chunk))
    // Bytes that we still sent when the server had closed already.
    socket.on('error', () => undefined)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve(parse(Buffer.concat(chunks).toString()))
    })
  })
}

function parse(text) {
  const [head, ...rest] = text.split('\r\n\r\n')
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]
  if (status === undefined) return text === '' ? null : { status: 0, type: undefined, text }
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? NaN)
  const type = /^content-type: (.+)$/im.exec(head)?.[1]
  const body = Buffer.from(rest.join('\r\n\r\n')).subarray(0, length).toString()
  return { status: Number(status), type, text: body }
}
