import { ecsError } from '../errors/ecs.js'

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

/** Reads a NextToken of the kind, of `length` numbers; throws 400 InValidParameter.NextToken for anything else. */
export function readToken(kind: string, token: string | undefined, length: number): number[] | undefined {
  if (token === undefined) return undefined
  const [written, ...position] = parseList(Buffer.from(token, 'base64url').toString())
  if (written !== kind || position.length !== length || !position.every(isCount)) {
    throw ecsError('InValidParameter.NextToken')
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
