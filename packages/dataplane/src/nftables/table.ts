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
import { DROPS_GROUP } from '../nflog/listeners.js'
import { SNAP } from '../nflog/socket.js'
import type {
  Base,
  DataType,
  ElementSet,
  Rule,
  RuleChain,
  Ruleset,
  Selector,
  Statement,
  Verdict,
} from './ruleset.js'
import { ownerChain } from './ruleset.js'
import { lookup, match, verdict } from './statements.js'
import { ruleText } from './text.js'
import { timeoutObjects, timeoutRules } from './timeouts.js'

/** A comment may be 128 bytes long (libnftnl's limit), its digest included. */
const WHY_LENGTH = 100

/** Comments made before: a change alters few rules of many, and hashing was the dearest part of rendering. */
const made = new Map<string, string>()
const MOST_MADE = 50_000

function commentOf(statements: readonly Statement[], why: string): string {
  const text = ruleText(statements)
  const key = `${why}\n${text}`
  const known = made.get(key)
  if (known !== undefined) return known
  if (made.size >= MOST_MADE) made.clear()
  const plain = why.replaceAll(/[^A-Za-z0-9 ._:/-]/g, '?').slice(0, WHY_LENGTH)
  const comment = `${plain} #${digest(text, 8)}`
  made.set(key, comment)
  return comment
}

/** A rule with a comment that tells a reader where it comes from, and who reads it back whether it is unchanged. */
const rule = (why: string, ...statements: readonly Statement[]): Rule => ({
  statements,
  comment: commentOf(statements, why),
})

const ip = (family: Family): 'ip' | 'ip6' => (family === 4 ? 'ip' : 'ip6')

const portMatch = (selector: Selector, ports: Ports): Statement =>
  'set' in ports ? lookup([selector], ports.set) : match(selector, portsText(ports))

function familyOf(test: Test): Statement[] {
  if (test.family === null || test.remote.kind !== 'any' || test.local !== null) return []
  return [match('meta nfproto', `ipv${test.family}`)]
}

function addressesOf(test: Test, remote: 'saddr' | 'daddr', local: 'saddr' | 'daddr'): Statement[] {
  const parts: Statement[] = []
  const word = ip(test.family ?? 4)
  if (test.remote.kind === 'block') parts.push(match(`${word} ${remote}`, test.remote.text))
  if (test.remote.kind === 'set') parts.push(lookup([`${word} ${remote}`], test.remote.set))
  if (test.local !== null) parts.push(match(`${word} ${local}`, test.local))
  return parts
}

const effect = (accept: boolean): Statement => verdict(accept ? 'return' : 'goto dropped')

/** Packets told of in a second, and at once, by each router: a flood costs no more than that. */
const TOLD = { rate: 50, burst: 100 }

/** Where policies drop: what goes here is told of, as far as the rate goes. */
const dropped = ({ tellsDrops }: Form): RuleChain => ({
  base: null,
  rules: [
    ...(tellsDrops
      ? [
          rule(
            'told of',
            { kind: 'limit', per: 'second', ...TOLD },
            { kind: 'log', group: DROPS_GROUP, prefix: 'sallyport', snaplen: SNAP },
          ),
        ]
      : []),
    rule('dropped by a policy', verdict('drop')),
  ],
})

const counted = (name: string): Statement => ({ kind: 'counter', name })

/** One step of a policy as a rule. `return` is how a direction accepts: the base chain asks the other one. */
function testRule(test: Test, direction: Chain['direction']): Rule {
  const [remote, local] =
    direction === 'egress' ? (['daddr', 'saddr'] as const) : (['saddr', 'daddr'] as const)
  const [remotePort, localPort] =
    direction === 'egress' ? (['th dport', 'th sport'] as const) : (['th sport', 'th dport'] as const)
  const parts = [...familyOf(test), ...addressesOf(test, remote, local)]
  if (test.protocol !== null) parts.push(match('meta l4proto', `${test.protocol}`))
  if (test.remotePorts) parts.push(portMatch(remotePort, test.remotePorts))
  if (test.localPorts) parts.push(portMatch(localPort, test.localPorts))
  if (test.icmpTypes)
    parts.push(match(test.protocol === 58 ? 'icmpv6 type' : 'icmp type', portsText(test.icmpTypes)))
  // What is staged is counted, and the packet goes on.
  return rule(test.why, ...parts, counted(test.counter), ...(test.staged ? [] : [effect(test.accept)]))
}

const policyChain = (chain: Chain): RuleChain => ({
  base: null,
  rules: [
    ...chain.tests.map((test) => testRule(test, chain.direction)),
    ...(chain.stagedOtherwise
      ? [rule(`audited default of ${chain.groups.join(' ')}`, counted(chain.counters.stagedOtherwise))]
      : []),
    rule(
      `default of ${chain.groups.join(' ')}`,
      counted(chain.counters.otherwise),
      effect(chain.acceptOtherwise),
    ),
  ],
})

const accept = verdict('accept')
const drop = verdict('drop')
const from = (link: string, operator: '==' | '!=' = '=='): Statement =>
  match('iifname', `"${link}"`, operator)
const to = (link: string): Statement => match('oifname', `"${link}"`)

const atHook = (hook: Base['hook'], priority: number, policy: Verdict & Base['policy']): Base => ({
  type: 'filter',
  hook,
  priority,
  policy,
})

/**
 * Spoofed packets must go before connection tracking sees them, else they could ride another's connection. Whatever
 * is not bound is dropped, so a link is mute until its addresses are in the sets.
 */
function guard({ blocks }: Form): RuleChain {
  const inward = (text: string): Statement => match(text.includes(':') ? 'ip6 saddr' : 'ip saddr', text)
  return {
    base: atHook('prerouting', -300, 'drop'),
    rules: [
      rule('loopback', from('lo'), accept),
      ...blocks.map((block) => rule('the VPC is not outside', from(UPLINK), inward(block), drop)),
      rule('the VPC is not outside', from(UPLINK), lookup(['ip saddr'], 'own4'), drop),
      rule('the VPC is not outside', from(UPLINK), lookup(['ip6 saddr'], 'own6'), drop),
      rule('outside', from(UPLINK), accept),
      rule('bound addresses', lookup(['iifname', 'ether saddr', 'ip saddr'], 'bound4'), accept),
      rule('bound addresses', lookup(['iifname', 'ether saddr', 'ip6 saddr'], 'bound6'), accept),
      rule(
        'neighbour discovery',
        lookup(['iifname'], 'enforced'),
        match('ip6 saddr', 'fe80::/10'),
        match('icmpv6 type', '133-136'),
        accept,
      ),
    ],
  }
}

/** Replies first; then both directions judge. INVARIANT: a packet of an interface without policies never passes. */
const forward = ({ rememberings }: Form): RuleChain => ({
  base: atHook('forward', 0, 'drop'),
  rules: [
    rule(
      'connections judged before',
      { kind: 'state', operator: '==', states: ['established', 'related'] },
      accept,
    ),
    rule('invalid or untracked', { kind: 'state', operator: '!=', states: ['new'] }, drop),
    rule('no transit', from(UPLINK), to(UPLINK), drop),
    rule('fail closed', lookup(['iifname'], 'enforced', '!='), drop),
    rule('fail closed', lookup(['oifname'], 'enforced', '!='), drop),
    rule('policy of the sender', { kind: 'vmap', selectors: ['iifname'], map: 'egress' }),
    rule('policy of the receiver', { kind: 'vmap', selectors: ['oifname'], map: 'ingress' }),
    ...(rememberings.length > 0 ? [rule('timeouts of the interfaces', verdict('jump remember'))] : []),
    rule('both directions accepted', accept),
  ],
})

/** Reached by new connections that are accepted. */
const remember = ({ rememberings }: Form): RuleChain => ({
  base: null,
  rules: timeoutRules(rememberings).map((statements) => rule('timeouts', ...statements)),
})

/** The router itself offers nothing but being found and pinged. */
const input: RuleChain = {
  base: atHook('input', 0, 'drop'),
  rules: [
    rule('loopback', from('lo'), accept),
    rule('the gateway answers ping', match('meta l4proto', '1'), accept),
    rule('neighbour discovery and ping', match('meta l4proto', '58'), accept),
  ],
}

const leave = (families: readonly Family[]): RuleChain => ({
  base: { type: 'nat', hook: 'postrouting', priority: 100, policy: 'accept' },
  rules: families.map((family) =>
    rule('connections outwards', match('meta nfproto', `ipv${family}`), from(UPLINK, '!='), to(UPLINK), {
      kind: 'masquerade',
    }),
  ),
})

const setOf = (key: readonly DataType[], keys: Iterable<string>, interval = false): ElementSet => ({
  key,
  data: null,
  interval,
  elements: new Map([...keys].map((text) => [text, ''])),
})

const linkSet = (links: readonly string[]): ElementSet =>
  setOf(
    ['ifname'],
    links.map((link) => `"${link}"`),
  )

const addressType = (family: Family): DataType => (family === 4 ? 'ipv4_addr' : 'ipv6_addr')

const intervals = ({ of, ranges }: RangeSet): ElementSet =>
  setOf([of === 'ports' ? 'inet_service' : addressType(of)], ranges, true)

function boundTo(bindings: readonly Binding[], family: Family): ElementSet {
  const keys = bindings.flatMap(({ link, mac, addresses }) =>
    (family === 4 ? addresses.v4 : addresses.v6).map((address) => `"${link}" . ${mac} . ${address}`),
  )
  return setOf(['ifname', 'ether_addr', addressType(family)], keys)
}

const dispatch = (bindings: readonly Binding[], direction: 'egress' | 'ingress'): ElementSet => ({
  key: ['ifname'],
  data: 'verdict',
  interval: false,
  elements: new Map(bindings.map((binding) => [`"${binding.link}"`, `jump ${binding[direction]}`])),
})

/** What counts the packets of new flows, by rule and default. */
const countersOf = (chains: readonly Chain[]): Set<string> =>
  new Set(
    chains.flatMap(({ tests, counters, stagedOtherwise }) => [
      ...tests.map(({ counter }) => counter),
      counters.otherwise,
      ...(stagedOtherwise ? [counters.stagedOtherwise] : []),
    ]),
  )

/**
 * The table that enforces a form. Single blocks and ranges are matched in rules, lists of them in interval sets, which
 * are never changed: another content is another set.
 */
export function rulesetOf(form: Form): Ruleset {
  const { bindings } = form
  const chains = new Map<string, RuleChain>([
    [ownerChain(form.mark), { base: null, rules: [] }],
    ['guard', guard(form)],
    ['forward', forward(form)],
    ...(form.rememberings.length > 0 ? [['remember', remember(form)] as const] : []),
    ['input', input],
    ['dropped', dropped(form)],
    ...(form.masquerade.length > 0 ? [['leave', leave(form.masquerade)] as const] : []),
    ...form.chains.map((chain) => [chain.name, policyChain(chain)] as const),
  ])
  const sets = new Map<string, ElementSet>([
    ['own4', setOf(['ipv4_addr'], form.own.v4)],
    ['own6', setOf(['ipv6_addr'], form.own.v6)],
    ['bound4', boundTo(bindings, 4)],
    ['bound6', boundTo(bindings, 6)],
    ['enforced', linkSet([UPLINK, ...bindings.map(({ link }) => link)])],
    ...form.sets.map(
      ({ name, family, addresses }) => [name, setOf([addressType(family)], addresses)] as const,
    ),
    ...form.rangeSets.map((set) => [set.name, intervals(set)] as const),
    ...form.timeoutGroups.map(({ set, links }) => [set, linkSet(links)] as const),
    ['egress', dispatch(bindings, 'egress')],
    ['ingress', dispatch(bindings, 'ingress')],
  ])
  return { chains, sets, timeouts: timeoutObjects(form.rememberings), counters: countersOf(form.chains) }
}
