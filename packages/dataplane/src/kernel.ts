import type { Family, World } from '@sallyport/engine'
import type { Identities } from './compiled/identities.js'
import { subjectsOf, type Count } from './counted.js'
import { deniedBy, type Denied } from './denied.js'
import type { DesiredVpc } from './desired.js'
import { desiredOf } from './desired.js'
import type { Drift, Enforcer, Outcome } from './enforcer.js'
import type { FormLimits } from './intermediate.js'
import { formOf, passageFormOf } from './intermediate.js'
import { applySteps } from './links/apply.js'
import type { Draft } from './links/draft.js'
import type { Present } from './links/model.js'
import type { LinkOptions } from './links/plan.js'
import { planLinks, planNamespaces, planRouter } from './links/plan.js'
import { planRemovals } from './links/plan-removals.js'
import { readPresent } from './links/read-back.js'
import { isPlainId, routerOf } from './names.js'
import { applyAll } from './nftables/apply.js'
import { driftOf } from './nftables/drift.js'
import { createListeners, type Listeners } from './nflog/listeners.js'
import { readCounters, type CounterValue } from './nftables/counts.js'
import { readBack } from './nftables/read-back.js'
import { render } from './nftables/render.js'
import type { Ruleset } from './nftables/ruleset.js'
import { ownerChain } from './nftables/ruleset.js'
import type { Capabilities } from './probe.js'
import { messageOf } from './run.js'
import { sizeOf } from './sizes.js'

/** How to enforce on this host. */
export interface KernelOptions extends LinkOptions {
  readonly uplinkNetns: string | null
  readonly capabilities: Capabilities
  readonly keepTracked: boolean
  /** Interfaces that are not made as namespaces: they are bound to links of others. */
  readonly bound?: () => ReadonlySet<string>
  /** False: running instances are not made here. */
  readonly instances?: boolean
  readonly limits?: FormLimits
}

/** Problems of one VPC, by where they were found. */
interface Problems {
  facts: readonly string[]
  host: readonly string[]
}

/** All that is remembered between changes, so that each needs neither a full list nor a read-back. */
interface Memory {
  readonly options: KernelOptions
  readonly desired: Map<string, DesiredVpc>
  /** What the kernel holds, by VPC; what is missing is read back when needed. */
  readonly held: Map<string, Ruleset>
  /** Null: read back before the next plan. */
  present: Present | null
  readonly problems: Map<string, Problems>
  /** VPCs whose facts make no sense and of which nothing better is known: nothing is removed meanwhile. */
  readonly unclear: Set<string>
  readonly listeners: Listeners
}

const familiesOf = ({ nat4, nat6, ipv6 }: Capabilities): Family[] => [
  ...(nat4 ? ([4] as const) : []),
  ...(nat6 && ipv6 ? ([6] as const) : []),
]

/** Computes what is desired of a VPC. Facts that make no sense leave what was in force, and are reported. */
function refresh(memory: Memory, world: World, vpc: string): void {
  let facts: readonly string[] = []
  memory.unclear.delete(vpc)
  try {
    if (!isPlainId(vpc)) throw new Error(`id ${JSON.stringify(vpc)} cannot be part of a namespace name`)
    const { capabilities, bound, instances = true } = memory.options
    const desired = instances ? desiredOf(world, vpc, capabilities, bound?.()) : null
    facts = desired?.problems ?? []
    if (desired && desired.endpoints.length > 0) memory.desired.set(vpc, desired)
    else memory.desired.delete(vpc)
  } catch (error) {
    if (!memory.desired.has(vpc)) memory.unclear.add(vpc)
    facts = [`${vpc} is left as it was: ${messageOf(error)}`]
  }
  memory.problems.set(vpc, { facts, host: [] })
}

const carryOut = (memory: Memory, { steps }: Draft): Promise<void> =>
  applySteps(steps.splice(0), { uplinkNetns: memory.options.uplinkNetns, ipv6: memory.options.ipv6 })

/** The identities of rulesets that were loaded here: of what was read back nobody knows which groups they stand for. */
const identitiesIn = new WeakMap<Ruleset, Identities>()

/** Loads the rules of a VPC; returns a problem when the table there is another's. */
async function enforceRules(memory: Memory, desired: DesiredVpc): Promise<string | undefined> {
  const { options, held } = memory
  const before = held.get(desired.vpc) ?? (await readBack(desired.router))
  if (before && !before.chains.has(ownerChain(options.mark))) {
    return `table inet sallyport in ${desired.router} is not marked ${options.mark}: remove it`
  }
  const { capabilities, keepTracked, limits } = options
  const masquerade = familiesOf(capabilities)
  const form = formOf(desired, options.mark, masquerade, capabilities.drops, keepTracked, limits)
  const identities = before && identitiesIn.get(before)
  const passage = identities && passageFormOf(desired, form, identities, limits)
  let present = before
  for (const one of passage ? [passage, form] : [form]) {
    const { transactions, ruleset } = render(one, present)
    await applyAll(desired.router, transactions)
    present = ruleset
    held.set(desired.vpc, ruleset)
    identitiesIn.set(ruleset, one.identities)
  }
  return undefined
}

/** Rules before links: whatever gets connected finds its policy in force. */
async function enforceVpc(memory: Memory, present: Present, desired: DesiredVpc): Promise<readonly string[]> {
  const { options } = memory
  const draft: Draft = { present, steps: [] }
  const foreign = planRouter(draft, desired, options)
  if (foreign !== undefined) return [`${desired.vpc} is not enforced: ${foreign}`]
  const { endpoints, problems } = planNamespaces(draft, desired, options)
  await carryOut(memory, draft)
  const foreignTable = await enforceRules(memory, { ...desired, endpoints })
  if (foreignTable !== undefined) return [...problems, `${desired.vpc} is not enforced: ${foreignTable}`]
  problems.push(...planLinks(draft, desired, endpoints, options))
  await carryOut(memory, draft)
  return problems
}

/** Takes away what no VPC wants any more. */
async function remove(memory: Memory, present: Present): Promise<void> {
  if (memory.unclear.size > 0) return
  const draft: Draft = { present, steps: [] }
  planRemovals(draft, [...memory.desired.values()], memory.options)
  for (const vpc of [...memory.held.keys()]) if (!memory.desired.has(vpc)) memory.held.delete(vpc)
  await carryOut(memory, draft)
}

/** VPCs whose last attempt met a problem on the host: it may be gone now. */
const troubled = (memory: Memory): string[] =>
  [...memory.problems].filter(([, { host }]) => host.length > 0).map(([vpc]) => vpc)

async function attempt(
  memory: Memory,
  vpc: string,
  action: (present: Present) => Promise<readonly string[]>,
): Promise<void> {
  const before = memory.problems.get(vpc) ?? { facts: [], host: [] }
  try {
    memory.present ??= await readPresent(memory.options.mark, memory.options.uplinkNetns)
    memory.problems.set(vpc, { ...before, host: await action(memory.present) })
  } catch (error) {
    memory.present = null
    memory.held.delete(vpc)
    memory.problems.set(vpc, { ...before, host: [`${vpc || 'removal'} failed: ${messageOf(error)}`] })
  }
}

/** Key under which the problems of removing things are kept: it is no VPC's. */
const REMOVAL = ''

async function reconcile(
  memory: Memory,
  vpcs: ReadonlySet<string>,
  again: readonly string[],
): Promise<Outcome> {
  await attempt(memory, REMOVAL, async (present) => {
    await remove(memory, present)
    return []
  })
  for (const vpc of new Set([...vpcs, ...again])) {
    const desired = memory.desired.get(vpc)
    if (desired) await attempt(memory, vpc, (present) => enforceVpc(memory, present, desired))
  }
  const retry = new Set(troubled(memory))
  const problems = [...memory.problems.values()].flatMap(({ facts, host }) => [...facts, ...host])
  for (const vpc of [...memory.problems.keys()])
    if (!memory.desired.has(vpc) && !retry.has(vpc)) forget(memory, vpc)
  return { problems, retry }
}

/** Problems of facts stay known until the facts change. */
function forget(memory: Memory, vpc: string): void {
  if (memory.problems.get(vpc)?.facts.length === 0) memory.problems.delete(vpc)
}

async function look(memory: Memory, vpc: string): Promise<Drift | null> {
  const held = memory.held.get(vpc)
  if (!held) return null
  try {
    const what = await driftOf(routerOf(vpc), held)
    if (what === null) return null
    memory.held.delete(vpc)
    memory.present = null
    return { vpc, what }
  } catch {
    // A kernel that cannot be read says nothing about its rules; the next look or change may.
    return null
  }
}

async function counts({ desired }: Memory, vpc: string): Promise<readonly Count[]> {
  const wanted = desired.get(vpc)
  if (!wanted) return []
  const subjects = subjectsOf(wanted.policies)
  const values = await readCounters(wanted.router).catch(() => new Map<string, CounterValue>())
  return [...values].flatMap(([name, value]) => {
    const subject = subjects.get(name)
    return subject ? [{ ...subject, ...value, counter: `${vpc} ${name}` }] : []
  })
}

/** Where no log can be read nothing is told: a listener that fails is tried again the next time. */
function denied({ desired, held, listeners, options }: Memory): Denied[] {
  if (!options.capabilities.drops) return []
  const at = new Date().toISOString()
  const wanted = [...desired.values()].filter(({ vpc }) => held.has(vpc))
  listeners.keep(new Set(wanted.map(({ router }) => router)))
  return wanted.flatMap((one) => {
    try {
      return listeners.heard(one.router).map((packet) => deniedBy(packet, one, at))
    } catch {
      return []
    }
  })
}

/** Enforces in this host's kernel: namespaces, links and nftables. Adopts what an earlier process left in force. */
export function kernelEnforcer(options: KernelOptions): Enforcer {
  const memory: Memory = {
    options,
    desired: new Map(),
    held: new Map(),
    present: null,
    problems: new Map(),
    unclear: new Set(),
    listeners: createListeners(),
  }
  return {
    reconcile(world, vpcs, reread) {
      const again = troubled(memory)
      if (reread) memory.present = null
      const asked = new Set([...vpcs].filter((vpc) => vpc !== REMOVAL))
      for (const vpc of asked) refresh(memory, world, vpc)
      return reconcile(
        memory,
        asked,
        again.filter((vpc) => vpc !== REMOVAL),
      )
    },
    held: () => [...memory.held.keys()],
    look: (vpc) => look(memory, vpc),
    counts: (vpc) => counts(memory, vpc),
    sizes: () =>
      [...memory.held].map(([vpc, table]) =>
        sizeOf(vpc, memory.desired.get(vpc)?.endpoints.length ?? 0, [table]),
      ),
    denied: () => denied(memory),
    deaf: () => memory.listeners.keep(new Set()),
  }
}
