import { generateKeyPairSync } from 'node:crypto'
import type { Server } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import forge from 'node-forge'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttpServer } from '../src/http-server.js'

/** A certificate for localhost, signed by its own key. */
function identity(): { cert: string; key: string } {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const forged = forge.pki.privateKeyFromPem(key)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.rsa.setPublicKey(forged.n, forged.e)
  certificate.serialNumber = '01'
  certificate.validity.notBefore = new Date(Date.now() - 86_400_000)
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000)
  const name = [{ name: 'commonName', value: 'localhost' }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }])
  certificate.sign(forged, forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(certificate), key }
}

const shown = identity()
const servers: Server[] = []

async function serving(): Promise<{ server: Server; port: number }> {
  const server = createHttpServer(
    (request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => response.end(`${request.method} ${request.url} ${body}`))
    },
    { identity: shown },
  )
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    if (server.listening) await closed(server)
  }
})

const overTls = (port: number, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = httpsRequest(
      { host: '127.0.0.1', port, servername: 'localhost', ca: shown.cert, method: 'POST', path: '/?a=1' },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => resolve(text))
      },
    )
    request.on('error', reject)
    request.end(body)
  })

describe('one port', () => {
  it('speaks HTTP and HTTPS, side by side', async () => {
    const { port } = await serving()
    const large = 'x'.repeat(300_000)
    const answers = await Promise.all([
      fetch(`http://127.0.0.1:${port}/?a=1`, { method: 'POST', body: large }).then((one) => one.text()),
      overTls(port, large),
      overTls(port, 'small'),
    ])
    expect(answers).toEqual([`POST /?a=1 ${large}`, `POST /?a=1 ${large}`, 'POST /?a=1 small'])
  })

  it('takes a request that arrives byte by byte, and pipelined ones', async () => {
    const { port } = await serving()
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    for (const byte of 'GET /one HTTP/1.1\r\nHost: x\r\n\r\n') {
      socket.write(byte)
      await new Promise((resolve) => setImmediate(resolve))
    }
    socket.write(
      'GET /two HTTP/1.1\r\nHost: x\r\n\r\nGET /three HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    )
    await new Promise((resolve) => socket.once('close', resolve))
    expect(text.match(/GET \/\w+/g)).toEqual(['GET /one', 'GET /two', 'GET /three'])
  })

  it('refuses TLS before 1.2, and lives on after handshakes that fail', async () => {
    const { port } = await serving()
    const failed = async (options: object): Promise<unknown> =>
      new Promise((resolve) => {
        const socket = tlsConnect({ host: '127.0.0.1', port, ...options })
        socket.once('error', resolve)
        socket.once('secureConnect', () => resolve('connected'))
      })
    expect(await failed({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ca: shown.cert })).toBeInstanceOf(Error)
    expect(await failed({})).toBeInstanceOf(Error)
    const garbage = connect(port, '127.0.0.1')
    garbage.on('error', () => undefined)
    garbage.end(Buffer.from([0x16, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    await new Promise((resolve) => garbage.once('close', resolve))
    expect(await overTls(port, 'still')).toBe('POST /?a=1 still')
  })

  it('does not wait for connections that said nothing when it closes', async () => {
    const { server, port } = await serving()
    const silent = connect(port, '127.0.0.1')
    silent.on('error', () => undefined)
    const half = connect(port, '127.0.0.1', () => half.write(Buffer.from([0x16, 3, 1])))
    half.on('error', () => undefined)
    const gone = Promise.all(
      [silent, half].map((one) => new Promise((resolve) => one.once('close', resolve))),
    )
    await overTls(port, 'accepted after both')
    await closed(server)
    await gone
  })
})
