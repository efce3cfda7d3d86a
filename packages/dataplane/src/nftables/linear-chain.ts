import type { Family } from '@sallyport/engine'
import type { Chain, Ports, Test } from '../intermediate.js'
import { portsText } from '../intermediate.js'
import { digest } from '../names.js'
import { rule } from './comments.js'
import { addressSelector, portSelector } from './judge-chains.js'
import type { Rule, RuleChain, Selector, Statement } from './ruleset.js'
import { lookup, match, verdict } from './statements.js'
import { ruleText } from './text.js'

const portMatch = (selector: Selector, ports: Ports): Statement =>
  'set' in ports ? lookup([selector], ports.set) : match(selector, portsText(ports))

function familyOf(test: Test): Statement[] {
  if (test.family === null || test.remote.kind !== 'any' || test.local !== null) return []
  return [match('meta nfproto', `ipv${test.family}`)]
}

function addressesOf(test: Test, direction: Chain['direction']): Statement[] {
  const parts: Statement[] = []
  const family: Family = test.family ?? 4
  const remote = addressSelector(direction, family, 'remote')
  if (test.remote.kind === 'block') parts.push(match(remote, test.remote.text))
  if (test.remote.kind === 'set') parts.push(lookup([remote], test.remote.set))
  if (test.local !== null) parts.push(match(addressSelector(direction, family, 'own'), test.local))
  return parts
}

const counted = (name: string): Statement => ({ kind: 'counter', name })

const effect = (accept: boolean): Statement => verdict(accept ? 'return' : 'goto dropped')

/** One step of a policy as a rule. What is staged is counted, and the packet goes on. */
function testRule(test: Test, direction: Chain['direction']): Rule {
  const parts = [...familyOf(test), ...addressesOf(test, direction)]
  if (test.protocol !== null) parts.push(match('meta l4proto', `${test.protocol}`))
  if (test.remotePorts) parts.push(portMatch(portSelector(direction, 'remotePort'), test.remotePorts))
  if (test.localPorts) parts.push(portMatch(portSelector(direction, 'localPort'), test.localPorts))
  if (test.icmpTypes)
    parts.push(match(test.protocol === 58 ? 'icmpv6 type' : 'icmp type', portsText(test.icmpTypes)))
  return rule(test.why, ...parts, counted(test.counter), ...(test.staged ? [] : [effect(test.accept)]))
}

/** A policy entry by entry, under a name that says what it holds. `return` is how a direction accepts. */
export function linearChain(chain: Chain): readonly [string, RuleChain] {
  const { direction, groups, tests, counters } = chain
  const rules = [
    ...tests.map((test) => testRule(test, direction)),
    ...(chain.stagedOtherwise
      ? [rule(`audited default of ${groups.join(' ')}`, counted(counters.stagedOtherwise))]
      : []),
    rule(`default of ${groups.join(' ')}`, counted(counters.otherwise), effect(chain.acceptOtherwise)),
  ]
  const text = rules.map(({ statements, comment }) => `${ruleText(statements)} ${comment}\n`).join('')
  return [`${direction === 'egress' ? 'e' : 'i'}-${digest(text, 16)}`, { base: null, rules }]
}

/** The names of the sets that a chain's tests look into. */
export const setsIn = ({ tests }: Chain): string[] =>
  tests.flatMap(({ remote, remotePorts, localPorts }) => [
    ...(remote.kind === 'set' ? [remote.set] : []),
    ...[remotePorts, localPorts].flatMap((ports) => (ports && 'set' in ports ? [ports.set] : [])),
  ])

/** The names of the counters of a chain. */
export const countersIn = ({ tests, counters, stagedOtherwise }: Chain): string[] => [
  ...tests.map(({ counter }) => counter),
  ...(stagedOtherwise ? [counters.stagedOtherwise] : []),
  counters.otherwise,
]
