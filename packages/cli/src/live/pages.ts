import type { Answer, Describe } from './client.js'

type Call = Parameters<Describe>

/** The members of a list in an answer: `{Vpcs: {Vpc: [...]}}`, or plain, as the answers about port lists have them. */
export function membersOf(answer: unknown, outer: string, inner?: string): Answer[] {
  const list = (answer as Answer | undefined)?.[outer]
  if (Array.isArray(list)) return list as Answer[]
  const found = inner === undefined ? undefined : (list as Answer | undefined)?.[inner]
  return Array.isArray(found) ? (found as Answer[]) : []
}

/** Every page of a list that goes on with a token. */
export async function byToken(
  describe: Describe,
  [product, action, parameters]: Call,
  size: number,
  list: readonly [outer: string, inner?: string],
): Promise<Answer[]> {
  const found: Answer[] = []
  let token: string | undefined
  do {
    const page = await describe(product, action, { ...parameters, MaxResults: size, NextToken: token })
    found.push(...membersOf(page, ...list))
    const next = page['NextToken']
    token = typeof next === 'string' && next !== '' && next !== token ? next : undefined
  } while (token !== undefined)
  return found
}

/** Every page of a list that has numbered ones; the last is the one that is not full. */
export async function byNumber(
  describe: Describe,
  [product, action, parameters]: Call,
  size: number,
  list: readonly [outer: string, inner?: string],
): Promise<Answer[]> {
  const found: Answer[] = []
  for (let number = 1; ; number++) {
    const page = await describe(product, action, { ...parameters, PageNumber: number, PageSize: size })
    const members = membersOf(page, ...list)
    found.push(...members)
    if (members.length < size) return found
  }
}
