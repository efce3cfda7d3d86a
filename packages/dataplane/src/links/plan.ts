import { defaultTimeouts } from '@sallyport/engine'
import type { DesiredVpc, Endpoint } from '../desired.js'
import type { Owner } from '../names.js'
import { isOurLinkName, tableOf } from '../names.js'
import type { Draft } from './draft.js'
import {
  ensureAddresses,
  ensureNeighbours,
  ensureRoutes,
  ensureRules,
  ensureUp,
  removeOtherAddresses,
  removeOtherRoutes,
  removeOtherRules,
  take,
} from './draft.js'
import type { NamespaceState, Place, Present, Route, Rule } from './model.js'
import { stateOf } from './model.js'
import { planUplink } from './plan-uplink.js'

/** Gateways of every instance: the router's end of each link answers to both. */
export const GATEWAY = { v4: '169.254.1.1', v6: 'fe80::1' } as const

/** What plans depend on beside the desired and the present state. */
export interface LinkOptions {
  readonly mark: string
  readonly ipv6: boolean
  readonly uplinkRoutes: boolean
}

const routerSettings = (ipv6: boolean): [string, string][] => [
  ['net/ipv4/ip_forward', '1'],
  // Inherited from the host in a new namespace, and either would silence the router.
  ['net/ipv4/conf/all/arp_ignore', '0'],
  ['net/ipv4/conf/default/arp_ignore', '0'],
  ['net/ipv4/conf/all/rp_filter', '0'],
  ['net/ipv4/conf/default/rp_filter', '0'],
  ...(ipv6 ? ([['net/ipv6/conf/all/forwarding', '1']] as [string, string][]) : []),
  // How long an interface remembers an idle connection unless told otherwise (CreateNetworkInterface reference page).
  ['net/netfilter/nf_conntrack_tcp_timeout_established', String(defaultTimeouts.tcpEstablished)],
  ['net/netfilter/nf_conntrack_tcp_timeout_time_wait', String(defaultTimeouts.tcpClosed)],
  ['net/netfilter/nf_conntrack_tcp_timeout_close', String(defaultTimeouts.tcpClosed)],
  ['net/netfilter/nf_conntrack_udp_timeout', String(defaultTimeouts.udp)],
  ['net/netfilter/nf_conntrack_udp_timeout_stream', String(defaultTimeouts.udp)],
]

/** Names of the settings that a router's read-back must report. */
export const routerSettingNames: readonly string[] = routerSettings(true).map(([name]) => name)

const isOwned = (owner: Owner | null, mark: string, id: string): boolean =>
  owner?.mark === mark && owner.id === id

/** Makes sure of a namespace of ours; says why not where something else has the name. */
function ensureNamespace(draft: Draft, namespace: string, owner: Owner): string | undefined {
  const state = draft.present.namespaces.get(namespace)
  if (!state) take(draft, { do: 'add-namespace', namespace, owner })
  else if (!isOwned(state.owner, owner.mark, owner.id)) {
    return `namespace ${namespace} exists and is not marked ${owner.mark}: rename or remove it`
  }
  if (stateOf(draft.present, namespace).links.get('lo')?.bare)
    take(draft, { do: 'mark-namespace', namespace, owner })
  ensureUp(draft, namespace, 'lo')
  return undefined
}

/** First part of a plan: the router namespace with its settings and nothing attached, so that rules can be loaded. */
export function planRouter(draft: Draft, desired: DesiredVpc, options: LinkOptions): string | undefined {
  const problem = ensureNamespace(draft, desired.router, { mark: options.mark, id: desired.vpc })
  if (problem !== undefined) return problem
  const { settings } = stateOf(draft.present, desired.router)
  for (const [setting, value] of routerSettings(options.ipv6)) {
    const held = settings.get(setting)
    if (held !== value && held !== null) take(draft, { do: 'set', namespace: desired.router, setting, value })
  }
  return undefined
}

/** Whether the name is taken by something that is not ours; what a killed process left half-made is ours. */
const isForeign = (state: NamespaceState | undefined, link: string, mark: string): boolean => {
  const held = state?.links.get(link)
  return held !== undefined && held.owner?.mark !== mark && !(held.bare && isOurLinkName(link))
}

/** The endpoints of a VPC that can exist here, and why others cannot. Steps: their namespaces. */
export function planNamespaces(
  draft: Draft,
  desired: DesiredVpc,
  options: LinkOptions,
): { endpoints: Endpoint[]; problems: string[] } {
  const problems: string[] = []
  const endpoints = desired.endpoints.filter((endpoint) => {
    const problem =
      whyNotHere(draft.present, desired.router, endpoint, options.mark) ??
      ensureNamespace(draft, endpoint.namespace, { mark: options.mark, id: endpoint.instance })
    if (problem !== undefined) problems.push(`interface ${endpoint.interface} is not bound: ${problem}`)
    return problem === undefined
  })
  return { endpoints, problems }
}

function whyNotHere(
  present: Present,
  router: string,
  { link, namespace, end }: Endpoint,
  mark: string,
): string | undefined {
  const places: [string, string][] = [
    [router, link],
    [namespace, end],
  ]
  for (const [place, name] of places) {
    const state = present.namespaces.get(place)
    if (state?.owner?.mark === mark && isForeign(state, name, mark)) {
      return `link ${name} in ${place} exists and is not marked ${mark}: remove it`
    }
  }
  return undefined
}

/** A pair counts only whole: both ends, both marked with this interface. Anything less is made anew. */
function ensurePair(draft: Draft, router: string, endpoint: Endpoint, mark: string): void {
  const owner: Owner = { mark, id: endpoint.interface }
  const { link, namespace, end, mac } = endpoint
  const ends: [Place, string][] = [
    [router, link],
    [namespace, end],
  ]
  const held = ends.map(([place, name]) => stateOf(draft.present, place).links.get(name))
  if (held.every((state) => state && isOwned(state.owner, mark, owner.id))) return
  for (const [place, name] of ends) {
    if (stateOf(draft.present, place).links.has(name)) take(draft, { do: 'remove-link', place, link: name })
  }
  take(draft, { do: 'add-pair', router, link, namespace, end, mac, owner })
}

const plain = (to: string, link: string | null): Route => ({
  to,
  table: null,
  kind: 'unicast',
  via: null,
  link,
  source: null,
})

const hostBlock = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`

const blocksOf = ({ addresses }: Endpoint): string[] => [...addresses.v4, ...addresses.v6].map(hostBlock)

function instanceRoutes({ addresses, device, end }: Endpoint): Route[] {
  const byDefault = (to: string, via: string, source: string | undefined): Route[] =>
    source === undefined ? [] : [{ to, table: tableOf(device), kind: 'unicast', via, link: end, source }]
  return [
    ...byDefault('0.0.0.0/0', GATEWAY.v4, addresses.v4[0]),
    ...byDefault('::/0', GATEWAY.v6, addresses.v6[0]),
  ]
}

/** What has an address of a secondary interface, or is bound to it, leaves by it; all else by the primary one. */
function instanceRules({ addresses, device, end }: Endpoint): Rule[] {
  const table = tableOf(device)
  if (table === null) return []
  const rules = (family: 4 | 6, own: readonly string[]): Rule[] =>
    own.length === 0
      ? []
      : [`oif ${end}`, ...own.map((address) => `from ${address}`)].map((match) => ({ family, match, table }))
  return [...rules(4, addresses.v4), ...rules(6, addresses.v6)]
}

/**
 * The interfaces of one instance. Routes before addresses go, addresses before routes come: the kernel removes routes
 * with their source.
 */
function planInstance(draft: Draft, namespace: string, endpoints: readonly Endpoint[]): void {
  const [routes, rules] = [endpoints.flatMap(instanceRoutes), endpoints.flatMap(instanceRules)]
  for (const { end, mac } of endpoints) {
    if (stateOf(draft.present, namespace).links.get(end)?.mac !== mac) {
      take(draft, { do: 'set-mac', place: namespace, link: end, mac })
    }
  }
  removeOtherRules(draft, namespace, rules)
  removeOtherRoutes(draft, namespace, routes)
  for (const endpoint of endpoints) {
    ensureAddresses(draft, namespace, endpoint.end, blocksOf(endpoint))
    ensureUp(draft, namespace, endpoint.end)
  }
  ensureRoutes(draft, namespace, routes)
  ensureRules(draft, namespace, rules)
  for (const endpoint of endpoints) {
    removeOtherAddresses(draft, namespace, endpoint.end, blocksOf(endpoint))
  }
}

/** The endpoints of each instance, by namespace. */
function byNamespace(endpoints: readonly Endpoint[]): Map<string, Endpoint[]> {
  const instances = new Map<string, Endpoint[]>()
  for (const endpoint of endpoints) {
    const others = instances.get(endpoint.namespace)
    if (others) others.push(endpoint)
    else instances.set(endpoint.namespace, [endpoint])
  }
  return instances
}

function planRouterLink(draft: Draft, router: string, endpoint: Endpoint, ipv6: boolean): void {
  const gateways = [`${GATEWAY.v4}/32`, ...(ipv6 ? [`${GATEWAY.v6}/64`] : [])]
  ensureAddresses(draft, router, endpoint.link, gateways)
  ensureUp(draft, router, endpoint.link)
  const addresses = [...endpoint.addresses.v4, ...endpoint.addresses.v6]
  ensureNeighbours(draft, router, endpoint.link, addresses, endpoint.mac)
}

/** Inside a VPC only running interfaces are reachable; its other addresses lead nowhere, least of all outside. */
function routerRoutes(desired: DesiredVpc, endpoints: readonly Endpoint[], ipv6: boolean): Route[] {
  const hosts = endpoints.flatMap((endpoint) => blocksOf(endpoint).map((to) => plain(to, endpoint.link)))
  const blocks = desired.blocks.filter((block) => ipv6 || !block.includes(':'))
  const nowhere = blocks.map((to): Route => ({
    to,
    table: null,
    kind: 'blackhole',
    via: null,
    link: null,
    source: null,
  }))
  return [...nowhere, ...hosts]
}

/** Last part of a plan: links, addresses and routes of the endpoints, and the uplink. Returns problems. */
export function planLinks(
  draft: Draft,
  desired: DesiredVpc,
  endpoints: readonly Endpoint[],
  options: LinkOptions,
): string[] {
  const { router } = desired
  for (const endpoint of endpoints) ensurePair(draft, router, endpoint, options.mark)
  for (const endpoint of endpoints) planRouterLink(draft, router, endpoint, options.ipv6)
  const { routes, problems } = planUplink(draft, desired, endpoints.flatMap(blocksOf), options)
  const wanted = [...routerRoutes(desired, endpoints, options.ipv6), ...routes]
  removeOtherRoutes(draft, router, wanted)
  ensureRoutes(draft, router, wanted)
  for (const [namespace, own] of byNamespace(endpoints)) planInstance(draft, namespace, own)
  return problems
}
