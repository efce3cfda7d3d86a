import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import type { AccessKey } from '../src/authenticate.js'
import { raiser, type ErrorTable } from '../src/errors.js'
import { createEndpoint, type EndpointOptions, type Failure } from '../src/endpoint.js'
import { gatewayErrors, raiseGateway } from '../src/gateway-errors.js'
import { createHttpServer } from '../src/http-server.js'
import { operation, type Answer, type Caller, type Principal } from '../src/operation.js'
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

/** Keys by id: whole, disabled, allowed nothing, and temporary with the token `token-of-it`. */
function lookup(id: string, token: string, key: Omit<AccessKey, 'active'>): AccessKey | undefined {
  if (id === KEY.id) return { ...key, active: true }
  if (id === 'disabled') return { ...key, active: false }
  if (id === 'powerless') return { ...key, active: true, permits: () => false }
  if (id !== 'STS.it') return undefined
  if (token === '') throw raiseGateway('MissingSecurityToken')
  if (token === 'expired') throw raiseGateway('InvalidSecurityToken.Expired')
  if (token !== 'token-of-it') throw raiseGateway('InvalidSecurityToken.Malformed')
  return { ...key, active: true, temporary: true }
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

/** Who every key of the echo endpoint stands for. */
export const principal: Principal = {
  type: 'Account',
  accountId: '1234567890123456',
  id: '1234567890123456',
  arn: 'acs:ram::1234567890123456:root',
  service: false,
}

/** Serves Echo of two products on a loopback port, with a fixed clock; `answer` is what its handler does. */
export const runEcho = async (
  answer: Context['answer'] = (input) => ({ Input: input }),
  changes: Partial<EndpointOptions> = {},
): Promise<Running> => {
  const failures: Failure[] = []
  const key = { secret: KEY.secret, accountId: '1234567890123456', accountName: 'Test@aliyun.com', principal }
  const listener = createEndpoint({
    operations: [echo, network],
    known: [{ product: 'Ecs', version: '2014-05-26', names: ['Echo', 'Shout'] }],
    lookupKey: (id, token) => lookup(id, token, key),
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
