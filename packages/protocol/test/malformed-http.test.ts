import { connect, type AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpServer } from '../src/http-server.js'
import { answerMalformed, framingErrors } from '../src/malformed-http.js'

const server = createHttpServer((_, response) => response.end())

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** Everything that comes back for these bytes until the server closes. */
const answerTo = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = ''
    const { port } = server.address() as AddressInfo
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })

describe('bytes that are no HTTP request', () => {
  it.each([
    ['garbage', 'garbage\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    ['a blank in the URL', 'GET /?a=b c HTTP/1.1\r\nHost: h\r\n\r\n'],
  ])('get an error envelope and the end of the connection: %s', async (_, bytes) => {
    const answer = await answerTo(bytes)
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(answer).toContain('content-type: text/xml;charset=utf-8\r\n')
    expect(answer).toContain(
      `<Code>InvalidParameter</Code><Message>${framingErrors['InvalidParameter#http'].message}`,
    )
    const [, body = ''] = answer.split('\r\n\r\n')
    expect(/content-length: (\d+)/.exec(answer)?.[1]).toBe(String(Buffer.byteLength(body)))
  })

  it('a request that does not arrive in time is told so, with 408', () => {
    const socket = new PassThrough()
    answerMalformed(Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket, 1)
    const answer = String(socket.read())
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(answer).toContain('<Code>RequestTimeout</Code>')
    expect(socket.writableEnded).toBe(true)
  })

  it('a client that is gone is told nothing', () => {
    const socket = new PassThrough()
    answerMalformed(Object.assign(new Error('reset'), { code: 'ECONNRESET' }), socket, 1)
    expect(socket.read()).toBeNull()
    expect(socket.destroyed).toBe(true)
  })

  it('headers over the limit say what the limit is', async () => {
    const answer = await answerTo(`GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(160 * 1024)}\r\n\r\n`).catch(
      String,
    )
    // The server may close before everything was sent, which some stacks report as a reset instead.
    expect(answer).toMatch(/^HTTP\/1\.1 431 |ECONNRESET|EPIPE/)
  })
})
