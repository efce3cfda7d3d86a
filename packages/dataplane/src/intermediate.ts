import type { AddressRange, Direction, Entry, Family, Members, PortRange, PortSet } from '@sallyport/engine'
import { formatAddress, widthOf } from '@sallyport/engine'
import { counterOf } from './compiled/counters.js'
import type { Identities } from './compiled/identities.js'
import { identitiesOf } from './compiled/identities.js'
import type { Judge } from './compiled/judges.js'
import type { Judges } from './compiled/judges.js'
import { judgesOf } from './compiled/judges.js'
import { passageOf } from './compiled/passage.js'
import type { Addresses, DesiredVpc, Judged, SharedPolicy } from './desired.js'
import { digest, isPlainId } from './names.js'
import type { Remembering, TimeoutGroup } from './remembering.js'
import { rememberingsOf, timeoutGroupsOf } from './remembering.js'

/** Which remote addresses a test matches: all, a block or range as text, or a shared set by name. */
export type Remote =
  | { readonly kind: 'any' }
  | { readonly kind: 'block'; readonly text: string }
  | { readonly kind: 'set'; readonly set: string }

/** Which ports a test matches: a range of its own, or a shared set by name. */
export type Ports = PortRange | { readonly set: string }

/** One step of a policy, for one address family or (null) both. Null is "any" in every other field too. */
export interface Test {
  readonly why: string
  readonly family: Family | null
  readonly protocol: number | null
  readonly remote: Remote
  readonly local: string | null
  readonly remotePorts: Ports | null
  readonly localPorts: Ports | null
  readonly icmpTypes: PortRange | null
  readonly accept: boolean
  /** Of a group in audit: what it matches is counted, and the next step is asked. */
  readonly staged: boolean
  /** The name of what counts it. */
  readonly counter: string
}

/** A policy as a list of steps: the first that matches decides, else the fallback. */
export interface Chain {
  readonly name: string
  readonly direction: Direction
  readonly groups: readonly string[]
  readonly tests: readonly Test[]
  readonly acceptOtherwise: boolean
  /** Whether the default would drop without audit, and is counted instead. */
  readonly stagedOtherwise: boolean
  /** The names of what counts the default, and the staged one. */
  readonly counters: { readonly otherwise: string; readonly stagedOtherwise: string }
}

/** Exact addresses of one family that tests share: the members of a group. */
export interface AddressSet {
  readonly name: string
  readonly family: Family
  readonly addresses: readonly string[]
}

/**
 * Ranges that tests share: what a list of blocks or of ports holds. They are sorted and neither meet nor touch, and the
 * name says what they are, so that a set never changes: other ranges are another set.
 */
export interface RangeSet {
  readonly name: string
  readonly of: Family | 'ports'
  readonly ranges: readonly string[]
}

/** A link to a running interface: who may speak through it and which judges it has. */
export interface Binding {
  readonly link: string
  readonly interface: string
  readonly mac: string
  readonly addresses: Addresses
  readonly egress: string
  readonly ingress: string
}

/** What a backend enforces for one VPC: plain data without any kernel's words. */
export interface Form {
  readonly vpc: string
  readonly mark: string
  readonly blocks: readonly string[]
  readonly own: Addresses
  readonly bindings: readonly Binding[]
  readonly sets: readonly AddressSet[]
  readonly rangeSets: readonly RangeSet[]
  /** Policies entry by entry: in words, and for judges that are not compiled. */
  readonly chains: readonly Chain[]
  readonly judges: readonly Judge[]
  readonly identities: Identities
  readonly timeoutGroups: readonly TimeoutGroup[]
  /** How long connections are remembered, where not by default: the first that fits. */
  readonly rememberings: readonly Remembering[]
  /** Families whose connections leave by the uplink with the router's address. */
  readonly masquerade: readonly Family[]
  /** Whether connections that were accepted go on when rules change. */
  readonly keepTracked: boolean
  /** Whether dropped packets are told of. */
  readonly tellsDrops: boolean
}

/** Host bits of a range that is a block, else undefined. Numbers do for IPv4, and are much faster. */
function hostBitsOf({ family, first, last }: AddressRange): number | undefined {
  if (family === 4) {
    const [from, size] = [Number(first), Number(last) - Number(first) + 1]
    const bits = Math.log2(size)
    return Number.isInteger(bits) && from % size === 0 ? bits : undefined
  }
  const size = last - first + 1n
  const isBlock = (size & (size - 1n)) === 0n && first % size === 0n
  return isBlock ? size.toString(2).length - 1 : undefined
}

/** `10.0.0.1`, `10.0.0.0/8` or `10.0.0.1-10.0.0.9`; null when the range is the whole family. */
export function rangeText(range: AddressRange): string | null {
  const { family, first, last } = range
  const from = formatAddress({ family, bits: first })
  const bits = hostBitsOf(range)
  if (bits === widthOf(family)) return null
  if (bits === undefined) return `${from}-${formatAddress({ family, bits: last })}`
  return bits === 0 ? from : `${from}/${widthOf(family) - bits}`
}

/** Name of the set of a group's members of one family: the group's id where that can be part of a name. */
const setName = (family: Family, group: string): string =>
  `g${family}-${isPlainId(group) ? group : digest(group, 12)}`

/** `80` or `80-443`. */
export const portsText = ({ first, last }: PortRange): string =>
  first === last ? `${first}` : `${first}-${last}`

function rangeSet(of: RangeSet['of'], ranges: readonly string[]): RangeSet {
  return { name: `r${of === 'ports' ? 'p' : of}-${digest(ranges.join(' '), 16)}`, of, ranges }
}

// The ranges of a list are one value for as long as the list is, and many rules of many policies name it.
const known = new WeakMap<readonly object[], RangeSet>()

/** The set of these ranges, each written as text; undefined where there is but one, which a test can say itself. */
function sharedSet<R extends object>(
  of: RangeSet['of'],
  ranges: readonly R[],
  text: (range: R) => string,
): RangeSet | undefined {
  if (ranges.length < 2) return undefined
  const set = known.get(ranges) ?? rangeSet(of, ranges.map(text))
  known.set(ranges, set)
  return set
}

const addressRangesOf = ({ remote }: Entry): RangeSet | undefined =>
  remote.kind === 'prefix-list'
    ? // Several ranges that do not touch: none is the whole family, which alone has no text.
      sharedSet(remote.ranges[0]?.family ?? 4, remote.ranges, (range) => rangeText(range) ?? '')
    : undefined

const portRangesOf = (ports: PortSet | null): RangeSet | undefined =>
  sharedSet('ports', ports ?? [], portsText)

function portsOf(ports: PortSet | null): Ports | null {
  const set = portRangesOf(ports)
  return set ? { set: set.name } : (ports?.[0] ?? null)
}

/** A list without entries matches nothing, and neither does a rule that names it. */
const matchesNothing = ({ remote, remotePorts, localPorts }: Entry): boolean =>
  (remote.kind === 'prefix-list' && remote.ranges.length === 0) ||
  remotePorts?.length === 0 ||
  localPorts?.length === 0

/** Where an entry comes from, for readers of the kernel's rules. */
export const whyOf = (entry: Entry): string =>
  entry.reason === 'rule'
    ? `${entry.group} ${entry.rule} ${entry.priority}`
    : [entry.reason, entry.group ?? ''].join(' ')

/** An entry as tests: one a family where a group's members are of both families, else one. */
function testsOf(entry: Entry, direction: Direction, key: string): Test[] {
  if (matchesNothing(entry)) return []
  const { protocol, icmpTypes } = entry
  const base = {
    why: whyOf(entry).trim(),
    protocol,
    remotePorts: portsOf(entry.remotePorts),
    localPorts: portsOf(entry.localPorts),
    icmpTypes,
    accept: entry.verdict === 'accept',
    staged: entry.staged,
    counter: counterOf(direction, entry, key, entry.staged),
  }
  const local = entry.local && rangeText(entry.local)
  const families: readonly (Family | null)[] =
    entry.family === null && entry.remote.kind === 'group' ? [4, 6] : [entry.family]
  return families.map((family) => ({ ...base, family, remote: remoteOf(entry, family), local }))
}

function blockOrAny(range: AddressRange | undefined): Remote {
  const text = range === undefined ? null : rangeText(range)
  return text === null ? { kind: 'any' } : { kind: 'block', text }
}

function remoteOf(entry: Entry, family: Family | null): Remote {
  const { remote } = entry
  switch (remote.kind) {
    case 'any':
      return { kind: 'any' }
    case 'range':
      return blockOrAny(remote.range)
    case 'prefix-list': {
      const set = addressRangesOf(entry)
      return set ? { kind: 'set', set: set.name } : blockOrAny(remote.ranges[0])
    }
    case 'group':
      return { kind: 'set', set: setName(family ?? 4, remote.group) }
  }
}

const freshChain = ({ key, groups, policy }: SharedPolicy): Chain => ({
  name: key,
  direction: policy.direction,
  groups,
  tests: policy.entries.flatMap((entry) => testsOf(entry, policy.direction, key)),
  acceptOtherwise: policy.fallback === 'accept',
  stagedOtherwise: policy.fallback !== policy.stagedFallback,
  counters: {
    otherwise: counterOf(policy.direction, null, key, false),
    stagedOtherwise: counterOf(policy.direction, null, key, true),
  },
})

// Policies are the same objects as long as they stay as they are, and so are the members of a group.
const chains = new WeakMap<SharedPolicy, Chain>()
const texts = new WeakMap<Members, Readonly<Record<Family, readonly string[]>>>()

function chainOf(shared: SharedPolicy): Chain {
  const chain = chains.get(shared) ?? freshChain(shared)
  chains.set(shared, chain)
  return chain
}

function addressTexts(members: Members): Readonly<Record<Family, readonly string[]>> {
  const of = (family: Family, all: ReadonlySet<bigint>): string[] =>
    [...all].map((bits) => formatAddress({ family, bits })).sort()
  const found = texts.get(members) ?? { 4: of(4, members.v4), 6: of(6, members.v6) }
  texts.set(members, found)
  return found
}

/** The sets that the policies' entries name, each once. */
function setsOf(policies: readonly SharedPolicy[]): AddressSet[] {
  const sets = new Map<string, AddressSet>()
  for (const { remote } of policies.flatMap(({ policy }) => policy.entries)) {
    if (remote.kind !== 'group' || sets.has(setName(4, remote.group))) continue
    for (const family of [4, 6] as const) {
      const addresses = addressTexts(remote.members)[family]
      sets.set(setName(family, remote.group), { name: setName(family, remote.group), family, addresses })
    }
  }
  return [...sets.values()]
}

function rangeSetsOf(policies: readonly SharedPolicy[]): RangeSet[] {
  const sets = policies
    .flatMap(({ policy }) => policy.entries)
    .filter((entry) => !matchesNothing(entry))
    .flatMap((entry) => [
      addressRangesOf(entry),
      portRangesOf(entry.remotePorts),
      portRangesOf(entry.localPorts),
    ])
  return [...new Map(sets.flatMap((set) => (set ? [[set.name, set] as const] : []))).values()]
}

/** What a form is made of. */
export type Formed = Pick<DesiredVpc, 'vpc' | 'blocks' | 'own' | 'policies'> & {
  readonly endpoints: readonly Judged[]
}

/** Where judges become others; what is absent is as measured to be best. */
export interface FormLimits {
  /** Members of a group that are folded into ranges; those of larger ones are told apart by identity. */
  readonly mostFolded?: number
  /** How large a policy may become before it is judged entry by entry. */
  readonly mostNodes?: number
}

const bindingsOf = ({ endpoints }: Formed, keyFor: Judges['keyFor']): Binding[] =>
  endpoints.map((endpoint) => ({
    link: endpoint.link,
    interface: endpoint.interface,
    mac: endpoint.mac,
    addresses: endpoint.addresses,
    egress: keyFor(endpoint, 'egress'),
    ingress: keyFor(endpoint, 'ingress'),
  }))

/**
 * What to enforce for a VPC. Nothing is decided again: priorities, ties, carve-outs and the intra-group shortcut are in
 * the order of the engine's entries, and judges are the engine's own trees.
 */
export function formOf(
  desired: Formed,
  mark: string,
  masquerade: readonly Family[],
  tellsDrops = true,
  keepTracked = false,
  { mostFolded, mostNodes }: FormLimits = {},
): Form {
  const timeoutGroups = timeoutGroupsOf(desired.endpoints)
  const identities = identitiesOf(desired.policies, desired.blocks, mostFolded)
  const { judges, keyFor } = judgesOf(desired.policies, desired.endpoints, identities, mostNodes)
  return {
    vpc: desired.vpc,
    mark,
    blocks: desired.blocks,
    own: desired.own,
    bindings: bindingsOf(desired, keyFor),
    sets: setsOf(desired.policies),
    rangeSets: rangeSetsOf(desired.policies),
    chains: desired.policies.map(chainOf),
    judges,
    identities,
    timeoutGroups,
    rememberings: rememberingsOf(timeoutGroups),
    masquerade,
    keepTracked,
    tellsDrops,
  }
}

/**
 * What to enforce for a moment before a form takes effect, where the identities in force are those of `before`: null where
 * the judges in force know what comes. `limits` are the form's.
 */
export function passageFormOf(
  desired: Formed,
  form: Form,
  before: Identities,
  { mostNodes }: FormLimits = {},
): Form | null {
  const identities = passageOf(before, form.identities)
  if (identities === null) return null
  const { judges, keyFor } = judgesOf(desired.policies, desired.endpoints, identities, mostNodes)
  return { ...form, identities, judges, bindings: bindingsOf(desired, keyFor) }
}
