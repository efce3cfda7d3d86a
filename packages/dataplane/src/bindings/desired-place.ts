import type { World } from '@sallyport/engine'
import { defaultTimeouts } from '@sallyport/engine'
import type { Judged, SharedPolicy, Sharing } from '../desired.js'
import { canonical, isMac, sharingOf, split } from '../desired.js'
import type { Capabilities } from '../probe.js'
import { messageOf } from '../run.js'
import type { Bound } from './binding.js'
import { boundText } from './binding.js'

/** A bound link with all that decides about it. */
export interface BoundLink extends Judged {
  readonly vpc: string
  readonly as: Bound['as']
  /** Where its frames pass, when it is in a bridge. */
  readonly bridge: string | null
  /** Nothing is known of the interface, so nothing passes. */
  readonly closed: boolean
}

/** What one namespace with bound links should hold. */
export interface DesiredPlace {
  readonly netns: string | null
  readonly links: readonly BoundLink[]
  readonly policies: readonly SharedPolicy[]
  /** In words for the operator. */
  readonly problems: readonly string[]
  /** Nothing was heard of the world yet: rules that are in force are better than these. */
  readonly tentative: boolean
}

type Kernel = Pick<Capabilities, 'ipv6' | 'timeouts'>

const closedLink = ({ interface: id, link, as, bridge }: Bound): BoundLink => ({
  ...{ interface: id, instance: null, link, vpc: '', as, bridge, closed: true },
  ...{ mac: '', addresses: { v4: [], v6: [] }, timeouts: null, egress: '', ingress: '' },
})

/** What is known of a bound interface as its link needs it, or why nothing can be made of it. */
function linkFor(world: World, bound: Bound, { share }: Sharing, kernel: Kernel): BoundLink | string {
  const fact = world.interfaces.get(bound.interface)
  if (!fact) return 'the server does not know the interface'
  if (fact.vpc === '') return 'the interface is in the classic network, which is not enforced'
  const mac = bound.mac ?? fact.mac.toLowerCase()
  if (!isMac(mac)) return `MAC address ${JSON.stringify(mac)} is malformed`
  const { v4, v6 } = split(fact.addresses.map(canonical))
  const { interface: id, link, as, bridge } = bound
  return {
    ...{ interface: id, instance: fact.instance, link, vpc: fact.vpc, as, bridge, closed: false, mac },
    addresses: { v4, v6: kernel.ipv6 ? v6 : [] },
    // The namespace's own times are another's, so these links need theirs even where they are the default ones.
    timeouts: kernel.timeouts ? (fact.timeouts ?? defaultTimeouts) : null,
    egress: share(fact.groups, 'egress'),
    ingress: share(fact.groups, 'ingress'),
  }
}

/**
 * What a namespace should hold for the links that are bound in it. Whether an interface's instance runs does not matter:
 * the link is there by itself.
 */
export function desiredPlace(
  world: World,
  netns: string | null,
  bindings: readonly Bound[],
  kernel: Kernel,
): DesiredPlace {
  const sharing = sharingOf(world)
  const problems: string[] = []
  const tentative = world.epoch === ''
  const links = bindings.map((bound) => {
    let found: BoundLink | string
    try {
      found = linkFor(world, bound, sharing, kernel)
    } catch (error) {
      found = messageOf(error)
    }
    if (typeof found !== 'string') return found
    if (!tentative) problems.push(`${boundText(bound)} passes nothing for ${bound.interface}: ${found}`)
    return closedLink(bound)
  })
  return { netns, links, policies: [...sharing.policies.values()], problems, tentative }
}

/**
 * Closes ports of a bridge whose interface has an address that another one in the bridge has (of another VPC): frames are
 * judged by their addresses there. Which one goes by the order of the bindings.
 */
export function closeDoubles(links: readonly BoundLink[]): { links: BoundLink[]; problems: string[] } {
  const holders = new Map<string, string>()
  const problems: string[] = []
  const apart = links.map((link) => {
    if (link.bridge === null) return link
    const keys = [...link.addresses.v4, ...link.addresses.v6].map((address) => `${link.bridge} ${address}`)
    const taken = keys.find((key) => holders.has(key))
    if (taken === undefined) {
      for (const key of keys) holders.set(key, link.interface)
      return link
    }
    const address = taken.split(' ')[1] ?? ''
    problems.push(
      `${link.link} passes nothing for ${link.interface}: ${holders.get(taken)} has ${address} in bridge ${link.bridge}`,
    )
    const nothing = { mac: '', addresses: { v4: [], v6: [] }, timeouts: null, egress: '', ingress: '' }
    return { ...link, ...nothing, closed: true }
  })
  return { links: apart, problems }
}
