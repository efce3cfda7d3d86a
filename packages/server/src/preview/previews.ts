import { type Previewed, type PreviewedCall, WireError } from '@sallyport/protocol'
import { type Change, type Snapshot, type World, type WorldDiff } from '@sallyport/engine'
import { whatOf } from '../history/list-changes.js'
import { randomText } from '../model/ids.js'
import { createWork, type Surroundings } from '../operations/execute.js'
import type { Store } from '../store/database.js'
import { affectedPart, type Replacing } from './affected-part.js'
import { diffAsJson, summaryOf } from './diff-as-json.js'
import type { DiffThread } from './diff-thread.js'
import { createKeptPreviews } from './kept-previews.js'

/** Checks calls as if they were made, and tells what they would change. */
export interface Previews {
  readonly preview: (call: PreviewedCall) => Promise<Previewed & { readonly id: string }>
  /** What a preview found, as JSON text; undefined when it is no longer kept. */
  readonly find: (id: string) => string | undefined
}

/** What previews need of a server. */
export interface PreviewSource {
  readonly store: Pick<Store, 'rehearse'>
  readonly world: World
  readonly surroundings: Surroundings
  readonly thread: Pick<DiffThread, 'diff'>
}

/** What a call would have done: an answer or a refusal, and the changes with the part of the world they matter to. */
interface Outcome {
  readonly result: { readonly answer: Readonly<Record<string, unknown>> } | { readonly error: WireError }
  readonly revision: number
  readonly changes: readonly Replacing[]
  readonly part: Snapshot | undefined
}

/**
 * A previewed call runs as a real one does, in a transaction that is always undone; what it recorded is then compared
 * with the world in another thread, while writes go on.
 */
export function createPreviews({ store, world, surroundings, thread }: PreviewSource): Previews {
  const kept = createKeptPreviews()
  const workOf = createWork(surroundings)

  const attempt = async ({ operation, parse, caller, parameters }: PreviewedCall): Promise<Outcome> => {
    try {
      const work = workOf(operation, parse(), caller, parameters)
      return await store.rehearse({
        work,
        ended(answer, { revision, changes, befores }) {
          const replacing = changes.map((change, index) => ({ change, before: befores[index] ?? null }))
          // Now: the next commit changes the world.
          const part = changes.length === 0 ? undefined : affectedPart(world, replacing)
          return { result: { answer }, revision, changes: replacing, part }
        },
      })
    } catch (error) {
      if (!(error instanceof WireError) || error.status >= 500) throw error
      return { result: { error }, revision: world.revision, changes: [], part: undefined }
    }
  }

  return {
    find: kept.find,
    async preview(call) {
      const { result, revision, changes, part } = await attempt(call)
      const diff = part
        ? await thread.diff(
            part,
            changes.map(({ change }) => change),
          )
        : noDiff(revision)
      const id = `pv-${randomText(17)}`
      kept.keep(id, JSON.stringify({ id, ...told(call), ...resultAsJson(result), ...effect(changes, diff) }))
      const refused = 'error' in result ? `refused=${headerText(result.error.code)}; ` : ''
      const summary = `id=${id}; ${refused}${summaryOf(diff)}`
      return { id, summary, ...result }
    },
  }
}

const noDiff = (revision: number): WorldDiff => ({
  ...{ revision: { before: revision, after: revision }, interfaces: [] },
  ...{ complete: true, covered: 1 },
})

/** Codes are ASCII and short; a header must be, whatever a code is. */
const headerText = (code: string): string => code.replace(/[^\x21-\x7e]/g, '?').slice(0, 200)

const told = ({ operation: { product, name }, caller }: PreviewedCall) => ({
  ...{ at: caller.now.toISOString(), accountId: caller.accountId, principal: caller.principal.arn },
  ...{ product, action: name, requestId: caller.requestId },
})

const resultAsJson = (result: Outcome['result']) =>
  'answer' in result
    ? { status: 200, answer: result.answer }
    : { status: result.error.status, error: { Code: result.error.code, Message: result.error.message } }

const effect = (changes: readonly Replacing[], diff: WorldDiff) => ({
  changes: changes.map(({ change, before }) => changeAsJson(change, before)),
  diff: diffAsJson(diff),
})

const changeAsJson = (change: Change, before: Replacing['before']) => ({
  ...{ kind: change.kind, id: change.id, what: whatOf(null, change, before) },
  ...{ before, after: change.value },
})
