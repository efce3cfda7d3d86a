import { isDeepStrictEqual } from 'node:util'
import type { Change, Fact, Interface, Rule } from '@sallyport/engine'
import { type KeptRevision, oldestKept, revisionsMentioning } from '../store/history.js'
import { namedLists } from './named-lists.js'
import { epochIsOver } from './refusals.js'
import type { HistorySource } from './state-at.js'

/** What happened to a fact. An interface joins and leaves the group that is asked for. */
export type What = 'added' | 'changed' | 'removed' | 'joined' | 'left'

export interface HistoryChange {
  readonly kind: Change['kind']
  readonly id: string
  readonly what: What
  readonly before: Fact
  readonly after: Fact
}

/** One revision as far as it concerns what was asked for. Who is null where it was no call. */
export interface HistoryEntry {
  readonly revision: number
  readonly at: string
  readonly accountId: string | null
  readonly principal: string | null
  readonly operation: string | null
  readonly requestId: string | null
  readonly changes: readonly HistoryChange[]
}

/** A part of the history, newest first. */
export interface HistoryPage {
  readonly epoch: string
  readonly revision: number
  /** The oldest revision that is kept. */
  readonly oldest: number | null
  readonly entries: readonly HistoryEntry[]
  /** Whether older entries are kept; they are before the last one here. */
  readonly more: boolean
}

/** What to tell the history of: a thing by its id, or everything. */
export type Subject = {
  readonly kind: 'group' | 'list' | 'interface' | 'instance'
  readonly id: string
} | null

/** Revisions looked through at once; between looks other requests have their turn. */
const AT_ONCE = 2000

/**
 * The newest `limit` revisions below `before` that concern a subject. A group's are those of itself, its rules, its
 * members, and the lists that its rules named at the time. Throws `AdminError` 410 when an epoch ends meanwhile.
 */
export async function historyOf(
  subject: Subject,
  { before = Infinity, limit }: { readonly before?: number | undefined; readonly limit: number },
  { feed, store }: HistorySource,
): Promise<HistoryPage> {
  const { world } = feed
  const { epoch, revision } = world
  const named = subject?.kind === 'group' ? namedLists(world, subject.id) : undefined
  const entries: HistoryEntry[] = []
  // Whoever asks for everything need not look at what is newer; else the lists named at the time depend on it.
  let upTo = named ? revision : Math.min(revision, before - 1)
  const oldest = (await store.read(oldestKept))?.revision ?? null

  while (oldest !== null && upTo >= oldest && entries.length <= limit) {
    const above = Math.max(oldest - 1, upTo - AT_ONCE)
    const ids = subject ? [subject.id, ...(named?.all() ?? [])] : []
    const range = { above, upTo }
    const rows = await store.read((session) => revisionsMentioning(session, ids, range))
    if (world.epoch !== epoch) throw epochIsOver(epoch, world.epoch)
    upTo = above
    for (const row of rows) {
      const changes = concerning(row, subject, named)
      if (changes.length > 0 && row.revision < before) entries.push(entryOf(row, changes))
      if (entries.length > limit) break
      if (named && undone(row, named)) {
        // A list that was named then: what is older has to be looked through for it too.
        upTo = row.revision - 1
        break
      }
    }
  }
  return { epoch, revision, oldest, entries: entries.slice(0, limit), more: entries.length > limit }
}

type Lists = ReturnType<typeof namedLists>

function undone({ changes }: KeptRevision, named: Lists): boolean {
  let news = false
  for (const { change, before } of [...changes].reverse()) {
    if (change.kind === 'rule') news = named.undo(change.id, before) || news
  }
  return news
}

const orNull = (text: string): string | null => (text === '' ? null : text)

const entryOf = (row: KeptRevision, changes: readonly HistoryChange[]): HistoryEntry => ({
  ...{
    revision: row.revision,
    at: row.at,
    accountId: orNull(row.accountId),
    principal: orNull(row.principal),
  },
  ...{ operation: orNull(row.operation), requestId: orNull(row.requestId), changes },
})

function concerning({ changes }: KeptRevision, subject: Subject, named: Lists | undefined): HistoryChange[] {
  return changes.flatMap(({ change, before }): HistoryChange[] => {
    const { kind, id, value: after } = change
    if (isDeepStrictEqual(before, after)) return []
    if (subject && !isAbout(subject, change, before, named)) return []
    return [{ kind, id, what: whatOf(subject, change, before), before, after }]
  })
}

function isAbout(
  subject: NonNullable<Subject>,
  change: Change,
  before: Fact,
  named: Lists | undefined,
): boolean {
  const facts = [before, change.value].filter((fact) => fact !== null)
  switch (subject.kind) {
    case 'list':
    case 'interface':
      return change.id === subject.id
    case 'instance':
      return (
        change.kind === 'interface' && (facts as Interface[]).some(({ instance }) => instance === subject.id)
      )
    case 'group':
      if (change.kind === 'rule') return (facts as Rule[]).some(({ group }) => group === subject.id)
      if (change.kind === 'interface') return (facts as Interface[]).some(isIn(subject.id))
      return change.id === subject.id || (named?.has(change.id) ?? false)
  }
}

const isIn =
  (group: string) =>
  ({ groups }: Interface): boolean =>
    groups.includes(group)

/** What a change does to its fact. */
export function whatOf(subject: Subject, { kind, value: after }: Change, before: Fact): What {
  if (subject?.kind === 'group' && kind === 'interface') {
    const [was, is] = [before, after].map((fact) => fact !== null && isIn(subject.id)(fact as Interface))
    if (was !== is) return is === true ? 'joined' : 'left'
  }
  return before === null ? 'added' : after === null ? 'removed' : 'changed'
}
