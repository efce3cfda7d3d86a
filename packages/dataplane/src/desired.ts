import type { ConnectionTimeouts, Interface, Policy, World } from '@sallyport/engine'
import { canonicalCidr, formatAddress, parseAddress, storedCidr } from '@sallyport/engine'
import { MOST_DEVICES, digest, endOf, isPlainId, linkOf, namespaceOf, routerOf } from './names.js'
import { sharedPolicy } from './shared-policies.js'

/** Addresses by family, canonical text, the primary first. */
export interface Addresses {
  readonly v4: readonly string[]
  readonly v6: readonly string[]
}

/** An interface whose policies decide about what passes a link. */
export interface Judged {
  readonly interface: string
  readonly instance: string | null
  readonly link: string
  readonly mac: string
  readonly addresses: Addresses
  /** Null: the default ones. */
  readonly timeouts: ConnectionTimeouts | null
  /** Keys of its policies. */
  readonly egress: string
  readonly ingress: string
}

/** A running interface as it should exist on this host. Its link is the router's end. */
export interface Endpoint extends Judged {
  readonly instance: string
  readonly namespace: string
  /** Its place among the interfaces of the instance. The instance's end of its link is called after it. */
  readonly device: number
  /** The instance's end: `eth0`, `eth1` and so on. */
  readonly end: string
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

/** Addresses as `formatAddress` writes them: parsing thousands took longer than all else of a change. */
const written = new Map<string, string>()
const MOST_WRITTEN = 200_000

/** An interface's address as `formatAddress` writes it. Throws when it is none. */
export function canonical(text: string): string {
  const known = written.get(text)
  if (known !== undefined) return known
  const address = parseAddress(text)
  if (!address) throw new Error(`interface address ${JSON.stringify(text)} is malformed`)
  if (written.size >= MOST_WRITTEN) written.clear()
  const found = formatAddress(address)
  written.set(text, found)
  return found
}

/** Addresses by their families. */
export const split = (texts: readonly string[]): Addresses => ({
  v4: texts.filter((text) => !text.includes(':')),
  v6: texts.filter((text) => text.includes(':')),
})

const isDevice = (device: number): boolean => Number.isInteger(device) && device >= 0 && device < MOST_DEVICES

/**
 * The places of an instance's running interfaces, by id: the ones that their facts name. Where two want one place
 * the lower id gets it, and the other the lowest that is free, whatever the order of arrival.
 */
function placesOf(interfaces: readonly Interface[]): Map<string, number> {
  const places = new Map<string, number>()
  const taken = new Set<number>()
  const put = (id: string, device: number): void => {
    places.set(id, device)
    taken.add(device)
  }
  for (const { id, device = 0 } of interfaces) if (isDevice(device) && !taken.has(device)) put(id, device)
  for (const { id } of interfaces) {
    if (places.has(id)) continue
    let device = 0
    while (taken.has(device)) device++
    put(id, device)
  }
  return places
}

/** Where an instance is, and the places of its running interfaces there. */
interface Home {
  readonly vpc: string
  readonly places: ReadonlyMap<string, number>
}

/** The instances that have a running interface. One that has some in several VPCs is where its first is. */
function homesOf(world: World): Map<string, Home> {
  const byInstance = new Map<string, Interface[]>()
  for (const candidate of world.interfaces.values()) {
    if (!candidate.running || candidate.instance === null) continue
    const others = byInstance.get(candidate.instance)
    if (others) others.push(candidate)
    else byInstance.set(candidate.instance, [candidate])
  }
  const homes = new Map<string, Home>()
  for (const [instance, interfaces] of byInstance) {
    interfaces.sort((a, b) => (a.device ?? 0) - (b.device ?? 0) || byId(a, b))
    const vpc = interfaces[0]?.vpc ?? ''
    const here = interfaces.filter((one) => one.vpc === vpc).sort(byId)
    homes.set(instance, { vpc, places: placesOf(here) })
  }
  return homes
}

function whyNot(candidate: Interface, homes: ReadonlyMap<string, Home>): string | undefined {
  const { id, instance, mac } = candidate
  if (instance === null) return 'it is running without an instance'
  for (const name of [id, instance]) {
    if (!isPlainId(name)) return `id ${JSON.stringify(name)} cannot be part of a namespace name`
  }
  if (!isMac(mac)) return `MAC address ${JSON.stringify(mac)} is malformed`
  const home = homes.get(instance)
  if (home && home.vpc !== candidate.vpc) return `instance ${instance} is in ${home.vpc}`
  return undefined
}

const keyOf = (groups: readonly string[], direction: 'egress' | 'ingress'): string =>
  `${direction === 'egress' ? 'e' : 'i'}-${digest(JSON.stringify(groups), 12)}`

/** Policies that interfaces share, as they are asked for. */
export interface Sharing {
  readonly policies: Map<string, SharedPolicy>
  /** The key of the policy of whoever joined these groups. */
  readonly share: (joined: readonly string[], direction: 'egress' | 'ingress') => string
}

/** The groups of an interface in order, and the keys of its policies. Facts are replaced, never changed. */
const sorted = new WeakMap<
  readonly string[],
  { groups: readonly string[]; egress: string; ingress: string }
>()

function sortedOf(joined: readonly string[]): { groups: readonly string[]; egress: string; ingress: string } {
  const known = sorted.get(joined)
  if (known) return known
  const groups = [...joined].sort()
  const made = { groups, egress: keyOf(groups, 'egress'), ingress: keyOf(groups, 'ingress') }
  sorted.set(joined, made)
  return made
}

/** Makes each policy that is asked for once; the same objects as before where nothing that they are made of changed. */
export function sharingOf(world: World): Sharing {
  const policies = new Map<string, SharedPolicy>()
  return {
    policies,
    share: (joined, direction) => {
      const { groups, [direction]: key } = sortedOf(joined)
      if (!policies.has(key)) policies.set(key, sharedPolicy(world, { key, groups, direction }))
      return key
    },
  }
}

/** Whether a MAC address is one that links can have. */
export const isMac = (mac: string): boolean => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)

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
 * on the order in which they arrived. Interfaces that are bound to links of others are not made here.
 */
export function desiredOf(
  world: World,
  vpcId: string,
  kernel: { readonly ipv6: boolean; readonly timeouts?: boolean },
  bound: ReadonlySet<string> = new Set(),
): DesiredVpc | null {
  const inVpc = [...world.interfaces.values()].filter((candidate) => candidate.vpc === vpcId).sort(byId)
  const running = inVpc.filter((candidate) => candidate.running && !bound.has(candidate.id))
  if (running.length === 0) return null
  const problems: string[] = []
  const { policies, share } = sharingOf(world)
  const taken = new Map<string, string>()
  const homes = homesOf(world)
  const endpoints = running.flatMap((candidate): Endpoint[] => {
    const problem = whyNot(candidate, homes)
    if (problem !== undefined || candidate.instance === null) {
      problems.push(`interface ${candidate.id} is not bound: ${problem}`)
      return []
    }
    const { v4, v6 } = split(distinct(candidate.addresses.map(canonical), taken, candidate.id, problems))
    if (v6.length > 0 && !kernel.ipv6) {
      problems.push(`interface ${candidate.id} goes without ${v6.join(', ')}: this kernel has no IPv6`)
    }
    const timeouts = kernel.timeouts === false ? null : (candidate.timeouts ?? null)
    if (candidate.timeouts && !timeouts) {
      problems.push(`interface ${candidate.id} goes without its timeouts: this kernel cannot set them`)
    }
    const device = homes.get(candidate.instance)?.places.get(candidate.id) ?? 0
    return [
      {
        interface: candidate.id,
        instance: candidate.instance,
        namespace: namespaceOf(candidate.instance),
        link: linkOf(candidate.id),
        device,
        end: endOf(device),
        mac: candidate.mac,
        addresses: { v4, v6: kernel.ipv6 ? v6 : [] },
        timeouts,
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

/** Ids of the VPCs that have a running interface. The classic network is none: it is not enforced. */
export function runningVpcs(world: World): Set<string> {
  const ids = new Set<string>()
  for (const candidate of world.interfaces.values())
    if (candidate.running && candidate.vpc !== '') ids.add(candidate.vpc)
  return ids
}
