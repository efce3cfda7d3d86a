import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CallAnswer, testServer, type TestServer } from './harness.js'
import { anyStep, newWorld, play, prelude, type Reached } from './plain-model/play.js'
import { limits } from './plain-model/world.js'
import { adminPost, adminToken } from './world-state.js'

/** `SALLYPORT_TEST_SEQUENCES=2000` plays so many sequences instead; `SALLYPORT_TEST_SEED` those of another seed. */
const sequences = Number(process.env['SALLYPORT_TEST_SEQUENCES'] ?? 20)
const seed = Number(process.env['SALLYPORT_TEST_SEED'] ?? 42)

/** Up to 100 calls; small numbers and repetitions are no likelier than others, because few things would be made. */
const steps = fc.noBias(fc.array(anyStep, { minLength: 1, maxLength: 100, size: 'max' }))

let server: TestServer
beforeAll(async () => {
  const quotas = Object.entries(limits).map(([name, value]) => [`quotas.${name}`, String(value)] as const)
  server = await testServer({ adminToken, audit: 'off', ...Object.fromEntries(quotas) })
})
afterAll(() => server.stop())

const agreement = (on: TestServer, reached: Reached) =>
  fc.asyncProperty(steps, async (sequence) => {
    await adminPost(server, '/v1/reset', {})
    await play(on, await newWorld(server), [...prelude, ...sequence], reached)
  })

describe('any sequence of calls', () => {
  it(
    'is answered, and leaves what is described, as a plain model says',
    async () => {
      const reached: Reached = new Map()
      await fc.assert(agreement(server, reached), { numRuns: sequences, seed })
      // A model that is never asked much would agree with anything.
      const outcomes = [...reached.keys()]
      expect(outcomes.filter((one) => one.endsWith(' success')).length).toBeGreaterThan(20)
      expect(outcomes.length).toBeGreaterThan(100)
    },
    1000 * Math.max(240, sequences * 10),
  )
})

type Body = Readonly<Record<string, unknown>>
const inList = (body: Body, wrap: string, item: string, change: (list: Body[]) => Body[]): Body => ({
  ...body,
  [wrap]: { [item]: change((body[wrap] as Record<string, Body[]>)[item] ?? []) },
})

/** Mistakes that a server could make, made by changing what this one answers. */
const lies: Readonly<Record<string, (action: string, answer: CallAnswer) => CallAnswer>> = {
  'a rule that is not described': (action, answer) =>
    action === 'DescribeSecurityGroupAttribute' && answer.status === 200
      ? { ...answer, body: inList(answer.body, 'Permissions', 'Permission', (rules) => rules.slice(1)) }
      : answer,
  'a priority as text': (action, answer) =>
    action === 'DescribeSecurityGroupAttribute' && answer.status === 200
      ? {
          ...answer,
          body: inList(answer.body, 'Permissions', 'Permission', (rules) =>
            rules.map((rule) => ({ ...rule, Priority: String(rule['Priority']) })),
          ),
        }
      : answer,
  'groups in another order': (action, answer) =>
    action === 'DescribeSecurityGroups'
      ? {
          ...answer,
          body: inList(answer.body, 'SecurityGroups', 'SecurityGroup', (list) => [...list].reverse()),
        }
      : answer,
  'a group that is deleted although it is used': (_, answer) =>
    answer.body['Code'] === 'DependencyViolation' ? { ...answer, status: 200 } : answer,
  'a full group with another status': (_, answer) =>
    answer.body['Code'] === 'AuthorizationLimitExceed' ? { ...answer, status: 400 } : answer,
}

describe('a plain model', () => {
  it.each(Object.entries(lies))('finds %s', async (_, lie) => {
    const call: TestServer['call'] = async (action, ...rest) =>
      lie(action, await server.call(action, ...rest))
    const liar: TestServer = { ...server, call, ok: async (...about) => (await call(...about)).body }
    const { failed } = await fc.check(agreement(liar, new Map()), { numRuns: 30, seed, endOnFailure: true })
    expect(failed).toBe(true)
  })
})
