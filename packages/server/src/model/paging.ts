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
export function nextToken(kind: string, ...position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([kind, ...position])).toString('base64url')
}

/** Reads a NextToken of the kind; throws 400 InValidParameter.NextToken for anything else. */
export function readToken(
  kind: string,
  token: string | undefined,
  length: number,
): (string | number)[] | undefined {
  if (token === undefined) return undefined
  try {
    const [written, ...position] = JSON.parse(Buffer.from(token, 'base64url').toString()) as (
      string | number
    )[]
    if (written === kind && position.length === length) return position
  } catch {
    // Falls through: text that is no JSON is as wrong as a token of another operation.
  }
  throw ecsError('InValidParameter.NextToken')
}
