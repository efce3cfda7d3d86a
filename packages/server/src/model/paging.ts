import { ecsError } from '../errors/ecs.js'
import type { CreationMark } from '../store/creation-order.js'

export interface Page {
  /** From 1. */
  readonly number: number
  readonly size: number
  readonly offset: number
}

/** PageNumber/PageSize; sizes beyond the maximum are clamped, as the real service does. */
export function pageOf(input: {
  readonly PageNumber: number | undefined
  readonly PageSize: number | undefined
  readonly defaultSize: number
  readonly maxSize: number
}): Page {
  const number = Math.max(1, input.PageNumber ?? 1)
  const size = Math.min(input.maxSize, Math.max(1, input.PageSize ?? input.defaultSize))
  return { number, size, offset: (number - 1) * size }
}

/**
 * A NextToken: where the page ended, not how many rows came before, so that rows added or removed in between make
 * none appear twice and none vanish, and so that it survives a restart. `kind` keeps tokens of one operation from
 * another.
 */
export function nextToken(kind: string, ...position: readonly number[]): string {
  return Buffer.from(JSON.stringify([kind, ...position])).toString('base64url')
}

/**
 * Reads a NextToken of the kind, of `length` numbers; for anything else it throws 400 InValidParameter.NextToken, or
 * what `refuse` makes where the operation has another code.
 */
export function readToken(
  kind: string,
  token: string | undefined,
  length: number,
  refuse: () => Error = () => ecsError('InValidParameter.NextToken'),
): number[] | undefined {
  if (token === undefined) return undefined
  const [written, ...position] = parseList(Buffer.from(token, 'base64url').toString())
  if (written !== kind || position.length !== length || !position.every(isCount)) {
    throw refuse()
  }
  return position
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

/** The paging parameters of operations that know both styles. */
interface EitherStyle {
  readonly MaxResults: number | undefined
  readonly NextToken: string | undefined
  readonly PageNumber: number | undefined
  readonly PageSize: number | undefined
}

/** What to read for a page asked for in either style: one row more than it shows, to know whether more follow. */
export interface AskedPage {
  readonly limit: number
  readonly offset: number
  readonly after: CreationMark | undefined
}

/**
 * Reads how a list by creation is paged. Both styles at once are 400 NotSupported.PageNumberAndPageSize. MaxResults
 * is clamped to 10 and `maxSize`, as the real service does.
 */
export function askedPage(
  kind: string,
  input: EitherStyle,
  maxSize: number,
): { page: Page; asked: AskedPage; byToken: boolean } {
  const byToken = input.MaxResults !== undefined || input.NextToken !== undefined
  if (byToken && (input.PageNumber !== undefined || input.PageSize !== undefined)) {
    throw ecsError('NotSupported.PageNumberAndPageSize')
  }
  const [revision, position] = readToken(kind, input.NextToken, 2) ?? []
  const page = byToken
    ? { number: 1, size: Math.min(maxSize, Math.max(10, input.MaxResults ?? 10)), offset: 0 }
    : pageOf({ ...input, defaultSize: 10, maxSize })
  const after = revision === undefined || position === undefined ? undefined : ([revision, position] as const)
  return { page, asked: { limit: page.size + 1, offset: page.offset, after }, byToken }
}

/** The rows of the page, and the token of the next one: empty at the end and in the other style. */
export function shownPage<Row extends { readonly created_revision: number; readonly position: number }>(
  kind: string,
  { page, byToken }: { readonly page: Page; readonly byToken: boolean },
  rows: readonly Row[],
): { shown: readonly Row[]; token: string } {
  const shown = rows.slice(0, page.size)
  const last = shown.at(-1)
  const more = byToken && last !== undefined && rows.length > shown.length
  return { shown, token: more ? nextToken(kind, last.created_revision, last.position) : '' }
}
