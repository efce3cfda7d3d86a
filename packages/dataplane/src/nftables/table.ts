import type { Family } from '@sallyport/engine'
import {
  type Binding,
  type Chain,
  type Form,
  type Ports,
  portsText,
  type RangeSet,
  type Test,
} from '../intermediate.js'
import { UPLINK, digest } from '../names.js'
import type { Line, ListedChain, ListedSet, Listing } from './listing.js'
import { INTERVAL, ownerChain } from './listing.js'
import { timeoutObjects, timeoutRules } from './timeouts.js'

/** A comment may be 128 bytes long (libnftnl's limit), its digest included. */
const WHY_LENGTH = 100

/** Lines made before: a change alters few rules of many, and hashing was the dearest part of rendering. */
const made = new Map<string, Line>()
const MOST_MADE = 50_000

/** A rule with a comment that tells a reader where it comes from, and a listing whether it is unchanged. */
function line(text: string, why: string): Line {
  const key = `${why}\n${text}`
  const known = made.get(key)
  if (known) return known
  if (made.size >= MOST_MADE) made.clear()
  const plain = why.replaceAll(/[^A-Za-z0-9 ._:/-]/g, '?').slice(0, WHY_LENGTH)
  const fresh: Line = { text, comment: `${plain} #${digest(text, 8)}` }
  made.set(key, fresh)
  return fresh
}

const ip = (family: Family): 'ip' | 'ip6' => (family === 4 ? 'ip' : 'ip6')

const portMatch = (ports: Ports): string => ('set' in ports ? `@${ports.set}` : portsText(ports))

function familyOf(test: Test): string[] {
  if (test.family === null || test.remote.kind !== 'any' || test.local !== null) return []
  return [`meta nfproto ipv${test.family}`]
}

function addressesOf(test: Test, remote: string, local: string): string[] {
  const parts: string[] = []
  const word = ip(test.family ?? 4)
  if (test.remote.kind === 'block') parts.push(`${word} ${remote} ${test.remote.text}`)
  if (test.remote.kind === 'set') parts.push(`${word} ${remote} @${test.remote.set}`)
  if (test.local !== null) parts.push(`${word} ${local} ${test.local}`)
  return parts
}

/** One step of a policy as a rule. `return` is how a direction accepts: the base chain asks the other one. */
function testLine(test: Test, direction: Chain['direction']): Line {
  const [remote, local] = direction === 'egress' ? ['daddr', 'saddr'] : ['saddr', 'daddr']
  const [remotePort, localPort] = direction === 'egress' ? ['dport', 'sport'] : ['sport', 'dport']
  const parts = [...familyOf(test), ...addressesOf(test, remote, local)]
  if (test.protocol !== null) parts.push(`meta l4proto ${test.protocol}`)
  if (test.remotePorts) parts.push(`th ${remotePort} ${portMatch(test.remotePorts)}`)
  if (test.localPorts) parts.push(`th ${localPort} ${portMatch(test.localPorts)}`)
  if (test.icmpTypes)
    parts.push(`${test.protocol === 58 ? 'icmpv6' : 'icmp'} type ${portsText(test.icmpTypes)}`)
  return line([...parts, test.accept ? 'return' : 'drop'].join(' '), test.why)
}

const policyChain = (chain: Chain): ListedChain => ({
  header: null,
  lines: [
    ...chain.tests.map((test) => testLine(test, chain.direction)),
    line(chain.acceptOtherwise ? 'return' : 'drop', `default of ${chain.groups.join(' ')}`),
  ],
})

/**
 * Spoofed packets must go before connection tracking sees them, else they could ride another's connection. Whatever
 * is not bound is dropped, so a link is mute until its addresses are in the sets.
 */
function guard({ blocks }: Form): ListedChain {
  const inward = (text: string): string => `${text.includes(':') ? 'ip6' : 'ip'} saddr ${text}`
  return {
    header: 'type filter hook prerouting priority -300; policy drop;',
    lines: [
      line('iifname "lo" accept', 'loopback'),
      ...blocks.map((block) => line(`iifname "${UPLINK}" ${inward(block)} drop`, 'the VPC is not outside')),
      line(`iifname "${UPLINK}" ip saddr @own4 drop`, 'the VPC is not outside'),
      line(`iifname "${UPLINK}" ip6 saddr @own6 drop`, 'the VPC is not outside'),
      line(`iifname "${UPLINK}" accept`, 'outside'),
      line('iifname . ether saddr . ip saddr @bound4 accept', 'bound addresses'),
      line('iifname . ether saddr . ip6 saddr @bound6 accept', 'bound addresses'),
      line('iifname @enforced ip6 saddr fe80::/10 icmpv6 type 133-136 accept', 'neighbour discovery'),
    ],
  }
}

/** Replies first; then both directions judge. INVARIANT: a packet of an interface without policies never passes. */
const forward = ({ rememberings }: Form): ListedChain => ({
  header: 'type filter hook forward priority 0; policy drop;',
  lines: [
    line('ct state established,related accept', 'connections judged before'),
    line('ct state != new drop', 'invalid or untracked'),
    line(`iifname "${UPLINK}" oifname "${UPLINK}" drop`, 'no transit'),
    line('iifname != @enforced drop', 'fail closed'),
    line('oifname != @enforced drop', 'fail closed'),
    line('iifname vmap @egress', 'policy of the sender'),
    line('oifname vmap @ingress', 'policy of the receiver'),
    ...(rememberings.length > 0 ? [line('jump remember', 'timeouts of the interfaces')] : []),
    line('accept', 'both directions accepted'),
  ],
})

/** Reached by new connections that are accepted. */
const remember = ({ rememberings }: Form): ListedChain => ({
  header: null,
  lines: timeoutRules(rememberings).map((text) => line(text, 'timeouts')),
})

/** The router itself offers nothing but being found and pinged. */
const input: ListedChain = {
  header: 'type filter hook input priority 0; policy drop;',
  lines: [
    line('iifname "lo" accept', 'loopback'),
    line('meta l4proto 1 accept', 'the gateway answers ping'),
    line('meta l4proto 58 accept', 'neighbour discovery and ping'),
  ],
}

const leave = (families: readonly Family[]): ListedChain => ({
  header: 'type nat hook postrouting priority 100; policy accept;',
  lines: families.map((family) =>
    line(
      `meta nfproto ipv${family} iifname != "${UPLINK}" oifname "${UPLINK}" masquerade`,
      'connections outwards',
    ),
  ),
})

const setOf = (type: string, keys: Iterable<string>): ListedSet => ({
  kind: 'set',
  type,
  elements: new Map([...keys].map((key) => [key, ''])),
})

const linkSet = (links: readonly string[]): ListedSet =>
  setOf(
    'ifname',
    links.map((link) => `"${link}"`),
  )

const addressType = (family: Family): string => (family === 4 ? 'ipv4_addr' : 'ipv6_addr')

const intervals = ({ of, ranges }: RangeSet): ListedSet =>
  setOf(`${of === 'ports' ? 'inet_service' : addressType(of)}${INTERVAL}`, ranges)

function boundTo(bindings: readonly Binding[], family: Family): ListedSet {
  const keys = bindings.flatMap(({ link, mac, addresses }) =>
    (family === 4 ? addresses.v4 : addresses.v6).map((address) => `"${link}" . ${mac} . ${address}`),
  )
  return setOf(`ifname . ether_addr . ${addressType(family)}`, keys)
}

const dispatch = (bindings: readonly Binding[], direction: 'egress' | 'ingress'): ListedSet => ({
  kind: 'map',
  type: 'ifname : verdict',
  elements: new Map(bindings.map((binding) => [`"${binding.link}"`, `jump ${binding[direction]}`])),
})

/**
 * The table that enforces a form. Single blocks and ranges are matched in rules, lists of them in interval sets, which
 * are never changed: another content is another set.
 */
export function listingOf(form: Form): Listing {
  const { bindings } = form
  const chains = new Map<string, ListedChain>([
    [ownerChain(form.mark), { header: null, lines: [] }],
    ['guard', guard(form)],
    ['forward', forward(form)],
    ...(form.rememberings.length > 0 ? [['remember', remember(form)] as const] : []),
    ['input', input],
    ...(form.masquerade.length > 0 ? [['leave', leave(form.masquerade)] as const] : []),
    ...form.chains.map((chain) => [chain.name, policyChain(chain)] as const),
  ])
  const sets = new Map<string, ListedSet>([
    ['own4', setOf('ipv4_addr', form.own.v4)],
    ['own6', setOf('ipv6_addr', form.own.v6)],
    ['bound4', boundTo(bindings, 4)],
    ['bound6', boundTo(bindings, 6)],
    ['enforced', linkSet([UPLINK, ...bindings.map(({ link }) => link)])],
    ...form.sets.map(({ name, family, addresses }) => [name, setOf(addressType(family), addresses)] as const),
    ...form.rangeSets.map((set) => [set.name, intervals(set)] as const),
    ...form.timeoutGroups.map(({ set, links }) => [set, linkSet(links)] as const),
    ['egress', dispatch(bindings, 'egress')],
    ['ingress', dispatch(bindings, 'ingress')],
  ])
  return { chains, sets, timeouts: timeoutObjects(form.rememberings) }
}
