import type { Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttpServer, WireError, type Finished, type Interference } from '../src/index.js'
import { runEcho, type Running } from './echo-endpoint.js'
import { commonV1, commonV3, getV1, KEY, NOW, postV3, send, type Sent } from './signing-client.js'

const open: { stop(): unknown }[] = []

const start = async (...given: Parameters<typeof runEcho>): Promise<Running> => {
  const echo = await runEcho(...given)
  open.push(echo)
  return echo
}

afterEach(async () => {
  for (const running of open.splice(0)) await running.stop()
})

const fields = { Need: 'n', Text: 'hidden' }
const signed: Readonly<Record<string, () => Sent>> = {
  'V1 in JSON': () => getV1(commonV1(fields)),
  'V1 in XML': () => getV1(commonV1({ ...fields, Format: 'XML' })),
  'V3 in JSON': () => postV3(fields, commonV3()),
  'V3 in XML': () => postV3(fields, commonV3({ accept: 'application/xml' })),
}

const throttled: Interference = {
  error: new WireError('Throttling.User', 400, 'Request was denied due to user flow control.'),
  headers: { 'x-acs-retry-after': '250' },
}

describe('observe', () => {
  it.each(Object.entries(signed))(
    'hears of a success over %s with the answered request id',
    async (_, sent) => {
      const heard: Finished[] = []
      const { port } = await start(undefined, { observe: (finished) => heard.push(finished) })
      const reply = await send(port, sent())
      expect(heard).toMatchObject([
        {
          requestId: reply.headers['x-acs-request-id'],
          status: 200,
          code: undefined,
          sourceAddress: '127.0.0.1',
          operation: { name: 'Echo' },
          caller: { accessKeyId: KEY.id, accountId: '1234567890123456' },
        },
      ])
      expect(reply.body).toContain(heard[0]?.requestId)
      expect(heard[0]?.parameters?.get('Text')).toBe('hidden')
    },
  )

  it('hears of a wrong signature, without a caller', async () => {
    const heard: Finished[] = []
    const { port } = await start(undefined, { observe: (finished) => heard.push(finished) })
    const { path = '' } = getV1(commonV1(fields))
    const reply = await send(port, { path: path.replace(/Signature=[^&]*/, 'Signature=x') })
    expect(heard).toMatchObject([{ status: 400, code: 'SignatureDoesNotMatch', operation: { name: 'Echo' } }])
    expect(heard[0]?.caller).toBeUndefined()
    expect(heard[0]?.parameters?.get('Text')).toBe('hidden')
    expect(reply.headers['x-acs-request-id']).toBe(heard[0]?.requestId)
  })

  it('hears of requests whose parameters or method cannot be read', async () => {
    const heard: Finished[] = []
    const { port } = await start(undefined, { observe: (finished) => heard.push(finished) })
    await send(port, { path: '/?Action=%ZZ' })
    await send(port, { method: 'PUT' })
    expect(heard.map(({ status, code, parameters }) => [status, code, parameters])).toEqual([
      [400, 'InvalidParameter', undefined],
      [403, 'UnsupportedHTTPMethod', undefined],
    ])
  })

  it('hears of bytes that are no HTTP', async () => {
    const heard: Finished[] = []
    const server = await listening(
      createHttpServer(() => undefined, { observe: (finished) => heard.push(finished) }),
    )
    const text = await rawReply((server.address() as AddressInfo).port, 'nonsense\r\n\r\n')
    expect(heard).toMatchObject([{ status: 400, code: 'InvalidParameter', sourceAddress: '127.0.0.1' }])
    expect(text).toContain(`<RequestId>${heard[0]?.requestId}</RequestId>`)
  })
})

describe('interfere', () => {
  it.each(Object.entries(signed))(
    'answers an error with its headers over %s, running nothing',
    async (_, sent) => {
      let ran = 0
      const heard: Finished[] = []
      const { port, failures } = await start(() => ({ Ran: ++ran }), {
        interfere: () => Promise.resolve(throttled),
        observe: (finished) => heard.push(finished),
      })
      const reply = await send(port, sent())
      expect(reply.status).toBe(400)
      expect(reply.body).toContain('Throttling.User')
      expect(reply.headers['x-acs-retry-after']).toBe('250')
      expect(heard).toMatchObject([{ status: 400, code: 'Throttling.User' }])
      expect(reply.body).toContain(heard[0]?.requestId)
      expect([ran, failures]).toEqual([0, []])
    },
  )

  it('does not log an injected 500 as a defect', async () => {
    const error = new WireError('InternalError', 500, 'On purpose.')
    const { port, failures } = await start(undefined, { interfere: () => Promise.resolve({ error }) })
    expect((await send(port, getV1(commonV1(fields)))).status).toBe(500)
    expect(failures).toEqual([])
  })

  it('is not asked about a call whose signature does not hold', async () => {
    let asked = 0
    const interfere = () => {
      asked++
      return undefined
    }
    const { port } = await start(undefined, { interfere })
    await send(port, { path: `${getV1(commonV1(fields)).path}x` })
    expect(asked).toBe(0)
    await send(port, getV1(commonV1(fields)))
    expect(asked).toBe(1)
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('closes the connection %s the operation has run', async (drop, expected) => {
    let ran = 0
    const heard: Finished[] = []
    const { port } = await start(() => ({ Ran: ++ran }), {
      interfere: () => Promise.resolve({ drop }),
      observe: (finished) => heard.push(finished),
    })
    await expect(send(port, getV1(commonV1(fields)))).rejects.toThrow(/socket hang up|ECONNRESET/)
    expect(ran).toBe(expected)
    expect(heard).toMatchObject([{ status: 0, code: undefined }])
  })
})

describe('the clock of operations', () => {
  it('moves the time that a handler sees and not the window of signatures', async () => {
    const later = NOW + 100 * 24 * 3600_000
    const { port } = await start((_, caller) => ({ Now: caller.now.toISOString() }), {
      operationClock: () => later,
    })
    const reply = await send(port, getV1(commonV1(fields)))
    expect([reply.status, JSON.parse(reply.body)]).toMatchObject([
      200,
      { Now: new Date(later).toISOString() },
    ])
  })
})

const listening = (server: Server): Promise<Server> =>
  new Promise((resolve) => {
    open.push({ stop: () => server.close() })
    server.listen(0, '127.0.0.1', () => resolve(server))
  })

const rawReply = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
