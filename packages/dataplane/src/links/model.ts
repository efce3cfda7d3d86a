import type { Owner } from '../names.js'

/** A route with our protocol number. */
export interface Route {
  /** Number of its routing table; null is the main one. */
  readonly table: number | null
  /** Canonical block: `0.0.0.0/0`, `10.0.0.5/32`. */
  readonly to: string
  readonly kind: 'unicast' | 'blackhole'
  readonly via: string | null
  readonly link: string | null
  /** Preferred source address. */
  readonly source: string | null
}

/** Which route of which table a namespace has once. */
export const routeKey = ({ to, table }: Pick<Route, 'to' | 'table'>): string =>
  table === null ? to : `${to} table ${table}`

/** A rule with our protocol number: what matches is routed by the table. */
export interface Rule {
  readonly family: 4 | 6
  /** As `ip rule` takes it: `from 10.0.0.5`, or `oif eth1` for what is bound to a link. */
  readonly match: string
  readonly table: number
}

export const ruleKey = ({ family, match }: Rule): string => `${family} ${match}`

/** A link as it is. `owner` is null when its alias is not ours; `bare` says that it has no alias at all. */
export interface LinkState {
  readonly owner: Owner | null
  readonly bare: boolean
  mac: string
  up: boolean
  /** With prefix length: `10.0.0.5/32`. */
  readonly addresses: Set<string>
  /** Permanent neighbours: address to MAC. */
  readonly neighbours: Map<string, string>
}

/** A namespace as it is. For one that is not ours nothing but `owner: null` is known. */
export interface NamespaceState {
  owner: Owner | null
  readonly links: Map<string, LinkState>
  /** Our routes by `routeKey`. */
  readonly routes: Map<string, Route>
  /** Our rules by `ruleKey`. */
  readonly rules: Map<string, Rule>
  /** Destinations that others route, canonical blocks. */
  readonly foreignRoutes: Set<string>
  /** Settings below /proc/sys that were asked for; null when this kernel has no such setting. */
  readonly settings: Map<string, string | null>
}

/** What this host has: the uplink namespace and every namespace whose name begins with `sp-`. */
export interface Present {
  readonly uplink: NamespaceState
  /** Name of the uplink namespace when there is none of that name; `uplink` is then empty. */
  readonly uplinkMissing?: string
  readonly namespaces: Map<string, NamespaceState>
}

/** A namespace by name; null is the uplink namespace. */
export type Place = string | null

/** One change to namespaces or links: what a plan consists of. */
export type Step =
  /** Marking brings lo up, too. */
  | { readonly do: 'add-namespace'; readonly namespace: string; readonly owner: Owner }
  | { readonly do: 'mark-namespace'; readonly namespace: string; readonly owner: Owner }
  | { readonly do: 'remove-namespace'; readonly namespace: string }
  | { readonly do: 'set'; readonly namespace: string; readonly setting: string; readonly value: string }
  | {
      readonly do: 'add-pair'
      readonly router: string
      readonly link: string
      readonly namespace: string
      /** The instance's end. */
      readonly end: string
      readonly mac: string
      readonly owner: Owner
    }
  | { readonly do: 'add-uplink'; readonly router: string; readonly link: string; readonly owner: Owner }
  | { readonly do: 'remove-link'; readonly place: Place; readonly link: string }
  | { readonly do: 'set-mac'; readonly place: Place; readonly link: string; readonly mac: string }
  | { readonly do: 'set-up'; readonly place: Place; readonly link: string }
  | { readonly do: 'add-address'; readonly place: Place; readonly link: string; readonly address: string }
  | { readonly do: 'remove-address'; readonly place: Place; readonly link: string; readonly address: string }
  | {
      readonly do: 'set-neighbour'
      readonly place: Place
      readonly link: string
      readonly address: string
      readonly mac: string
    }
  | {
      readonly do: 'remove-neighbour'
      readonly place: Place
      readonly link: string
      readonly address: string
    }
  | { readonly do: 'set-route'; readonly place: Place; readonly route: Route; readonly replaces: boolean }
  | { readonly do: 'remove-route'; readonly place: Place; readonly to: string; readonly table: number | null }
  | { readonly do: 'add-rule'; readonly place: Place; readonly rule: Rule }
  | { readonly do: 'remove-rule'; readonly place: Place; readonly rule: Rule }

/** A namespace with nothing but a link lo that is down. */
export function freshNamespace(owner: Owner | null): NamespaceState {
  return {
    owner,
    links: new Map([['lo', freshLink(owner, '00:00:00:00:00:00')]]),
    routes: new Map(),
    rules: new Map(),
    foreignRoutes: new Set(),
    settings: new Map(),
  }
}

/** A link that is down and has no address. */
export const freshLink = (owner: Owner | null, mac: string): LinkState => ({
  owner,
  bare: owner === null,
  mac,
  up: false,
  addresses: new Set(),
  neighbours: new Map(),
})

/** The state of a place; throws when the plan names one that does not exist, which is a defect. */
export function stateOf(present: Present, place: Place): NamespaceState {
  const state = place === null ? present.uplink : present.namespaces.get(place)
  if (!state) throw new Error(`no namespace ${place}`)
  return state
}

/** The state of a link; throws when the plan names one that does not exist, which is a defect. */
export function linkStateOf(present: Present, place: Place, link: string): LinkState {
  const state = stateOf(present, place).links.get(link)
  if (!state) throw new Error(`no link ${link} in ${place ?? 'the uplink namespace'}`)
  return state
}
