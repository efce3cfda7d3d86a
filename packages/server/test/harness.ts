import { createHmac, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { refusalKey } from './declared-errors.js'
import { resolveSettings, type RunningServer, startServer } from '../src/index.js'

/** What a call was answered with. */
export interface CallAnswer {
  readonly status: number
  /** Which row of the error tables the answer is; undefined for a success. */
  readonly key: string | undefined
  readonly body: Readonly<Record<string, unknown>>
}

/** A key pair, with its security token when it is a temporary one. */
export interface TestKey {
  readonly id: string
  readonly secret: string
  readonly token?: string
}

/** Whoever signs calls. */
export interface TestCaller {
  /**
   * Signs a call (V1, GET) and sends it; array and object values are flattened as on the wire. Throws when the
   * operation is refused with an error that it does not declare, or fails.
   */
  call(action: string, parameters?: object, version?: string): Promise<CallAnswer>
  /** A call that must succeed. */
  ok(action: string, parameters?: object, version?: string): Promise<Readonly<Record<string, unknown>>>
}

export interface TestServer extends TestCaller {
  readonly running: RunningServer
  /** The data folder. */
  readonly data: string
  /** The same server, called with another key. */
  as(key: TestKey): TestCaller
  /** Stops the server and starts it again on the same folder. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const ownKey: TestKey = { id: 'test-key', secret: 'test-secret' }

/** `{Permissions: [{Policy: 'drop'}]}` as `Permissions.1.Policy=drop`. */
type Flat = string | number | boolean

function flatten(value: object | Flat | undefined | null, name: string, into: Record<string, string>): void {
  if (value === undefined) return
  if (Array.isArray(value)) value.forEach((item: Flat, index) => flatten(item, `${name}.${index + 1}`, into))
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value))
      flatten(member as Flat, name ? `${name}.${key}` : key, into)
  } else into[name] = String(value)
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** The signed query of a call, made independently of the server's code. */
export function signedQuery(parameters: Record<string, string>, key = ownKey): string {
  const all: Record<string, string> = {
    Format: 'JSON',
    AccessKeyId: key.id,
    ...(key.token === undefined ? {} : { SecurityToken: key.token }),
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: randomUUID(),
    Timestamp: `${new Date().toISOString().slice(0, 19)}Z`,
    ...parameters,
  }
  const canonical = Object.keys(all)
    .sort()
    .map((key) => `${encode(key)}=${encode(all[key] ?? '')}`)
    .join('&')
  const signature = createHmac('sha1', `${key.secret}&`)
    .update(`GET&%2F&${encode(canonical)}`)
    .digest('base64')
  return `${canonical}&Signature=${encode(signature)}`
}

/** A server on a temporary folder and a free port, without a TCP admin listener. */
export async function testServer(flags: Record<string, string> = {}): Promise<TestServer> {
  const data = mkdtempSync(join(tmpdir(), 'sallyport-test-'))
  const start = (): Promise<RunningServer> =>
    startServer(
      resolveSettings({
        flags: {
          ...{ listen: '127.0.0.1:0', admin: 'none', data },
          ...{ accessKeyId: ownKey.id, accessKeySecret: ownKey.secret },
          // Many tests share a server, and each makes VPCs of its own.
          'quotas.vpcsPerRegion': '100000',
          ...flags,
        },
        env: {},
        cwd: data,
      }),
      (level, message, fields) => {
        if (level === 'error') console.error(message, fields)
      },
    )
  let running = await start()

  const callAs = (key: TestKey): TestCaller => {
    const call = callWith(key)
    return {
      call,
      async ok(action, parameters, version) {
        const { status, body } = await call(action, parameters, version)
        if (status !== 200) throw new Error(`${action} answered ${status} ${JSON.stringify(body)}`)
        return body
      },
    }
  }

  const callWith =
    (key: TestKey) =>
    async (action: string, parameters: object = {}, version = '2014-05-26'): Promise<CallAnswer> => {
      const flat: Record<string, string> = { Action: action, Version: version }
      flatten(parameters, '', flat)
      const response = await fetch(`${running.endpoint}/?${signedQuery(flat, key)}`)
      const { status } = response
      const body = (await response.json()) as CallAnswer['body']
      return { status, key: status === 200 ? undefined : refusalKey(action, version, { status, body }), body }
    }

  return {
    get running() {
      return running
    },
    data,
    ...callAs(ownKey),
    as: callAs,
    async restart() {
      await running.close()
      running = await start()
    },
    async stop() {
      await running.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
