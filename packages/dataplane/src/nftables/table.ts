import { createHash } from 'node:crypto'
import type { Family } from '@sallyport/engine'
import type { Binding, Form, RangeSet } from '../intermediate.js'
import { UPLINK } from '../names.js'
import { DROPS_GROUP } from '../nflog/listeners.js'
import { SNAP } from '../nflog/socket.js'
import { rule } from './comments.js'
import type { Gathered } from './judge-chains.js'
import { identityMap, judgeChain } from './judge-chains.js'
import { countersIn, linearChain, setsIn } from './linear-chain.js'
import type { Base, DataType, ElementSet, Rule, RuleChain, Ruleset, Statement, Verdict } from './ruleset.js'
import { ownerChain } from './ruleset.js'
import { lookup, match, verdict } from './statements.js'
import { timeoutObjects, timeoutRules } from './timeouts.js'

const accept = verdict('accept')
const drop = verdict('drop')

const from = (link: string, operator: '==' | '!=' = '=='): Statement =>
  match('iifname', `"${link}"`, operator)
const to = (link: string): Statement => match('oifname', `"${link}"`)

/** A chain of filters at a hook. */
export const atHook = (hook: Base['hook'], priority: number, policy: Verdict & Base['policy']): Base => ({
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
      // First, because most packets end here.
      rule('bound addresses', lookup(['iifname', 'ether saddr', 'ip saddr'], 'bound4'), accept),
      rule('bound addresses', lookup(['iifname', 'ether saddr', 'ip6 saddr'], 'bound6'), accept),
      rule('loopback', from('lo'), accept),
      ...blocks.map((block) => rule('the VPC is not outside', from(UPLINK), inward(block), drop)),
      rule('the VPC is not outside', from(UPLINK), lookup(['ip saddr'], 'own4'), drop),
      rule('the VPC is not outside', from(UPLINK), lookup(['ip6 saddr'], 'own6'), drop),
      rule('outside', from(UPLINK), accept),
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

/**
 * What was judged before, then who must not speak at all, then both directions judge. Every packet is judged by its
 * connection's first one, so that a connection has one verdict, whichever way a packet goes. An error that is related to a
 * connection passes as long as that one does. INVARIANT: a packet of an interface without policies never passes.
 */
const forward = ({ rememberings }: Form): RuleChain => ({
  base: atHook('forward', 0, 'drop'),
  rules: [
    rule('connections judged before', verdict('jump judged')),
    rule(
      'invalid, untracked, or related to what is not judged yet',
      { kind: 'state', operator: '==', states: ['invalid', 'related', 'untracked'] },
      drop,
    ),
    rule('no transit', from(UPLINK), to(UPLINK), drop),
    rule('policy of the sender', verdict('jump sender')),
    rule('policy of the receiver', verdict('jump receiver')),
    ...(rememberings.length > 0
      ? [
          rule(
            'timeouts of the interfaces',
            { kind: 'state', operator: '==', states: ['new'] },
            verdict('jump remember'),
          ),
        ]
      : []),
    rule('both directions accepted', verdict('goto accepted')),
  ],
})

/**
 * Who judges one direction. The maps say `goto`, so that `return`, by which a judge accepts, leads behind the jump to here:
 * what comes to the last rule has no judge at all.
 */
function dispatchChain(map: 'egress' | 'ingress'): RuleChain {
  const judges = (way: 'original' | 'reply', selector: 'iifname' | 'oifname'): Rule =>
    rule('judge', match('ct direction', way), { kind: 'vmap', selectors: [selector], map })
  const sends = map === 'egress'
  return {
    base: null,
    rules: [
      judges('original', sends ? 'iifname' : 'oifname'),
      judges('reply', sends ? 'oifname' : 'iifname'),
      rule('fail closed', drop),
    ],
  }
}

/** Connections that go on unasked: those accepted by just what is in force, or all that ever were. */
const judged = ({ keepTracked }: Form, generation: number): RuleChain => ({
  base: null,
  rules: [
    keepTracked
      ? rule(
          'connections known',
          { kind: 'state', operator: '==', states: ['established', 'related'] },
          accept,
        )
      : rule('accepted by what is in force', match('ct mark', `${generation}`), accept),
  ],
})

/** Where connections are marked as accepted. */
const accepted = (generation: number): RuleChain => ({
  base: null,
  rules: [rule('accepted by what is in force', { kind: 'set-mark', of: 'ct', value: generation }, accept)],
})

/** Packets told of in a second, and at once, by each router: a flood costs no more than that. */
const TOLD = { rate: 50, burst: 100 }

/** Where policies drop: what goes here is told of, as far as the rate goes. */
export const dropped = ({ tellsDrops }: Form): RuleChain => ({
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
    rule('dropped by a policy', drop),
  ],
})

/** Reached by new connections that are accepted. */
export const remember = ({ rememberings }: Form): RuleChain => ({
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
    rule('connections outwards', to(UPLINK), match('meta nfproto', `ipv${family}`), from(UPLINK, '!='), {
      kind: 'masquerade',
    }),
  ),
})

/** A set of these keys. */
export const setOf = (key: readonly DataType[], keys: Iterable<string>, interval = false): ElementSet => ({
  key,
  data: null,
  interval,
  elements: new Map([...keys].map((text) => [text, ''])),
})

/** A set of links. */
export const linkSet = (links: readonly string[]): ElementSet =>
  setOf(
    ['ifname'],
    links.map((link) => `"${link}"`),
  )

const addressType = (family: Family): DataType => (family === 4 ? 'ipv4_addr' : 'ipv6_addr')

const intervals = ({ of, ranges }: RangeSet): ElementSet =>
  setOf([of === 'ports' ? 'inet_service' : addressType(of)], ranges, true)

/** Who may have which source: link, MAC and address. */
function boundTo(
  bindings: readonly Pick<Binding, 'link' | 'mac' | 'addresses'>[],
  family: Family,
): ElementSet {
  const keys = bindings.flatMap(({ link, mac, addresses }) =>
    (family === 4 ? addresses.v4 : addresses.v6).map((address) => `"${link}" . ${mac} . ${address}`),
  )
  return setOf(['ifname', 'ether_addr', addressType(family)], keys)
}

/** The sets that say who may speak by links of others: which addresses have which MACs, and which MACs there are. */
export const speakers = (
  known: readonly Pick<Binding, 'link' | 'mac' | 'addresses'>[],
): (readonly [string, ElementSet])[] => [
  ['bound4', boundTo(known, 4)],
  ['bound6', boundTo(known, 6)],
  [
    'macs',
    setOf(
      ['ifname', 'ether_addr'],
      known.map(({ link, mac }) => `"${link}" . ${mac}`),
    ),
  ],
]

const dispatch = (
  bindings: readonly Binding[],
  direction: 'egress' | 'ingress',
  chainOf: ReadonlyMap<string, string>,
): ElementSet => ({
  key: ['ifname'],
  data: 'verdict',
  interval: false,
  elements: new Map([
    // The outside has no policy.
    [`"${UPLINK}"`, 'return'],
    ...bindings.map(
      (binding) => [`"${binding.link}"`, `goto ${chainOf.get(binding[direction]) ?? ''}`] as const,
    ),
  ]),
})

const identities = (form: Form, family: Family): ElementSet => ({
  key: [addressType(family)],
  data: 'mark',
  interval: false,
  elements: new Map([...form.identities.of[family]].map(([address, id]) => [address, `${id}`])),
})

/** What judges: their chains, and the name of each judge's first one. */
export interface Judging extends Gathered {
  readonly chainOf: ReadonlyMap<string, string>
}

/** The chains, sets and counters that judge. */
export function judgingOf(form: Form): Judging {
  const gathered: Gathered = { chains: new Map(), sets: new Map(), counters: new Set() }
  const chainOf = new Map<string, string>()
  const used = new Set<string>()
  for (const judge of form.judges) {
    const chain = form.chains.find(({ name }) => name === judge.policy)
    if (judge.stages !== null) chainOf.set(judge.key, judgeChain(judge, gathered))
    else if (chain) {
      const [name, rules] = linearChain(chain)
      chainOf.set(judge.key, name)
      gathered.chains.set(name, rules)
      for (const set of setsIn(chain)) used.add(set)
    }
  }
  // Rules that decide nothing have a counter, too: it says so.
  for (const counter of form.chains.flatMap(countersIn)) gathered.counters.add(counter)
  for (const { name, family, addresses } of form.sets)
    if (used.has(name)) gathered.sets.set(name, setOf([addressType(family)], addresses))
  for (const set of form.rangeSets) if (used.has(set.name)) gathered.sets.set(set.name, intervals(set))
  if (form.identities.groups.size > 0) {
    for (const family of [4, 6] as const) gathered.sets.set(identityMap(family), identities(form, family))
  }
  return { ...gathered, chainOf }
}

/**
 * A number for all that decides: connections are marked with it once accepted, and whoever bears another is judged anew.
 * It follows from what is in force alone, so that two ways to the same rules leave the same connections alone.
 */
export function generationOf(sets: readonly ElementSet[]): number {
  const hash = createHash('sha256')
  for (const { key, elements } of sets) {
    hash.update(`${key.join()} ${elements.size}\n`)
    for (const one of [...elements].map((element) => element.join(' : ')).sort()) hash.update(`${one}\n`)
  }
  return hash.digest().readUInt32BE(0) || 1
}

/** Named sets of groups and identities are the only ones that judge and change. */
export const changingIn = ({ sets }: Judging): ElementSet[] =>
  [...sets].filter(([name]) => /^(g|ident)[46]/.test(name)).map(([, set]) => set)

/**
 * The table that enforces a form. Chains and maps that judge are named after what they hold and never change: other rules
 * are other chains, and the maps `egress` and `ingress` say which ones judge whom.
 */
export function rulesetOf(form: Form): Ruleset {
  const { bindings } = form
  const judging = judgingOf(form)
  const egress = dispatch(bindings, 'egress', judging.chainOf)
  const ingress = dispatch(bindings, 'ingress', judging.chainOf)
  const generation = generationOf([egress, ingress, ...changingIn(judging)])
  const chains = new Map<string, RuleChain>([
    [ownerChain(form.mark), { base: null, rules: [] }],
    ['guard', guard(form)],
    ['forward', forward(form)],
    ['sender', dispatchChain('egress')],
    ['receiver', dispatchChain('ingress')],
    ['judged', judged(form, generation)],
    ['accepted', accepted(generation)],
    ...(form.rememberings.length > 0 ? [['remember', remember(form)] as const] : []),
    ['input', input],
    ['dropped', dropped(form)],
    ...(form.masquerade.length > 0 ? [['leave', leave(form.masquerade)] as const] : []),
    ...judging.chains,
  ])
  const sets = new Map<string, ElementSet>([
    ['own4', setOf(['ipv4_addr'], form.own.v4)],
    ['own6', setOf(['ipv6_addr'], form.own.v6)],
    ['bound4', boundTo(bindings, 4)],
    ['bound6', boundTo(bindings, 6)],
    ['enforced', linkSet([UPLINK, ...bindings.map(({ link }) => link)])],
    ...judging.sets,
    ...form.timeoutGroups.map(({ set, links }) => [set, linkSet(links)] as const),
    ['egress', egress],
    ['ingress', ingress],
  ])
  return { chains, sets, timeouts: timeoutObjects(form.rememberings), counters: judging.counters }
}
