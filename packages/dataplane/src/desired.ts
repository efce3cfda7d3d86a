import type { Interface, Policy, World } from '@sallyport/engine'
import { canonicalCidr, formatAddress, parseAddress, policyOf, storedCidr } from '@sallyport/engine'
import { digest, isPlainId, linkOf, namespaceOf, routerOf } from './names.js'

/** Addresses by family, canonical text, the primary first. */
export interface Addresses {
  readonly v4: readonly string[]
  readonly v6: readonly string[]
}

/** A running interface as it should exist on this host. */
export interface Endpoint {
  readonly interface: string
  readonly instance: string
  readonly namespace: string
  readonly link: string
  readonly mac: string
  readonly addresses: Addresses
  /** Keys into the VPC's policies. */
  readonly egress: string
  readonly ingress: string
}

/** A policy shared by every interface that joined the same groups, for one direction. */
export interface SharedPolicy {
  readonly key: string
  readonly groups: readonly string[]
  readonly policy: Policy
}

/** All that should exist on this host for one VPC with running interfaces. */
export interface DesiredVpc {
  readonly vpc: string
  readonly router: string
  /** Canonical blocks of the VPC: what never leaves by the uplink nor comes in from it. */
  readonly blocks: readonly string[]
  /** Addresses of all its interfaces, running or not: they belong to the VPC even where a block does not say so. */
  readonly own: Addresses
  readonly endpoints: readonly Endpoint[]
  readonly policies: readonly SharedPolicy[]
  /** What could not be made of the facts, in words for the operator. */
  readonly problems: readonly string[]
}

const byId = (a: Interface, b: Interface): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

function canonical(text: string): string {
  const address = parseAddress(text)
  if (!address) throw new Error(`interface address ${JSON.stringify(text)} is malformed`)
  return formatAddress(address)
}

const split = (texts: readonly string[]): Addresses => ({
  v4: texts.filter((text) => !text.includes(':')),
  v6: texts.filter((text) => text.includes(':')),
})

/** An instance's namespace has one eth0: the interface with the lowest id gets it, whatever the order of arrival. */
function chosenInterfaces(world: World): Map<string, Interface> {
  const chosen = new Map<string, Interface>()
  for (const candidate of world.interfaces.values()) {
    if (!candidate.running || candidate.instance === null) continue
    const before = chosen.get(candidate.instance)
    if (!before || byId(candidate, before) < 0) chosen.set(candidate.instance, candidate)
  }
  return chosen
}

function whyNot(candidate: Interface, chosen: ReadonlyMap<string, Interface>): string | undefined {
  const { id, instance, mac } = candidate
  if (instance === null) return 'it is running without an instance'
  for (const name of [id, instance]) {
    if (!isPlainId(name)) return `id ${JSON.stringify(name)} cannot be part of a namespace name`
  }
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)) return `MAC address ${JSON.stringify(mac)} is malformed`
  const other = chosen.get(instance)
  if (other && other.id !== id) return `instance ${instance} has its eth0 from ${other.id}`
  return undefined
}

const keyOf = (groups: readonly string[], direction: 'egress' | 'ingress'): string =>
  `${direction === 'egress' ? 'e' : 'i'}-${digest(JSON.stringify(groups), 12)}`

/** Leaves out addresses that another endpoint of the VPC already has. */
function distinct(
  texts: readonly string[],
  taken: Map<string, string>,
  id: string,
  problems: string[],
): string[] {
  return texts.filter((text) => {
    const holder = taken.get(text) ?? id
    if (holder !== id) problems.push(`interface ${id} goes without ${text}: ${holder} has that address`)
    else taken.set(text, id)
    return holder === id
  })
}

/**
 * What this host should hold for a VPC, or null when no interface of it is running. Depends on the facts alone, not
 * on the order in which they arrived.
 */
export function desiredOf(
  world: World,
  vpcId: string,
  kernel: { readonly ipv6: boolean },
): DesiredVpc | null {
  const inVpc = [...world.interfaces.values()].filter((candidate) => candidate.vpc === vpcId).sort(byId)
  const running = inVpc.filter((candidate) => candidate.running)
  if (running.length === 0) return null
  const problems: string[] = []
  const policies = new Map<string, SharedPolicy>()
  const taken = new Map<string, string>()
  const chosen = chosenInterfaces(world)
  const share = (joined: readonly string[], direction: 'egress' | 'ingress'): string => {
    const groups = [...joined].sort()
    const key = keyOf(groups, direction)
    if (!policies.has(key)) policies.set(key, { key, groups, policy: policyOf(world, groups, direction) })
    return key
  }
  const endpoints = running.flatMap((candidate): Endpoint[] => {
    const problem = whyNot(candidate, chosen)
    if (problem !== undefined || candidate.instance === null) {
      problems.push(`interface ${candidate.id} is not bound: ${problem}`)
      return []
    }
    const { v4, v6 } = split(distinct(candidate.addresses.map(canonical), taken, candidate.id, problems))
    if (v6.length > 0 && !kernel.ipv6) {
      problems.push(`interface ${candidate.id} goes without ${v6.join(', ')}: this kernel has no IPv6`)
    }
    return [
      {
        interface: candidate.id,
        instance: candidate.instance,
        namespace: namespaceOf(candidate.instance),
        link: linkOf(candidate.id),
        mac: candidate.mac,
        addresses: { v4, v6: kernel.ipv6 ? v6 : [] },
        egress: share(candidate.groups, 'egress'),
        ingress: share(candidate.groups, 'ingress'),
      },
    ]
  })
  return {
    vpc: vpcId,
    router: routerOf(vpcId),
    blocks: (world.vpcs.get(vpcId)?.cidrs ?? []).map((cidr) => canonicalCidr(storedCidr(cidr))),
    own: split([...new Set(inVpc.flatMap((candidate) => candidate.addresses.map(canonical)))]),
    endpoints,
    policies: [...policies.values()],
    problems,
  }
}

/** Ids of the VPCs that have a running interface. */
export function runningVpcs(world: World): Set<string> {
  const ids = new Set<string>()
  for (const candidate of world.interfaces.values()) if (candidate.running) ids.add(candidate.vpc)
  return ids
}
