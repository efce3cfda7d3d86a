import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayErrors } from '../src/gateway-errors.js'
import { runEcho, type Running } from './echo-endpoint.js'
import {
  commonV1,
  commonV3,
  encodePairs,
  FORM,
  getV1,
  send,
  signV1Fields,
  signV3Headers,
  type Reply,
} from './signing-client.js'

const CODES = new Set(Object.keys(gatewayErrors).map((key) => key.split('#')[0]))

let echo: Running
beforeAll(async () => {
  echo = await runEcho()
})
afterAll(() => echo.stop())

/** A success of Echo, or an error of the table, well formed in the format that its content type names. */
const expectAnswer = ({ status, headers, body }: Reply): void => {
  const id = headers['x-acs-request-id'] as string
  expect(body).toContain(id)
  if (headers['content-type'] === 'application/json;charset=utf-8') {
    const answer = JSON.parse(body) as Record<string, string>
    expect(status < 400 ? answer['Input'] !== undefined : CODES.has(answer['Code'] ?? '')).toBe(true)
  } else {
    expect(headers['content-type']).toBe('text/xml;charset=utf-8')
    expect(body).toMatch(/^<\?xml version='1\.0' encoding='UTF-8'\?><(EchoResponse|Error)>.*<\/\1>$/s)
    if (status >= 400) expect(CODES).toContain(/<Code>(.*?)<\/Code>/.exec(body)?.[1])
  }
}

const name = fc.oneof(
  fc.constantFrom(
    ...Object.keys(commonV1()),
    'Text',
    'Count',
    'Need',
    'Ids',
    'Ids.1',
    'Ids.0',
    'Ids.x',
    'SignatureType',
  ),
  fc.string({ maxLength: 8 }),
)
const value = fc.oneof(
  fc.constantFrom('', '1', '-1', 'JSON', 'xml', '[]', '["a"]', '[{"a":1}]', '2026-01-02T03:04:05Z'),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
)
const fields = fc.dictionary(name, value, { maxKeys: 6 })

describe('the endpoint answers in the protocol', () => {
  it('whatever the parameters of a signed V1 request are', async () => {
    const property = fc.asyncProperty(fields, fc.boolean(), async (changes, asForm) => {
      if (!asForm) return expectAnswer(await send(echo.port, getV1(commonV1({ Need: 'n', ...changes }))))
      const body = encodePairs(signV1Fields('POST', commonV1(changes)))
      expectAnswer(await send(echo.port, { method: 'POST', headers: FORM, body }))
    })
    await fc.assert(property, { numRuns: 800 })
  })

  it('whatever the headers of a V3 request are', async () => {
    const header = fc.oneof(
      fc.constantFrom(
        'ACS3-HMAC-SHA256',
        'ACS3-',
        'application/xml',
        '2026-01-02T03:04:05Z',
        'Echo',
        '2014-05-26',
      ),
      fc.stringMatching(/^[\x20-\x7e\x80-\xff]{0,40}$/),
    )
    const names = fc.constantFrom('authorization', 'accept', 'content-type', ...Object.keys(commonV3()))
    const changes = fc.dictionary(names, header, { maxKeys: 3 })
    const property = fc.asyncProperty(fields, changes, async (query, changed) => {
      const { authorization, ...toSign } = changed
      const signed = signV3Headers({ method: 'GET', query, headers: commonV3(toSign) })
      const headers = authorization === undefined ? signed : { ...signed, authorization }
      expectAnswer(await send(echo.port, { path: `/?${encodePairs(query)}`, headers }))
    })
    await fc.assert(property, { numRuns: 800 })
  })

  it('whatever the bytes of target and body are', async () => {
    const target = fc.stringMatching(/^[!-~]{0,60}$/)
    const property = fc.asyncProperty(target, fc.uint8Array({ maxLength: 200 }), async (text, bytes) => {
      const path = `/?${text.replaceAll('#', '')}`
      expectAnswer(await send(echo.port, { method: 'POST', path, headers: FORM, body: Buffer.from(bytes) }))
    })
    await fc.assert(property, { numRuns: 800 })
  })

  it('and stays alive whatever bytes arrive on a connection', async () => {
    const line = fc.constantFrom(
      'GET / HTTP/1.1\r\n',
      'POST /?Action=Echo HTTP/1.1\r\n',
      'Host: h\r\n',
      'Content-Length: 3\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Expect: 100-continue\r\n',
      'Upgrade: websocket\r\nConnection: Upgrade\r\n',
      'Authorization: ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature=c\r\n',
      '\r\n',
      '5\r\nab',
    )
    const chunk = fc.oneof(
      line.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    )
    const property = fc.asyncProperty(fc.array(chunk, { maxLength: 8 }), async (chunks) => {
      await new Promise<void>((resolve) => {
        const socket = connect(echo.port, '127.0.0.1', () => socket.end(Buffer.concat(chunks)))
        socket.on('close', () => resolve())
        socket.on('error', () => resolve())
        socket.resume()
      })
    })
    await fc.assert(property, { numRuns: 800 })
    const reply = await send(echo.port, getV1(commonV1({ Need: 'n' })))
    expect(reply.status).toBe(200)
    expect(echo.failures).toEqual([])
  })
})
