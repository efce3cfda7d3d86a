import type { Direction, World } from '@sallyport/engine'
import { z } from 'zod'
import { recordHits } from '../model/rule-hits.js'
import type { Store } from '../store/database.js'
import { everyHits } from '../store/rule-hits.js'
import type { RuleHitsRow } from '../store/schema.js'
import { refuseOtherHost } from './agents.js'
import { AdminError, sendJson } from './answer.js'
import { readJson } from './body.js'
import { checked } from './read-query.js'
import type { Routes } from './routes.js'

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const id = z.string().max(255)

const report = z.strictObject({
  host: z.string().min(1).max(255),
  counts: z
    .array(
      z.strictObject({
        counter: z.string().min(1).max(512),
        direction: z.enum(['ingress', 'egress']),
        kind: z.enum(['rule', 'default', 'intra-group', 'carve-out']),
        rule: id,
        groups: z.array(id).max(64),
        staged: z.boolean(),
        packets: count,
        bytes: count,
      }),
    )
    .max(10_000),
})

/** What was counted for one rule of a group, or for a default or something implicit that it takes part in. */
export interface Hits {
  readonly direction: Direction
  readonly kind: RuleHitsRow['kind']
  readonly rule: string | null
  /** Of a default: all groups that an interface joined together. */
  readonly groups: readonly string[]
  /** Whether it was only counted, because of audit. */
  readonly staged: boolean
  readonly packets: number
  readonly bytes: number
  /** Since when it is counted; null where no host ever counted it. */
  readonly since: string | null
  /** When it last grew, by the server's clock; null for never. */
  readonly lastHit: string | null
}

interface HitSource {
  readonly store: Pick<Store, 'read' | 'write'>
  readonly world: World
  readonly accountId: string
  readonly now: () => Date
}

/** The route where agents report what their kernels counted, and where it is asked for. */
export const hitRoutes = ({ store, world, accountId, now }: HitSource): Routes => ({
  '/v1/hits': {
    GET: {
      query: ['group'],
      async handle({ response, query }) {
        const group = query.get('group') ?? ''
        if (!world.groups.has(group)) {
          throw new AdminError(404, `no security group ${JSON.stringify(group)}`, 'Give ?group=ID.')
        }
        const rows = await store.read(everyHits)
        sendJson(response, 200, { group, hits: hitsOf(group, rows, world) })
      },
    },
    POST: {
      agents: true,
      async handle({ request, response, agent }) {
        const { host, counts } = checked(report, await readJson(request), 'the report')
        refuseOtherHost(host, agent)
        await store.write(accountId, (session) => recordHits(session, host, counts, now()))
        sendJson(response, 200, {})
      },
    },
  },
})

const asHits = (row: RuleHitsRow): Hits => ({
  direction: row.direction,
  kind: row.kind,
  rule: row.rule_id === '' ? null : row.rule_id,
  groups: row.groups === '' ? [] : row.groups.split(' '),
  staged: row.staged === 1,
  packets: Number(row.packets),
  bytes: Number(row.bytes),
  since: row.since,
  lastHit: row.last_hit === '' ? null : row.last_hit,
})

/** All that concerns a group: its rules in the order of decision, counted or not, then defaults and what is implicit. */
function hitsOf(group: string, rows: readonly RuleHitsRow[], world: World): Hits[] {
  const rules = world.rules.get(group)
  const all = rows.map(asHits).filter(({ groups }) => groups.includes(group))
  const counted = all.filter(({ rule }) => rule !== null && rules?.has(rule))
  const known = new Set(counted.map(({ rule }) => rule))
  const silent = [...(rules?.values() ?? [])]
    .filter((rule) => !known.has(rule.id))
    .map(({ id: rule, direction }): Hits => ({
      ...{ direction, kind: 'rule', rule, groups: [group], staged: false },
      ...{ packets: 0, bytes: 0, since: null, lastHit: null },
    }))
  const place = ({ rule }: Hits): number => rules?.get(rule ?? '')?.priority ?? 0
  const byPlace = (a: Hits, b: Hits): number =>
    compare(a.direction, b.direction) || place(a) - place(b) || compare(a.rule ?? '', b.rule ?? '')
  return [
    ...[...counted, ...silent].sort(byPlace),
    ...all.filter(({ rule }) => rule === null).sort((a, b) => compare(a.direction, b.direction)),
  ]
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
