import type { Direction, Family, TreeNode, Trees } from '@sallyport/engine'
import { parseAddress, treesOf } from '@sallyport/engine'
import type { Addresses, Judged, SharedPolicy } from '../desired.js'
import { digest } from '../names.js'
import type { Identities } from './identities.js'
import type { Scope } from './scope.js'
import { scopeOf } from './scope.js'
import { signatureOf } from './signature.js'
import type { IdentityStage, Stage } from './stages.js'

/**
 * Nodes and cases of one policy at most. A larger one is judged entry by entry: slower for each new flow, never wrong.
 * Two hundred rules over groups of a hundred members make some thousands.
 */
export const MOST_NODES = 50_000

/** A policy as it judges interfaces whose own addresses its rules see alike. */
export interface Judge {
  readonly key: string
  readonly policy: string
  readonly direction: Direction
  readonly groups: readonly string[]
  /** By family; null in it where no own address is of the family. Null: judged entry by entry. */
  readonly stages: Readonly<Record<Family, Stage | null>> | null
}

/** The trees of a policy, with those of its nodes that were asked for before. */
interface Compiled {
  readonly trees: Trees
  readonly nodes: Map<string, TreeNode | null>
}

/** Compiled before: most changes leave most policies as they were, and their objects are recognised by who renders them. */
const known = new Map<string, Compiled>()
const MOST_KNOWN = 512

/** What trees are made for, and how large they may become. */
interface Limits {
  readonly identified: ReadonlySet<string>
  readonly scope: Scope
  readonly mostNodes: number
}

const keyOf = (shared: SharedPolicy, { identified, scope, mostNodes }: Limits): string =>
  `${mostNodes} ${signatureOf(shared, identified, scope)}`

function compiled(shared: SharedPolicy, limits: Limits): Compiled {
  const signature = keyOf(shared, limits)
  const found = known.get(signature) ?? {
    trees: treesOf(shared.policy, limits.identified, limits.mostNodes),
    nodes: new Map(),
  }
  known.delete(signature)
  known.set(signature, found)
  for (const oldest of known.keys()) {
    if (known.size <= MOST_KNOWN) break
    known.delete(oldest)
  }
  return found
}

const forget = (shared: SharedPolicy, limits: Limits): void => void known.delete(keyOf(shared, limits))

/** What a policy needs to know of identities. */
interface Asked {
  readonly compiled: Compiled
  readonly identities: Identities
  readonly scope: Scope
  /** Identified groups that the policy names. */
  readonly named: ReadonlySet<string>
}

function nodeAt(
  { compiled: { trees, nodes }, scope }: Asked,
  family: Family,
  own: number,
  groups: readonly string[],
  ids: readonly number[],
): TreeNode | null {
  const key = `${family} ${own} ${groups.join(' ')}`
  const found = nodes.get(key)
  if (found !== undefined) return found
  // What is in none of the groups may be anywhere.
  const within = groups.length === 0 ? undefined : scope.of(family, ids)
  const node = trees.at(family, own, new Set(groups), within)
  nodes.set(key, node)
  return node
}

/** The ids of addresses that are in the same ones of the groups that the policy names. */
function alike({ identities, named }: Asked): { groups: readonly string[]; ids: number[] }[] {
  const found = new Map<string, { groups: readonly string[]; ids: number[] }>()
  for (const [id, all] of identities.sets) {
    const groups = [...all].filter((group) => named.has(group))
    const one = found.get(groups.join(' ')) ?? { groups, ids: [] }
    one.ids.push(id)
    found.set(groups.join(' '), one)
  }
  return [...found.values()]
}

/** The step for remote addresses: by identity where the policy names identified groups. Null: too large. */
function remoteStage(asked: Asked, family: Family, own: number): TreeNode | IdentityStage | null {
  const otherwise = nodeAt(asked, family, own, [], [])
  if (otherwise === null || asked.named.size === 0) return otherwise
  const byChild = new Map<TreeNode, number[]>()
  for (const { groups, ids } of alike(asked)) {
    const child = nodeAt(asked, family, own, groups, ids)
    if (child === null) return null
    if (child !== otherwise) byChild.set(child, [...(byChild.get(child) ?? []), ...ids])
  }
  if (byChild.size === 0) return otherwise
  return { kind: 'identity', cases: [...byChild].map(([child, ids]) => ({ ids, child })), otherwise }
}

/** The classes of own addresses, by address; one for all where the policy's rules do not look at them. */
function ownClassesOf({ trees }: Compiled, family: Family, addresses: Addresses): Map<string, number> {
  if (trees.ownClasses(family) === 1) return new Map([['', 0]])
  const texts = family === 4 ? addresses.v4 : addresses.v6
  return new Map(
    texts.flatMap((text) => {
      const address = parseAddress(text)
      return address ? [[text, trees.ownClass(address)]] : []
    }),
  )
}

function stageFor(
  asked: Asked,
  family: Family,
  classes: ReadonlyMap<string, number>,
): Stage | null | undefined {
  const cases = [...classes].map(([address, own]) => ({ address, child: remoteStage(asked, family, own) }))
  const [first] = cases
  if (first === undefined) return null
  const whole = cases.flatMap(({ address, child }) => (child === null ? [] : [{ address, child }]))
  if (whole.length < cases.length) return undefined
  const own = new Set(classes.values())
  return own.size === 1 ? first.child : { kind: 'own', cases: whole }
}

/** Own addresses of one class are named by it, so that interfaces share a judge whatever their addresses are. */
function variantOf(classes: ReadonlyMap<string, number>): string {
  const all = [...classes]
  return new Set(classes.values()).size === 1 ? `${all[0]?.[1]}` : all.map((one) => one.join('=')).join(' ')
}

/** A judge for own addresses; null where the policy is too large. */
function judgeFor(asked: Asked, shared: SharedPolicy, addresses: Addresses): Judge | null {
  const classes = {
    4: ownClassesOf(asked.compiled, 4, addresses),
    6: ownClassesOf(asked.compiled, 6, addresses),
  }
  const variant = `${variantOf(classes[4])},${variantOf(classes[6])}`
  const [four, six] = [stageFor(asked, 4, classes[4]), stageFor(asked, 6, classes[6])]
  if (four === undefined || six === undefined) return null
  return {
    key: variant === '0,0' ? shared.key : `${shared.key}.${digest(variant, 8)}`,
    policy: shared.key,
    direction: shared.policy.direction,
    groups: shared.groups,
    stages: { 4: four, 6: six },
  }
}

/** One judge an endpoint, all compiled; null where the policy is too large for them together. */
function judgesFor(
  shared: SharedPolicy,
  endpoints: readonly Judged[],
  identities: Identities,
  limits: Limits,
): Judge[] | null {
  const named = shared.policy.entries.flatMap(({ remote }) =>
    remote.kind === 'group' && identities.groups.has(remote.group) ? [remote.group] : [],
  )
  const found = compiled(shared, limits)
  const asked = { compiled: found, identities, scope: limits.scope, named: new Set(named) }
  const judges = endpoints.map(({ addresses }) => judgeFor(asked, shared, addresses))
  const whole = judges.flatMap((judge) => judge ?? [])
  return whole.length === judges.length ? whole : null
}

const linear = ({ key, groups, policy }: SharedPolicy): Judge => ({
  key: `${key}.list`,
  policy: key,
  direction: policy.direction,
  groups,
  stages: null,
})

/** Who judges what interfaces send and receive. */
export interface Judges {
  readonly judges: readonly Judge[]
  /** The key of the judge of what an endpoint sends or receives. */
  readonly keyFor: (endpoint: Judged, direction: Direction) => string
}

/** Compiles policies for the interfaces that have them; those of more than `mostNodes` are judged entry by entry. */
export function judgesOf(
  policies: readonly SharedPolicy[],
  endpoints: readonly Judged[],
  identities: Identities,
  mostNodes = MOST_NODES,
): Judges {
  const judges = new Map<string, Judge>()
  const keys = new Map<string, string>()
  for (const shared of policies) {
    const { direction } = shared.policy
    const judged = endpoints.filter((endpoint) => endpoint[direction] === shared.key)
    const limits = { identified: identities.groups, scope: scopeOf(shared, identities), mostNodes }
    let found = judgesFor(shared, judged, identities, limits)
    if (found === null) {
      // What was asked of the trees before may be what fills them, and what is in force must not depend on that.
      forget(shared, limits)
      found = judgesFor(shared, judged, identities, limits)
    }
    for (const [at, endpoint] of judged.entries()) {
      const judge = found?.[at] ?? linear(shared)
      if (!judges.has(judge.key)) judges.set(judge.key, judge)
      keys.set(`${endpoint.interface} ${direction}`, judge.key)
    }
  }
  return {
    judges: [...judges.values()],
    keyFor: (endpoint, direction) => keys.get(`${endpoint.interface} ${direction}`) ?? endpoint[direction],
  }
}
