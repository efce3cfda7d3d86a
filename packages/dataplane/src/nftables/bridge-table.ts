import type { BoundLink } from '../bindings/desired-place.js'
import { rule as plainRule } from './comments.js'
import { DISCOVERY, GUESTS_DISCOVERY, udp } from './always.js'
import type { ElementSet, Rule, RuleChain, Ruleset, Statement } from './ruleset.js'
import { ownerChain } from './ruleset.js'
import { lookup, match, verdict } from './statements.js'
import { atHook, linkSet, speakers } from './table.js'

const rule = (why: string, ...statements: readonly Statement[]): Rule => ({
  ...plainRule(why, ...statements),
  table: 'bridge',
})

const accept = verdict('accept')
const drop = verdict('drop')

const ARP = '2054'

const own = lookup(['iifname', 'ether saddr'], 'macs')

/** What a port may send: as its interface, and the little that comes before addresses. */
const fromPorts: RuleChain = {
  base: atHook('prerouting', -300, 'accept'),
  rules: [
    // What is announced need not be the source. Which addresses of the link itself a guest has is not known.
    rule(
      'announces what is not of the interface',
      lookup(['iifname'], 'ports'),
      match('icmpv6 type', '136'),
      match('@th,64,128', 'fe80::/10', '!='),
      lookup(['iifname', 'ether saddr', '@th,64,128'], 'bound6', '!='),
      drop,
    ),
    rule('bound addresses', lookup(['iifname', 'ether saddr', 'ip saddr'], 'bound4'), accept),
    rule('bound addresses', lookup(['iifname', 'ether saddr', 'ip6 saddr'], 'bound6'), accept),
    rule('ARP', own, lookup(['iifname', 'arp saddr ether', 'arp saddr ip'], 'bound4'), accept),
    rule(
      'ARP',
      own,
      lookup(['iifname', 'arp saddr ether'], 'macs'),
      match('arp saddr ip', '0.0.0.0'),
      accept,
    ),
    ...['fe80::/10', '::'].flatMap((source) =>
      GUESTS_DISCOVERY.map((types) =>
        rule('neighbour discovery', own, match('ip6 saddr', source), match('icmpv6 type', types), accept),
      ),
    ),
    rule('DHCP', own, match('ip saddr', '0.0.0.0'), ...udp('68', '67'), accept),
    rule('DHCP', own, match('ip6 saddr', 'fe80::/10'), ...udp('546', '547'), accept),
    rule('not the interface', lookup(['iifname'], 'ports'), drop),
  ],
}

/** What a port may get: what is addressed to its interface, so that nothing passes that no policy looks at. */
const toPorts: RuleChain = {
  base: atHook('postrouting', -300, 'accept'),
  rules: [
    rule('bound addresses', lookup(['oifname', 'ether daddr', 'ip daddr'], 'bound4'), accept),
    rule('bound addresses', lookup(['oifname', 'ether daddr', 'ip6 daddr'], 'bound6'), accept),
    rule('ARP', lookup(['oifname'], 'known'), match('ether type', ARP), accept),
    ...DISCOVERY.map((types) =>
      rule('neighbour discovery', lookup(['oifname'], 'known'), match('icmpv6 type', types), accept),
    ),
    rule('DHCP', lookup(['oifname'], 'known'), ...udp('67', '68'), accept),
    rule('DHCP', lookup(['oifname'], 'known'), ...udp('547', '546'), accept),
    rule('not for the interface', lookup(['oifname'], 'ports'), drop),
  ],
}

/**
 * The table of family bridge beside the one of a place whose bound links are ports of bridges: it ties each port to its
 * interface's MAC and addresses, both ways and without connections. Policies are the other table's, which sees a bridge's
 * frames by addresses only.
 */
export function bridgeRuleset(mark: string, ports: readonly BoundLink[]): Ruleset {
  const known = ports.filter(({ closed }) => !closed)
  return {
    chains: new Map<string, RuleChain>([
      [ownerChain(mark), { base: null, rules: [] }],
      ['from-ports', fromPorts],
      ['to-ports', toPorts],
    ]),
    sets: new Map<string, ElementSet>([
      ['ports', linkSet(ports.map(({ link }) => link))],
      ['known', linkSet(known.map(({ link }) => link))],
      ...speakers(known),
    ]),
    timeouts: new Map(),
    counters: new Set(),
  }
}
