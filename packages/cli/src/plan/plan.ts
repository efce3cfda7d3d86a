import { diffWorlds, type World, type WorldDiff } from '@sallyport/engine'
import { UserError } from '@sallyport/server'
import { exitCodes } from '../exit-codes.js'
import { budgetOf } from '../explaining/budget.js'
import { diffText } from '../explaining/diff.js'
import { jsonText } from '../explaining/json.js'
import type { Style } from '../explaining/texts.js'
import { readPlan } from '../terraform/read-plan.js'
import { parseText } from '../world/parse-text.js'
import { readSourceFile, readText } from '../world/read-file.js'
import type { Source } from '../world/source.js'
import { markdownOf } from './markdown.js'

/** What `plan` was asked for. */
export interface PlanOptions {
  /** World files. */
  readonly before: string | undefined
  readonly after: string | undefined
  /** What `terraform show -json` wrote, instead of the files. */
  readonly terraform: string | undefined
  readonly form: 'text' | 'markdown' | 'json'
  /** Seconds. */
  readonly budget: unknown
}

/** The states before and after a change, and what of the change could matter and is not known. */
export interface Compared {
  readonly before: Source
  readonly after: Source
  readonly unknown: readonly string[]
}

/**
 * Prints what a change opens, closes and makes dead. Exit code 1 when something opens; else 4 when the time ended first
 * or a part of the change cannot be known yet; else 0.
 */
export function planCommand(
  options: PlanOptions,
  styleOf: (names: ReadonlyMap<string, string>) => Style,
): number {
  const compared = readCompared(options)
  const names = new Map([...compared.before.names, ...compared.after.names])
  const answer = compare(compared.before.world, compared.after.world, options.budget)
  process.stdout.write(written(answer, compared, options.form, styleOf(names)))
  if (answer.interfaces.some(({ diff }) => diff.opens.count > 0n)) return exitCodes.drop
  return answer.complete && compared.unknown.length === 0 ? exitCodes.ok : exitCodes.unknown
}

/** Regions that are listed of each change. */
const REGIONS = 5

const compare = (before: World, after: World, budget: unknown): WorldDiff =>
  diffWorlds(before, after, { regions: REGIONS, budget: budgetOf(budget) })

function written(
  answer: WorldDiff,
  { after, unknown }: Compared,
  form: PlanOptions['form'],
  style: Style,
): string {
  const notes = [...new Set([...unknown, ...after.notes])]
  if (form === 'json') return jsonText({ ...answer, unknown })
  if (form === 'markdown') return markdownOf(answer, notes, style)
  return diffText(answer, style) + notes.map((note) => `note: ${note}\n`).join('')
}

/** Reads the two states. Throws a `UserError`. */
export function readCompared({
  before,
  after,
  terraform,
}: Pick<PlanOptions, 'before' | 'after' | 'terraform'>): Compared {
  if (terraform !== undefined) {
    if (before !== undefined)
      throw new UserError('world files and --terraform are both given', 'Give one or the other.')
    return readPlan(terraform, parseText(terraform, readText(terraform)).document)
  }
  if (before === undefined || after === undefined) {
    throw new UserError(
      'two states are needed',
      'Give two world files, before and after, or --terraform with what "terraform show -json" wrote.',
    )
  }
  const [first, second] = [readSourceFile(before), readSourceFile(after)]
  // What neither says is no part of the change.
  return { before: first, after: second, unknown: second.notes.filter((note) => !first.notes.includes(note)) }
}
