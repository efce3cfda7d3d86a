import type { Direction, Nic, Policy, Undecided, Verdict, World } from '@sallyport/engine'
import { decide, decideStaged, nicOf, policyOf } from '@sallyport/engine'
import { AdminError } from './answer.js'
import type { Question } from './flow.js'
import { readQuestion } from './flow.js'

/** Most flows a request may ask about. */
export const flowLimit = 10_000

/** What decided, without the fields that had no part in it. */
interface Told {
  readonly verdict: Verdict['verdict']
  readonly reason: Verdict['reason']
  readonly rule?: string
  readonly group?: string
  readonly priority?: number
}

/**
 * One answer: what decided, or why nothing can. `staged` is the answer as it would be if no group was in audit, where
 * one of the interface is.
 */
export type Decided =
  (Told & { readonly staged?: Told | { readonly error: string } }) | { readonly error: string }

/** Policies by direction, side and sorted group list, valid for one revision of one world. */
export type PolicyCache = (groups: readonly string[], direction: Direction, nic: Nic) => Policy

/** A cache over `world` that forgets everything when the world moves on. */
export function createPolicyCache(world: World): PolicyCache {
  let version = ''
  const policies = new Map<string, Policy>()
  return (groups, direction, nic) => {
    const current = `${world.epoch} ${world.revision}`
    if (current !== version) {
      policies.clear()
      version = current
    }
    const sorted = [...groups].sort()
    const key = `${direction} ${nic} ${sorted.join(' ')}`
    const known = policies.get(key)
    if (known) return known
    const policy = policyOf(world, sorted, direction, nic)
    policies.set(key, policy)
    return policy
  }
}

/** Decides every flow of a `POST /v1/decide` body, in order, all at the same revision. Throws `AdminError` 400. */
export function decideFlows(body: unknown, world: World, policies: PolicyCache): Decided[] {
  return flowsOf(body).map((value) => {
    const question = readQuestion(value)
    return typeof question === 'string' ? { error: question } : answer(question, world, policies)
  })
}

function flowsOf(body: unknown): readonly unknown[] {
  const hint = 'Send {"flows": [{"interface": ..., "direction": ..., "protocol": ..., "remote": ...}, ...]}.'
  const raw = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const flows = raw['flows']
  if (!Array.isArray(flows)) throw new AdminError(400, 'the body has no list "flows"', hint)
  const unknown = Object.keys(raw).find((key) => key !== 'flows')
  if (unknown !== undefined)
    throw new AdminError(400, `the body has an unknown field ${JSON.stringify(unknown)}`, hint)
  if (flows.length > flowLimit) {
    throw new AdminError(400, `${flows.length} flows are more than ${flowLimit}`, 'Ask in several requests.')
  }
  return flows
}

function answer(question: Question, world: World, policies: PolicyCache): Decided {
  const found = world.interfaces.get(question.interface)
  if (!found) return { error: `no network interface ${JSON.stringify(question.interface)}` }
  const nic = found.vpc === '' ? nicOf(question.flow.remote) : 'intranet'
  const policy = policies(found.groups, question.direction, nic)
  const decided = told(decide(policy, question.flow))
  const staged = decideStaged(policy, question.flow)
  return 'error' in decided || staged === null ? decided : { ...decided, staged: told(staged) }
}

const told = (result: Verdict | Undecided): Told | { readonly error: string } =>
  'missing' in result ? { error: undecidedText(result) } : withoutNulls(result)

/** What has to be known before a flow can be decided. */
export const undecidedText = ({ missing, rule }: Undecided): string =>
  `${missing} is missing and ${rule === null ? 'an implicit rule' : `rule ${rule}`} tests it; give ${missing}`

const withoutNulls = ({ verdict, reason, rule, group, priority }: Verdict): Told => ({
  verdict,
  reason,
  ...(rule === null ? {} : { rule }),
  ...(group === null ? {} : { group }),
  ...(priority === null ? {} : { priority }),
})
