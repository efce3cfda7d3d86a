import type { DesiredVpc } from '../desired.js'
import { UPLINK, isOurLinkName, uplinkLinkOf } from '../names.js'
import type { Draft } from './draft.js'
import { take } from './draft.js'
import type { NamespaceState } from './model.js'
import type { LinkOptions } from './plan.js'

/** What should remain, by name. */
interface Wanted {
  /** Links of each router, by namespace. */
  readonly routers: ReadonlyMap<string, ReadonlySet<string>>
  /** Ends of links in each instance, by namespace. */
  readonly instances: ReadonlyMap<string, ReadonlySet<string>>
  readonly uplinks: ReadonlySet<string>
  /** Link in the uplink namespace for each destination that may be routed there, as `link to`. */
  readonly outside: ReadonlySet<string>
}

function wantedOf(desired: readonly DesiredVpc[], { mark, uplinkRoutes }: LinkOptions): Wanted {
  const outside = desired.flatMap(({ vpc, endpoints }) =>
    endpoints.flatMap(({ addresses }) => [
      ...addresses.v4.map((address) => `${uplinkLinkOf(mark, vpc)} ${address}/32`),
      ...addresses.v6.map((address) => `${uplinkLinkOf(mark, vpc)} ${address}/128`),
    ]),
  )
  return {
    routers: new Map(
      desired.map(({ router, endpoints }) => [
        router,
        new Set([UPLINK, ...endpoints.map(({ link }) => link)]),
      ]),
    ),
    instances: endsOf(desired),
    uplinks: new Set(desired.map(({ vpc }) => uplinkLinkOf(mark, vpc))),
    outside: new Set(uplinkRoutes ? outside : []),
  }
}

function endsOf(desired: readonly DesiredVpc[]): Map<string, Set<string>> {
  const ends = new Map<string, Set<string>>()
  for (const { namespace, end } of desired.flatMap(({ endpoints }) => endpoints)) {
    ends.set(namespace, (ends.get(namespace) ?? new Set()).add(end))
  }
  return ends
}

/** Ours, or left half-made by a process that was killed: without alias, but with a name that only we give. */
const isOurs = (state: NamespaceState, name: string, mark: string): boolean => {
  const link = state.links.get(name)
  if (!link || name === 'lo') return false
  return link.owner?.mark === mark || (link.bare && (isOurLinkName(name) || name === UPLINK))
}

function removeLinks(
  draft: Draft,
  place: string,
  state: NamespaceState,
  keep: ReadonlySet<string>,
  mark: string,
): void {
  for (const link of [...state.links.keys()]) {
    const unfinished = link === UPLINK && state.links.get(link)?.bare
    if ((!keep.has(link) || unfinished) && isOurs(state, link, mark))
      take(draft, { do: 'remove-link', place, link })
  }
}

/**
 * First plan of all: takes away what no VPC wants. Links go before their namespace, because processes that still run
 * in an instance keep the namespace alive, and must not keep its link.
 */
export function planRemovals(draft: Draft, desired: readonly DesiredVpc[], options: LinkOptions): void {
  const { mark } = options
  const wanted = wantedOf(desired, options)
  const { uplink, namespaces } = draft.present
  for (const { to, table, link } of [...uplink.routes.values()]) {
    if (
      link !== null &&
      uplink.links.get(link)?.owner?.mark === mark &&
      !wanted.outside.has(`${link} ${to}`)
    ) {
      take(draft, { do: 'remove-route', place: null, to, table })
    }
  }
  for (const [namespace, state] of [...namespaces]) {
    if (state.owner?.mark !== mark) continue
    const keep = wanted.routers.get(namespace) ?? wanted.instances.get(namespace)
    removeLinks(draft, namespace, state, keep ?? new Set(), mark)
    if (!keep) take(draft, { do: 'remove-namespace', namespace })
  }
  for (const [link, { owner }] of [...uplink.links]) {
    if (owner?.mark === mark && !wanted.uplinks.has(link))
      take(draft, { do: 'remove-link', place: null, link })
  }
}
