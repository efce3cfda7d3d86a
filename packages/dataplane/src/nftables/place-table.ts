import type { Family } from '@sallyport/engine'
import type { BoundLink } from '../bindings/desired-place.js'
import type { ServerPlace } from '../bindings/kept-bindings.js'
import type { Form } from '../intermediate.js'
import { rule } from './comments.js'
import type { Side } from './always.js'
import { GUESTS_DISCOVERY, DISCOVERY, SIDES, always, udp } from './always.js'
import { placeJudges } from './place-judges.js'
import type { DataType, ElementSet, Rule, RuleChain, Ruleset, Verdict } from './ruleset.js'
import { ownerChain } from './ruleset.js'
import { lookup, match, verdict } from './statements.js'
import type { Judging } from './table.js'
import {
  atHook,
  changingIn,
  dropped,
  generationOf,
  judgingOf,
  linkSet,
  remember,
  setOf,
  speakers,
} from './table.js'
import { timeoutObjects } from './timeouts.js'

const accept = verdict('accept')
const drop = verdict('drop')

/** Goes where `to` says with what passes a bound link; all else is none of ours. */
function bound(side: Side, bridged: boolean, to: Verdict): Rule[] {
  const { link, ip, ip6 } = SIDES[side]
  const on = verdict(to)
  return [
    rule('bound links', lookup([link], 'links'), on),
    ...(bridged
      ? [
          rule('bound in a bridge', lookup([link, ip], 'bridged4'), on),
          rule('bound in a bridge', lookup([link, ip6], 'bridged6'), on),
        ]
      : []),
  ]
}

/** Frames within a bridge: discovery is of no connection. */
const withinBridges = (bridged: boolean): Rule[] =>
  bridged
    ? DISCOVERY.map((types) =>
        rule(
          'neighbour discovery',
          lookup(['iifname'], 'bridges'),
          lookup(['oifname'], 'bridges'),
          match('icmpv6 type', types),
          accept,
        ),
      )
    : []

/** What speaks by a bound link must be its interface: before connection tracking, as in a router of ours. */
const guard: RuleChain = {
  base: atHook('prerouting', -300, 'accept'),
  rules: [
    rule('bound addresses', lookup(['iifname', 'ether saddr', 'ip saddr'], 'bound4'), accept),
    rule('bound addresses', lookup(['iifname', 'ether saddr', 'ip6 saddr'], 'bound6'), accept),
    ...['fe80::/10', '::'].flatMap((source) =>
      GUESTS_DISCOVERY.map((types) =>
        rule(
          'neighbour discovery',
          lookup(['iifname', 'ether saddr'], 'macs'),
          match('ip6 saddr', source),
          match('icmpv6 type', types),
          accept,
        ),
      ),
    ),
    rule(
      'DHCP',
      lookup(['iifname', 'ether saddr'], 'macs'),
      match('ip saddr', '0.0.0.0'),
      ...udp('68', '67'),
      accept,
    ),
    rule(
      'DHCP',
      lookup(['iifname', 'ether saddr'], 'macs'),
      match('ip6 saddr', 'fe80::/10'),
      ...udp('546', '547'),
      accept,
    ),
    rule('not the interface', lookup(['iifname'], 'peers'), drop),
  ],
}

/** Which chain judges what comes by a link of an interface (`from`), or goes by it (`to`). */
function judgeOf(link: BoundLink, map: 'from' | 'to', form: Form, { chainOf }: Judging): string {
  const binding = form.bindings.find(({ interface: id }) => id === link.interface)
  if (link.closed || !binding) return 'drop'
  const direction = (map === 'from') === (link.as === 'peer') ? 'egress' : 'ingress'
  return `jump ${chainOf.get(binding[direction]) ?? ''}`
}

const verdicts = (
  key: readonly DataType[],
  elements: readonly (readonly [string, string])[],
): ElementSet => ({
  key,
  data: 'verdict',
  interval: false,
  elements: new Map(elements),
})

const addressKeys = ({ bridge, addresses }: BoundLink, family: Family): string[] =>
  (family === 4 ? addresses.v4 : addresses.v6).map((address) => `"${bridge}" . ${address}`)

const addressType = (family: Family): DataType => (family === 4 ? 'ipv4_addr' : 'ipv6_addr')

/** The maps that say who judges. */
function dispatches(form: Form, links: readonly BoundLink[], judging: Judging): Map<string, ElementSet> {
  const maps = new Map<string, ElementSet>()
  const bridged = links.filter(({ bridge }) => bridge !== null)
  for (const map of ['from', 'to'] as const) {
    const plain = links.filter(({ bridge }) => bridge === null)
    maps.set(
      map,
      verdicts(
        ['ifname'],
        plain.map((link) => [`"${link.link}"`, judgeOf(link, map, form, judging)]),
      ),
    )
    if (bridged.length === 0) continue
    for (const family of [4, 6] as const) {
      const elements = bridged.flatMap((link) =>
        addressKeys(link, family).map((key) => [key, judgeOf(link, map, form, judging)] as const),
      )
      maps.set(`${map}${family}`, verdicts(['ifname', addressType(family)], elements))
    }
  }
  return maps
}

function setsOf(links: readonly BoundLink[]): Map<string, ElementSet> {
  const plain = links.filter(({ bridge }) => bridge === null)
  const bridged = links.filter(({ bridge }) => bridge !== null)
  const names = (some: readonly BoundLink[]): string[] => some.map(({ link }) => link)
  const peers = plain.filter(({ as }) => as === 'peer')
  const known = peers.filter(({ closed }) => !closed)
  return new Map<string, ElementSet>([
    ['links', linkSet(names(plain))],
    ['peers', linkSet(names(peers))],
    ['hosts', linkSet(names(plain.filter(({ as }) => as === 'host')))],
    ...speakers(known),
    ...(bridged.length > 0
      ? ([
          ['bridges', linkSet([...new Set(bridged.flatMap(({ bridge }) => bridge ?? []))])],
          [
            'bridged4',
            setOf(
              ['ifname', 'ipv4_addr'],
              bridged.flatMap((link) => addressKeys(link, 4)),
            ),
          ],
          [
            'bridged6',
            setOf(
              ['ifname', 'ipv6_addr'],
              bridged.flatMap((link) => addressKeys(link, 6)),
            ),
          ],
        ] as const)
      : []),
  ])
}

/**
 * The table for links that are bound in a namespace of another's. What passes no bound link is accepted at once, by every
 * chain, so that it is judged by others' tables alone.
 */
export function placeRuleset(
  form: Form,
  links: readonly BoundLink[],
  servers: readonly ServerPlace[],
): Ruleset {
  const judging = judgingOf(form)
  const bridged = links.some(({ bridge }) => bridge !== null)
  const maps = dispatches(form, links, judging)
  const number = generationOf([...maps.values(), ...changingIn(judging)])
  const filter = (hook: 'input' | 'forward' | 'output', rules: Rule[]): [string, RuleChain] => [
    hook,
    { base: atHook(hook, 0, 'accept'), rules },
  ]
  return {
    chains: new Map<string, RuleChain>([
      [ownerChain(form.mark), { base: null, rules: [] }],
      ['guard', guard],
      filter('input', [...always('in', servers), ...bound('in', bridged, 'goto judge-in')]),
      filter('output', [...always('out', servers), ...bound('out', bridged, 'goto judge-out')]),
      filter('forward', [
        ...withinBridges(bridged),
        ...bound('in', bridged, 'goto came'),
        ...bound('out', bridged, 'goto judge-out'),
      ]),
      [
        'came',
        {
          base: null,
          rules: [
            ...bound('out', bridged, 'goto judge-through'),
            rule('bound on this side only', verdict('goto judge-in')),
          ],
        },
      ],
      ...placeJudges(form, bridged, number),
      ...(form.rememberings.length > 0 ? [['remember', remember(form)] as const] : []),
      ['dropped', dropped(form)],
      ...judging.chains,
    ]),
    sets: new Map<string, ElementSet>([
      ...setsOf(links),
      ...judging.sets,
      ...form.timeoutGroups.map(({ set, links: grouped }) => [set, linkSet(grouped)] as const),
      ...maps,
    ]),
    timeouts: timeoutObjects(form.rememberings),
    counters: judging.counters,
  }
}
