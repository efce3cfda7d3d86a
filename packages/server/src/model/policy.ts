/**
 * Policies in the language of RAM, version 1, as far as they say who may make which call on which resource. What is not
 * understood is refused when a policy is read: a Deny that is skipped would allow.
 */

/** One statement: its effect on the actions and resources that match its patterns. */
interface Statement {
  readonly allow: boolean
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

/** A policy that was read. */
export type Policy = readonly Statement[]

/** A policy that was not understood. The message says where and why, and never more than the patterns. */
export class PolicyError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'PolicyError'
  }
}

const statement = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' })

/** Policies that go by a name. */
export const builtInPolicies: Readonly<Record<string, object>> = {
  full: { Version: '1', Statement: [statement('*')] },
  'read-only': { Version: '1', Statement: [statement('*:Describe*', '*:List*', '*:Get*')] },
}

/** Reads a policy: the name of a built-in one, JSON text, or the object itself. Throws `PolicyError`. */
export function readPolicy(value: unknown): Policy {
  if (typeof value === 'string') {
    return readPolicy(Object.hasOwn(builtInPolicies, value) ? builtInPolicies[value] : parse(value))
  }
  const policy = record(value, 'the policy', ['Version', 'Statement'])
  if (policy['Version'] !== '1') throw new PolicyError('Version must be "1"')
  const statements = list(policy['Statement'])
  if (statements.length === 0) throw new PolicyError('Statement must hold one statement at least')
  return statements.map((one, index) => readStatement(one, `Statement ${index + 1}`))
}

function readStatement(value: unknown, where: string): Statement {
  const members = record(value, where, ['Effect', 'Action', 'Resource', 'Sid'])
  const effect = members['Effect']
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyError(`${where}: Effect must be "Allow" or "Deny"`)
  }
  return {
    allow: effect === 'Allow',
    actions: patterns(members['Action'], `${where}: Action`, (text) => text.toLowerCase()),
    resources: patterns(members['Resource'], `${where}: Resource`, (text) => text),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    const names = Object.keys(builtInPolicies).join(', ')
    throw new PolicyError(`it is neither JSON nor the name of a built-in policy (${names})`)
  }
}

function record(value: unknown, where: string, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PolicyError(`${where} is not an object`)
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new PolicyError(`${where} has ${unknown}, which is not supported here`)
  return value as Record<string, unknown>
}

const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

function patterns(value: unknown, where: string, readOne: (text: string) => string): string[] {
  const texts = list(value)
  if (texts.length === 0) throw new PolicyError(`${where} is missing`)
  return texts.map((text) => {
    if (typeof text !== 'string' || text === '') throw new PolicyError(`${where} must hold patterns as text`)
    return readOne(text.replace(/\*+/g, '*'))
  })
}

/**
 * Whether a text matches a pattern: `*` stands for any text and `?` for any one character. Not a regular expression,
 * because callers bring their own patterns, and this takes no longer than the product of both lengths.
 */
export function matches(pattern: string, text: string): boolean {
  let [at, read, star, kept] = [0, 0, -1, 0]
  while (read < text.length) {
    const wanted = pattern[at]
    if (wanted === '*') {
      star = at++
      kept = read
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[read])) {
      at++
      read++
    } else if (star >= 0) {
      at = star + 1
      read = ++kept
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}

/**
 * Whether every policy allows an action on every resource. Within one, a statement that denies wins over all that
 * allow, and what no statement allows is refused.
 */
export const allows = (policies: readonly Policy[], action: string, resources: readonly string[]): boolean =>
  policies.every((policy) => resources.every((resource) => allowsOne(policy, action, resource)))

function allowsOne(policy: Policy, action: string, resource: string): boolean {
  const matching = policy.filter(
    ({ actions, resources }) =>
      actions.some((pattern) => matches(pattern, action.toLowerCase())) &&
      resources.some((pattern) => matches(pattern, resource)),
  )
  return matching.length > 0 && matching.every(({ allow }) => allow)
}
