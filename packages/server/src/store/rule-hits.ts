import type { HitCounterRow, RuleHitsRow } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

const selectCounter = statement<{ host: string; counter: string }>()((db, p) =>
  db
    .selectFrom('hit_counters')
    .select(['packets', 'bytes'])
    .where('host', '=', p.host)
    .where('counter', '=', p.counter),
)

const putCounter = statement<HitCounterRow>()((db, p) =>
  db
    .insertInto('hit_counters')
    .values({ host: p.host, counter: p.counter, packets: p.packets, bytes: p.bytes })
    .onConflict((conflict) =>
      conflict.columns(['host', 'counter']).doUpdateSet((set) => ({
        packets: set.ref('excluded.packets'),
        bytes: set.ref('excluded.bytes'),
      })),
    ),
)

const addHits = statement<RuleHitsRow>()((db, p) =>
  db
    .insertInto('rule_hits')
    .values({
      subject: p.subject,
      direction: p.direction,
      kind: p.kind,
      rule_id: p.rule_id,
      groups: p.groups,
      staged: p.staged,
      packets: p.packets,
      bytes: p.bytes,
      since: p.since,
      last_hit: p.last_hit,
    })
    .onConflict((conflict) =>
      conflict.column('subject').doUpdateSet((set) => ({
        packets: set('rule_hits.packets', '+', set.ref('excluded.packets')),
        bytes: set('rule_hits.bytes', '+', set.ref('excluded.bytes')),
        last_hit: set
          .case()
          .when('excluded.last_hit', '=', '')
          .then(set.ref('rule_hits.last_hit'))
          .else(set.ref('excluded.last_hit'))
          .end(),
      })),
    ),
)

const selectHits = statement()((db) => db.selectFrom('rule_hits').selectAll())

const forgetRules = statement()((db) =>
  db
    .deleteFrom('rule_hits')
    .where('rule_id', '<>', '')
    .where('rule_id', 'not in', (from) => from.selectFrom('rules').select('id')),
)

/** What a counter said last, if it ever said anything. */
export const lastOf = (
  session: Session,
  counter: Pick<HitCounterRow, 'host' | 'counter'>,
): Promise<Pick<HitCounterRow, 'packets' | 'bytes'> | undefined> => session.first(selectCounter, counter)

/** Keeps what a counter says, and adds to what was counted for its subject. */
export async function addToHits(session: Session, counter: HitCounterRow, more: RuleHitsRow): Promise<void> {
  await session.run(putCounter, counter)
  await session.run(addHits, more)
}

/** Everything that was counted. */
export const everyHits = (session: Session): Promise<RuleHitsRow[]> => session.all(selectHits, {})

/** Forgets what was counted for rules that are gone. */
export async function forgetHitsOfGoneRules(session: Session): Promise<void> {
  await session.run(forgetRules, {})
}
