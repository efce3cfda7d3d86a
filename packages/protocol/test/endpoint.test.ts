import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WireError } from '../src/errors.js'
import { createEndpoint } from '../src/endpoint.js'
import type { Caller } from '../src/operation.js'
import { principal, runEcho, type Running } from './echo-endpoint.js'
import {
  commonV1,
  commonV3,
  encodePairs,
  FORM,
  getV1,
  KEY,
  NOW,
  postV3,
  send,
  signV1Fields,
  signV3Headers,
  type Reply,
} from './signing-client.js'

const UUID = /^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/
const running: Running[] = []

const start = async (...given: Parameters<typeof runEcho>): Promise<Running> => {
  const echo = await runEcho(...given)
  running.push(echo)
  return echo
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((echo) => echo.stop()))
})

const json = (reply: Reply) => JSON.parse(reply.body) as Record<string, unknown>

/** Writes bytes on a new connection and reads until the server closes it. */
const raw = (port: number, bytes: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })

describe('parameters', () => {
  const input = { Text: 'a b', Need: 'n', Count: '2', 'Ids.1': 'x' }
  const expected = { Text: 'a b', Count: 2, Need: 'n', Ids: ['x'] }

  it('are taken from the query of a GET', async () => {
    const { port } = await start()
    const reply = await send(port, getV1(commonV1(input)))
    expect([reply.status, json(reply)['Input']]).toEqual([200, expected])
  })

  it('are taken from the form, from the query of a POST, or from both together', async () => {
    const { port } = await start()
    for (const inQuery of [
      [],
      ['Action', 'Signature', 'Version', 'Timestamp'],
      Object.keys(commonV1(input)),
    ]) {
      const signed = Object.entries(signV1Fields('POST', commonV1(input)))
      const query = signed.filter(([name]) => inQuery.includes(name))
      const form = signed.filter(([name]) => !inQuery.includes(name))
      const reply = await send(port, {
        method: 'POST',
        path: `/?${encodePairs(Object.fromEntries(query))}`,
        headers: { 'content-type': 'Application/X-WWW-Form-UrlEncoded; charset=UTF-8' },
        body: new URLSearchParams(form).toString(),
      })
      expect([reply.status, json(reply)['Input']]).toEqual([200, expected])
    }
  })

  it('are not looked for in a body of another type', async () => {
    const { port } = await start()
    const path = getV1(commonV1({ ...input })).path ?? ''
    const headers = { 'content-type': 'application/json' }
    expect((await send(port, { path, headers })).status).toBe(200)
    const reply = await send(port, {
      ...postV3({}, commonV3({ 'content-type': 'application/json' })),
      headers: signV3Headers({
        method: 'POST',
        query: {},
        headers: commonV3({ 'content-type': 'application/json' }),
        body: 'Need=n',
      }),
      body: 'Need=n',
    })
    expect([reply.status, json(reply)['Code']]).toEqual([400, 'MissingParameter'])
  })

  it('of V3 are taken from query and form', async () => {
    const { port } = await start()
    const query = { Text: 'a b', 'Ids.1': 'x' }
    const body = 'Need=n&Count=2'
    const headers = signV3Headers({ method: 'POST', query, headers: commonV3(FORM), body })
    const reply = await send(port, { method: 'POST', path: `/?${encodePairs(query)}`, headers, body })
    expect([reply.status, json(reply)['Input']]).toEqual([200, expected])
  })

  it('fit in a URL of 64 KiB', async () => {
    const { port } = await start((value) => ({ Length: (value as { Text: string }).Text.length }))
    const reply = await send(port, getV1(commonV1({ Need: 'n', Text: 'x'.repeat(64 * 1024) })))
    expect([reply.status, json(reply)['Length']]).toEqual([200, 64 * 1024])
  })

  it('are accepted behind an absolute target', async () => {
    const { port } = await start()
    const path = `http://ecs.test${getV1(commonV1(input)).path}`
    expect((await send(port, { path })).status).toBe(200)
  })
})

describe('an answer', () => {
  it('has the request’s id in body and header, and the content type of its format', async () => {
    const { port } = await start()
    const inJson = await send(port, getV1(commonV1({ Need: 'n' })))
    expect(inJson.headers['content-type']).toBe('application/json;charset=utf-8')
    expect(json(inJson)['RequestId']).toMatch(UUID)
    expect(inJson.headers['x-acs-request-id']).toBe(json(inJson)['RequestId'])

    const inXml = await send(port, getV1(commonV1({ Need: 'n', Format: '' })))
    expect(inXml.headers['content-type']).toBe('text/xml;charset=utf-8')
    expect(inXml.body).toBe(
      `<?xml version='1.0' encoding='UTF-8'?><EchoResponse><RequestId>${inXml.headers['x-acs-request-id'] as string}` +
        '</RequestId><Input><Need>n</Need></Input></EchoResponse>',
    )
    expect(inXml.headers['x-acs-request-id']).not.toBe(inJson.headers['x-acs-request-id'])
  })

  it('knows its caller: account, key, time, host and request id', async () => {
    let seen: Caller | undefined
    const { port } = await start((_, caller) => {
      seen = caller
      return {}
    })
    const reply = await send(port, postV3({ Need: 'n' }, commonV3({ host: 'ecs.test:8080' })))
    expect(reply.body).toBe(`{"RequestId":"${reply.headers['x-acs-request-id'] as string}"}`)
    expect(seen).toEqual({
      accountId: '1234567890123456',
      accountName: 'Test@aliyun.com',
      accessKeyId: KEY.id,
      principal,
      requestId: reply.headers['x-acs-request-id'],
      now: new Date(NOW),
      host: 'ecs.test:8080',
    })
  })

  it('comes from the operation of the version that was asked', async () => {
    const { port } = await start(() => {
      throw new WireError('Some.Code#variant', 409, 'text')
    })
    const reply = await send(port, getV1(commonV1({ Need: 'n', Version: '2016-04-28' })))
    expect(reply.status).toBe(409)
    expect(json(reply)).toEqual({
      RequestId: reply.headers['x-acs-request-id'],
      HostId: `127.0.0.1:${port}`,
      Code: 'Some.Code',
      Message: 'text',
      Recommend: `https://api.aliyun.com/troubleshoot?q=Some.Code&product=Vpc&requestId=${reply.headers['x-acs-request-id'] as string}`,
    })
  })
})

describe('the order of checks', () => {
  it('is action, version, format, common parameters, key, time, nonce, signature, inputs', async () => {
    const { port } = await start()
    const used = commonV1({ Need: 'n' })
    await send(port, getV1(used))
    const nonce = used['SignatureNonce'] ?? ''
    const steps: [string, Record<string, string>][] = [
      ['MissingAction', { Action: '' }],
      ['MissingVersion', { Version: '' }],
      ['InvalidVersion', { Version: '2000-01-01' }],
      ['InvalidAction.NotFound', { Action: 'Nothing' }],
      ['InvalidParameter.Format', { Format: 'yaml' }],
      ['MissingTimestamp', { Timestamp: '' }],
      ['InvalidAccessKeyId.NotFound', { AccessKeyId: 'nobody' }],
      ['InvalidTimeStamp.Expired', { Timestamp: '2020-01-01T00:00:00Z' }],
      ['SignatureNonceUsed', { SignatureNonce: nonce }],
      ['SignatureDoesNotMatch', { Text: 'changed' }],
      ['InvalidParameter', { Count: '-1' }],
    ]
    const correct = {
      Action: 'Echo',
      Version: '2014-05-26',
      Format: 'JSON',
      Timestamp: '2026-01-02T03:04:05Z',
    }
    for (const [at, [code]] of steps.entries()) {
      // Everything from this step on is wrong; what comes before is right.
      const wrong = Object.assign(
        {},
        ...steps
          .slice(at)
          .reverse()
          .map(([, field]) => field),
      ) as Record<string, string>
      const fields = { ...commonV1(), ...correct, Need: 'n', ...wrong }
      const unsigned =
        code === 'SignatureDoesNotMatch' ? { ...signV1Fields('GET', fields), Text: 'x' } : undefined
      const path = unsigned ? `/?${encodePairs(unsigned)}` : (getV1(fields).path ?? '')
      const reply = await send(port, { path })
      expect(reply.body).toMatch(new RegExp(`["<>]Code["<>:]+${code.replace('.', '\\.')}["<]`))
    }
  })
})

describe('a defect', () => {
  it.each([
    ['throws', () => Promise.reject(new Error('secret detail'))],
    [
      'throws synchronously',
      () => {
        throw new Error('secret detail')
      },
    ],
    [
      'throws no error',
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        throw 'secret detail'
      },
    ],
    ['answers what JSON cannot hold', () => Promise.resolve({ Big: 1n })],
    ['answers with a top-level Code', () => Promise.resolve({ Code: 'x' })],
  ])('that %s is a 500 InternalError without its cause, which is logged', async (_, execute) => {
    const { port, failures } = await start(undefined, { execute })
    const reply = await send(port, getV1(commonV1({ Need: 'n' })))
    expect([reply.status, json(reply)['Code']]).toEqual([500, 'InternalError'])
    expect(reply.body).not.toContain('secret')
    expect(failures).toHaveLength(1)
    expect(failures[0]).toMatchObject({ requestId: json(reply)['RequestId'], operation: 'Echo 2014-05-26' })
    expect(failures[0]?.cause).toBeDefined()
  })

  it('in the log function itself closes that connection and nothing else', async () => {
    const { port } = await start(undefined, {
      execute: (_, input) => (input['Text'] ? Promise.reject(new Error('x')) : Promise.resolve({})),
      log: () => {
        throw new Error('disk full')
      },
    })
    await expect(send(port, getV1(commonV1({ Need: 'n', Text: 't' })))).rejects.toThrow()
    expect((await send(port, getV1(commonV1({ Need: 'n' })))).status).toBe(200)
  })

  it('is logged when a wire error hides a cause, and the cause is not sent', async () => {
    const { port, failures } = await start(() => {
      throw new WireError('ServiceUnavailable', 400, 'later', { cause: new Error('secret detail') })
    })
    const reply = await send(port, getV1(commonV1({ Need: 'n' })))
    expect(reply.body).not.toContain('secret')
    expect(failures).toHaveLength(1)
  })

  it('of two operations with one name and version shows at the start', () => {
    const twice = { name: 'A', version: '1', inputs: {} } as never
    expect(() => createEndpoint({ operations: [twice, twice] } as never)).toThrow(
      'operation A of version 1 is registered twice',
    )
  })
})

describe('a body', () => {
  it('over the limit is refused in the request’s format, and the connection is closed', async () => {
    const { port } = await start(undefined, { bodyLimit: 1_000 })
    const sent = { method: 'POST', path: '/?Format=json', headers: FORM }
    const reply = await send(port, { ...sent, body: 'x'.repeat(1_001) })
    expect([reply.status, json(reply)['Code'], reply.headers.connection]).toEqual([
      400,
      'InvalidParameter',
      'close',
    ])
    expect(json(reply)['Message']).toBe('The request body is longer than 1000 bytes. Send less.')
    const atLimit = await send(port, { ...sent, body: `a=${'x'.repeat(998)}` })
    expect(json(atLimit)['Code']).toBe('MissingAction')
  })

  it('without end is cut off at eight times the limit', async () => {
    const { port } = await start(undefined, { bodyLimit: 10 })
    const head = 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n'
    const text = await raw(port, `${head}64\r\n${'x'.repeat(100)}\r\n`)
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(text).toContain('<Code>InvalidParameter</Code>')
  })

  it('that the client never finishes leaves the endpoint alive', async () => {
    const { port, failures } = await start()
    const socket = connect(port, '127.0.0.1')
    await new Promise<void>((resolve) => {
      socket.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc', () => resolve())
    })
    socket.destroy()
    expect((await send(port, getV1(commonV1({ Need: 'n' })))).status).toBe(200)
    expect(failures).toEqual([])
  })
})

describe('a connection', () => {
  it('whose client leaves before the answer leaves the endpoint alive', async () => {
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    let arrived = (): void => undefined
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    const { port, failures } = await start(undefined, {
      execute: async (_, input) => {
        if (input['Text'] !== 'wait') return {}
        arrived()
        await gate
        return {}
      },
    })
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET ${getV1(commonV1({ Need: 'n', Text: 'wait' })).path} HTTP/1.1\r\nHost: h\r\n\r\n`)
    await arrival
    socket.destroy()
    release()
    expect((await send(port, getV1(commonV1({ Need: 'n' })))).status).toBe(200)
    expect(failures).toEqual([])
  })

  it('serves pipelined requests in order, whatever became of the ones before', async () => {
    const { port } = await start()
    const line = (method: string, path: string) => `${method} ${path} HTTP/1.1\r\nHost: h\r\n`
    const text = await raw(
      port,
      `${line('GET', '/nowhere')}\r\n${line('PUT', '/')}Content-Length: 3\r\n\r\nabc` +
        `${line('GET', getV1(commonV1({ Need: 'n' })).path ?? '')}Connection: close\r\n\r\n`,
    )
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 403', 'HTTP/1.1 200'])
  })

  it('gets headers alone for HEAD, which is refused like every other method', async () => {
    const { port } = await start()
    const reply = await send(port, { method: 'HEAD' })
    expect([reply.status, reply.body]).toEqual([403, ''])
  })
})
