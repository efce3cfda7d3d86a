import { connect, type AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createHttpServer } from '../src/http-server.js'

const statusOf = (port: number, headerBytes: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX: ${'x'.repeat(headerBytes)}\r\n\r\n`)
    })
    socket.once('data', (chunk: Buffer) => {
      resolve(chunk.toString().slice(9, 12))
      socket.destroy()
    })
    socket.on('error', reject)
  })

describe('createHttpServer', () => {
  it('accepts headers of 120 KiB and refuses 160 KiB without reaching the listener', async () => {
    let reached = 0
    const server = createHttpServer((_, response) => {
      reached++
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      expect(await statusOf(port, 120 * 1024)).toBe('200')
      expect(await statusOf(port, 160 * 1024)).toBe('431')
      expect(reached).toBe(1)
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  })

  it.each([
    'GET / HTTP/1.1\r\nConnection: close\r\n',
    'GET / HTTP/1.1\r\nHost: h\r\nExpect: more\r\nConnection: close\r\n',
  ])('leaves %j to the listener, whose answers are the protocol’s', async (head) => {
    const server = createHttpServer((_, response) => response.end('ours'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const text = await new Promise<string>((resolve) => {
      let received = ''
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () =>
        socket.write(`${head}\r\n`),
      )
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()))
      socket.once('close', () => resolve(received))
    })
    await new Promise((resolve) => server.close(resolve))
    expect(text).toMatch(/^HTTP\/1\.1 200 [^]*ours$/)
  })

  it('bounds how long a request may take and outlives the idle time of load balancers', () => {
    const server = createHttpServer(() => undefined)
    expect(server.headersTimeout).toBeLessThan(server.requestTimeout)
    expect(server.requestTimeout).toBeLessThanOrEqual(60_000)
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000)
  })
})
