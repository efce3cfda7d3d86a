import type { DesiredVpc } from '../desired.js'
import { UPLINK, uplinkLinkOf } from '../names.js'
import type { Draft } from './draft.js'
import { ensureAddresses, ensureRoutes, ensureUp, removeOtherAddresses, take } from './draft.js'
import type { Route } from './model.js'
import { stateOf } from './model.js'
import type { LinkOptions } from './plan.js'
import type { UplinkAddresses } from './uplink-addresses.js'
import { uplinkAddresses, withPrefixes } from './uplink-addresses.js'

/** An uplink counts only whole; anything less of ours is made anew. Returns whether it exists. */
function ensureUplink(draft: Draft, router: string, link: string, vpc: string, mark: string): boolean {
  const outer = draft.present.uplink.links.get(link)
  if (outer && outer.owner?.mark !== mark) return false
  const inner = stateOf(draft.present, router).links.get(UPLINK)
  if (inner?.owner?.id === vpc && outer?.owner?.id === vpc) return true
  if (inner) take(draft, { do: 'remove-link', place: router, link: UPLINK })
  if (draft.present.uplink.links.has(link)) take(draft, { do: 'remove-link', place: null, link })
  take(draft, { do: 'add-uplink', router, link, owner: { mark, id: vpc } })
  return true
}

const towards = (to: string, via: string, link: string): Route => ({
  to,
  table: null,
  kind: 'unicast',
  via,
  link,
  source: null,
})

/** Routes in the uplink namespace to a VPC's addresses. An address that is routed already is left as it is. */
function outsideRoutes(
  draft: Draft,
  link: string,
  blocks: readonly string[],
  inner: UplinkAddresses['inner'],
) {
  const { routes: held, foreignRoutes } = draft.present.uplink
  const problems: string[] = []
  const routes = blocks.flatMap((to): Route[] => {
    const other = held.get(to)
    const taken =
      other && other.link !== link ? `by ${other.link}` : foreignRoutes.has(to) ? 'by another' : null
    if (taken !== null) {
      problems.push(`${to} is not reachable from outside: the uplink namespace routes it already, ${taken}`)
      return []
    }
    return [towards(to, to.includes(':') ? inner.v6 : inner.v4, link)]
  })
  return { routes, problems }
}

/** Links a router with the uplink namespace. Returns the router's routes outwards. */
export function planUplink(
  draft: Draft,
  { vpc, router }: DesiredVpc,
  blocks: readonly string[],
  { mark, ipv6, uplinkRoutes }: LinkOptions,
): { routes: Route[]; problems: string[] } {
  const missing = draft.present.uplinkMissing
  if (missing !== undefined) {
    const problem = `namespace ${missing} does not exist: make it (ip netns add ${missing})`
    return { routes: [], problems: [`${vpc} has no uplink: ${problem}`] }
  }
  const link = uplinkLinkOf(mark, vpc)
  if (!ensureUplink(draft, router, link, vpc, mark)) {
    const problem = `link ${link} in the uplink namespace is not marked ${mark}: remove it`
    return { routes: [], problems: [`${vpc} has no uplink: ${problem}`] }
  }
  const { outer, inner } = uplinkAddresses(mark, vpc, link, draft.present.uplink)
  for (const [place, name, end] of [
    [null, link, outer],
    [router, UPLINK, inner],
  ] as const) {
    const { v4, v6 } = withPrefixes(end, ipv6)
    ensureAddresses(draft, place, name, [...v4, ...v6])
    ensureUp(draft, place, name)
    removeOtherAddresses(draft, place, name, [...v4, ...v6])
  }
  const { routes, problems } = uplinkRoutes
    ? outsideRoutes(draft, link, blocks, inner)
    : { routes: [], problems: [] }
  ensureRoutes(draft, null, routes)
  return {
    routes: [towards('0.0.0.0/0', outer.v4, UPLINK), ...(ipv6 ? [towards('::/0', outer.v6, UPLINK)] : [])],
    problems,
  }
}
