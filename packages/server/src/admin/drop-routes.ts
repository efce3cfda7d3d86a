import { z } from 'zod'
import { refuseOtherHost } from './agents.js'
import { sendJson } from './answer.js'
import { readJson } from './body.js'
import { checked, whole } from './read-query.js'
import type { Routes } from './routes.js'

const id = z.string().max(255)
const port = z.number().int().min(0).max(65_535).nullable()

const drop = z.strictObject({
  at: z.iso.datetime({ offset: true }),
  vpc: id,
  protocol: z.number().int().min(0).max(255),
  source: z.union([z.ipv4(), z.ipv6()]),
  destination: z.union([z.ipv4(), z.ipv6()]),
  sourcePort: port,
  destinationPort: port,
  interface: id.nullable(),
  instance: id.nullable(),
  direction: z.enum(['ingress', 'egress']).nullable(),
  reason: z.enum(['rule', 'default', 'intra-group', 'carve-out']).nullable(),
  rule: id.nullable(),
  group: id.nullable(),
})

const report = z.strictObject({ host: z.string().min(1).max(255), drops: z.array(drop).max(1_000) })

const question = z
  .strictObject({ instance: id, interface: id, after: whole(0, 999_999_999), limit: whole(1, 10_000) })
  .partial()

/** A flow that a host dropped; `number` rises by one from drop to drop, and begins anew with the server. */
export type Drop = z.infer<typeof drop> & { readonly number: number; readonly host: string }

/** So many are kept, the newest. */
const MOST = 10_000

/** The route where agents report what their hosts dropped, and where it is asked for. Nothing of it is stored. */
export function dropRoutes(): Routes {
  let kept: Drop[] = []
  let last = 0
  return {
    '/v1/drops': {
      GET: {
        query: ['instance', 'interface', 'after', 'limit'],
        handle({ response, query }) {
          const asked = checked(question, Object.fromEntries(query), 'the query')
          const { instance, interface: nic, after = 0, limit = 100 } = asked
          const found = kept
            .filter(({ number }) => number > after)
            .filter((one) => instance === undefined || one.instance === instance)
            .filter((one) => nic === undefined || one.interface === nic)
          sendJson(response, 200, { last, drops: found.slice(-limit) })
        },
      },
      POST: {
        agents: true,
        async handle({ request, response, agent }) {
          const { host, drops } = checked(report, await readJson(request), 'the report')
          refuseOtherHost(host, agent)
          kept = [...kept, ...drops.map((one) => ({ number: ++last, host, ...one }))].slice(-MOST)
          sendJson(response, 200, {})
        },
      },
    },
  }
}
