import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { raiser, type ErrorTable } from '../src/errors.js'
import { createEndpoint, type EndpointOptions, type Failure } from '../src/endpoint.js'
import { gatewayErrors } from '../src/gateway-errors.js'
import { createHttpServer } from '../src/http-server.js'
import { operation, type Answer, type Caller } from '../src/operation.js'
import { KEY, NOW } from './signing-client.js'

interface Context {
  readonly answer: (input: unknown, caller: Caller) => Answer
}

const declare = operation<Context>()

const echo = declare({
  name: 'Echo',
  product: 'Ecs',
  version: '2014-05-26',
  access: 'read',
  idempotent: false,
  summary: 'Answers its input.',
  inputs: {
    Text: { kind: 'string' },
    Count: { kind: 'integer', min: 0 },
    Need: { kind: 'string', required: true },
    Ids: { kind: 'list', max: 100, of: { kind: 'string' } },
  },
  errors: [],
  handle: (input, caller, context) => Promise.resolve(context.answer(input, caller)),
})

const network = { ...echo, product: 'Vpc', version: '2016-04-28' }

export interface Running {
  readonly port: number
  readonly failures: readonly Failure[]
  readonly stop: () => Promise<void>
}

const table: ErrorTable = gatewayErrors

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

/** Serves Echo of two products on a loopback port, with a fixed clock; `answer` is what its handler does. */
export const runEcho = async (
  answer: Context['answer'] = (input) => ({ Input: input }),
  changes: Partial<EndpointOptions> = {},
): Promise<Running> => {
  const failures: Failure[] = []
  const key = { secret: KEY.secret, accountId: '1234567890123456', accountName: 'Test@aliyun.com' }
  const listener = createEndpoint({
    operations: [echo, network],
    known: [{ product: 'Ecs', version: '2014-05-26', names: ['Echo', 'Shout'] }],
    lookupKey: (id) =>
      id === KEY.id ? { ...key, active: true } : id === 'disabled' ? { ...key, active: false } : undefined,
    raise: raiser(table),
    execute: (found, input, caller) => found.handle(input, caller, { answer }),
    log: (failure) => failures.push(failure),
    clock: () => NOW,
    ...changes,
  })
  const server = createHttpServer(listener)
  const port = await listen(server)
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { port, failures, stop }
}
