import type { Direction, Family, TreeAddresses, TreeLeaf, TreeNode, TreeNumbers } from '@sallyport/engine'
import type { Judge } from '../compiled/judges.js'
import type { IdentityStage, OwnStage, Stage } from '../compiled/stages.js'
import { counterOf } from '../compiled/counters.js'
import { portsText, rangeText, whyOf } from '../intermediate.js'
import { digest } from '../names.js'
import { rule } from './comments.js'
import type { ElementSet, Rule, RuleChain, Selector, Statement, Verdict } from './ruleset.js'
import { match, verdict } from './statements.js'
import { ruleText } from './text.js'

/** The maps of a VPC that say in which identified groups an address is, by family. */
export const identityMap = (family: Family): string => `ident${family}`

/**
 * A chain with what it refers to. Chains and maps are named after what they hold, so that they never change, equal ones are
 * one, and a change is other objects and a new reference.
 */
interface Piece {
  readonly name: string
  readonly chain: RuleChain
  readonly map: readonly [string, ElementSet] | null
  readonly counters: readonly string[]
  readonly below: readonly Piece[]
}

/** Whose pieces are made. */
interface Maker {
  readonly direction: Direction
  readonly policy: string
  readonly groups: readonly string[]
}

const to = ({ name }: Piece): Verdict => `goto ${name}`
const drop = rule('a miss', verdict('drop'))

/** A piece whose name says what it holds. */
function piece(
  letter: string,
  rules: readonly Rule[],
  below: readonly Piece[],
  more: { readonly map?: Piece['map']; readonly counters?: readonly string[] } = {},
): Piece {
  const text = rules.map(({ statements, comment }) => `${ruleText(statements)} ${comment}\n`).join('')
  const name = `${letter}-${digest(text, 16)}`
  const { map = null, counters = [] } = more
  return { name, chain: { base: null, rules }, map, counters, below }
}

/** A map whose name says what it holds. */
function mapOf(
  key: ElementSet['key'],
  interval: boolean,
  elements: readonly (readonly [string, string])[],
): readonly [string, ElementSet] {
  const text = `${key.join()} ${interval}\n${elements.map((one) => `${one.join(' : ')}\n`).join('')}`
  return [`m-${digest(text, 16)}`, { key, data: 'verdict', interval, elements: new Map(elements) }]
}

const vmap = (selector: Selector, map: string): Statement => ({ kind: 'vmap', selectors: [selector], map })

/** Fields are the first packet's, whichever way a packet goes: so a connection is judged by the same key for its life. */
export function addressSelector(direction: Direction, family: Family, side: 'own' | 'remote'): Selector {
  const source = (direction === 'egress') === (side === 'own')
  if (family === 4) return source ? 'ct original ip saddr' : 'ct original ip daddr'
  return source ? 'ct original ip6 saddr' : 'ct original ip6 daddr'
}

/** A port's selector; what conntrack holds of ports reads as such only after a protocol that has them. */
export const portSelector = (direction: Direction, field: 'remotePort' | 'localPort'): Selector =>
  (direction === 'egress') === (field === 'remotePort') ? 'ct original proto-dst' : 'ct original proto-src'

function leafPiece(
  { direction, policy, groups }: Maker,
  { decides, counts, verdict: action }: TreeLeaf,
): Piece {
  const counted = counts.map((entry) => counterOf(direction, entry, policy, true))
  const counter = counterOf(direction, decides, policy, false)
  const why = decides === null ? `default of ${groups.join(' ')}` : whyOf(decides)
  const rules = [
    ...counts.map((entry, at) =>
      rule(`audit: ${entry === null ? 'default' : whyOf(entry)}`, {
        kind: 'counter',
        name: counted[at] ?? null,
      }),
    ),
    rule(why, { kind: 'counter', name: counter }, verdict(action === 'accept' ? 'return' : 'goto dropped')),
  ]
  return piece('l', rules, [], { counters: [...counted, counter] })
}

/** The child that most cases go on to. */
function mostFrequent(pieces: readonly Piece[]): Piece | undefined {
  const counts = new Map<Piece, number>()
  for (const one of pieces) counts.set(one, (counts.get(one) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}

/** Types are few and rarely asked: a rule each. */
function typesPiece(maker: Maker, { cases }: TreeNumbers): Piece {
  const pieces = cases.map(({ child }) => pieceOf(maker, child))
  const last = mostFrequent(pieces)
  const rules = cases.flatMap(({ range }, at) => {
    const target = pieces[at]
    if (!target || target === last) return []
    return (['icmp type', 'icmpv6 type'] as const).map((selector) =>
      rule('type', match(selector, portsText(range)), verdict(to(target))),
    )
  })
  return piece('t', [...rules, ...(last ? [rule('other types', verdict(to(last)))] : [drop])], pieces)
}

function portsPiece(maker: Maker, node: TreeNumbers & { field: 'remotePort' | 'localPort' }): Piece {
  const pieces = node.cases.map(({ child }) => pieceOf(maker, child))
  const elements = node.cases.map(({ range }, at) => [portsText(range), to(pieces[at]!)] as const)
  const map = mapOf(['inet_service'], true, elements)
  const selector = portSelector(maker.direction, node.field)
  const rules = ['6', '17'].map((protocol) =>
    rule('port', match('meta l4proto', protocol), vmap(selector, map[0])),
  )
  return piece('p', [...rules, drop], pieces, { map })
}

function addressesMap(
  maker: Maker,
  { cases }: TreeAddresses,
): { map: readonly [string, ElementSet]; pieces: Piece[]; family: Family } {
  const pieces = cases.map(({ child }) => pieceOf(maker, child))
  const family = cases[0]?.range.family ?? 4
  const elements = cases.map(({ range }, at) => [rangeText(range) ?? '', to(pieces[at]!)] as const)
  return { map: mapOf([family === 4 ? 'ipv4_addr' : 'ipv6_addr'], true, elements), pieces, family }
}

const addressesRule = (maker: Maker, family: Family, map: string): Rule =>
  rule('remote address', vmap(addressSelector(maker.direction, family, 'remote'), map))

/** So many protocols are compared one by one, which is no slower for a packet. */
const MOST_COMPARED = 4

/**
 * Sends protocols on. Few are a rule each: a map of a rule's own is one more set, and the kernel finds sets of a table and those
 * of a transaction by walking them all (measured: the maps of 40 policies of 200 rules took 50 s to load).
 */
function branchRules(cases: readonly (readonly [string, Verdict])[]): Rule[] {
  if (cases.length > MOST_COMPARED)
    return [rule('protocol', { kind: 'branch', selector: 'meta l4proto', cases })]
  const usual = (number: string): boolean => number === '6' || number === '17'
  const ordered = [
    ...cases.filter(([number]) => usual(number)),
    ...cases.filter(([number]) => !usual(number)),
  ]
  return ordered.map(([number, target]) => rule('protocol', match('meta l4proto', number), verdict(target)))
}

function makePiece(maker: Maker, node: TreeNode): Piece {
  switch (node.kind) {
    case 'leaf':
      return leafPiece(maker, node)
    case 'numbers':
      return node.field === 'icmpType'
        ? typesPiece(maker, node)
        : portsPiece(maker, node as TreeNumbers & { field: 'remotePort' | 'localPort' })
    case 'protocols': {
      const pieces = node.cases.map(({ child }) => pieceOf(maker, child))
      const otherwise = pieceOf(maker, node.otherwise)
      const cases = node.cases.flatMap(({ numbers }, at) =>
        numbers.map((number) => [`${number}`, to(pieces[at]!)] as const),
      )
      return piece(
        'c',
        [...branchRules(cases), rule('other protocols', verdict(to(otherwise)))],
        [...pieces, otherwise],
      )
    }
    case 'addresses': {
      const { map, pieces, family } = addressesMap(maker, node)
      return piece('a', [addressesRule(maker, family, map[0]), drop], pieces, { map })
    }
  }
}

/** Nodes are one policy's, and the same objects as long as it stays the same. */
const made = new WeakMap<TreeNode, Piece>()

function pieceOf(maker: Maker, node: TreeNode): Piece {
  const known = made.get(node) ?? makePiece(maker, node)
  made.set(node, known)
  return known
}

function identityPiece(maker: Maker, family: Family, { cases, otherwise }: IdentityStage): Piece {
  const pieces = cases.map(({ child }) => pieceOf(maker, child))
  const last = pieceOf(maker, otherwise)
  const selector = addressSelector(maker.direction, family, 'remote')
  const known = cases.flatMap(({ ids }, at) => ids.map((id) => [`${id}`, to(pieces[at]!)] as const))
  const rules = [
    rule('identity', { kind: 'set-mark', of: 'meta', value: 0 }),
    rule('identity', { kind: 'map-mark', selectors: [selector], map: identityMap(family) }),
    rule('identity', { kind: 'branch', selector: 'meta mark', cases: known }),
    rule('in none of the groups', verdict(to(last))),
  ]
  return piece('s', rules, [...pieces, last])
}

function ownPiece(maker: Maker, family: Family, { cases }: OwnStage): Piece {
  const pieces = cases.map(({ child }) => stagePiece(maker, family, child))
  const elements = cases.map(({ address }, at) => [address, to(pieces[at]!)] as const)
  const map = mapOf([family === 4 ? 'ipv4_addr' : 'ipv6_addr'], false, elements)
  const rules = [rule('own address', vmap(addressSelector(maker.direction, family, 'own'), map[0])), drop]
  return piece('o', rules, pieces, { map })
}

function stagePiece(maker: Maker, family: Family, stage: Stage): Piece {
  if (stage.kind === 'own') return ownPiece(maker, family, stage)
  return stage.kind === 'identity' ? identityPiece(maker, family, stage) : pieceOf(maker, stage)
}

/** The rules that send one family's packets on, and what they refer to. */
function familyRules(
  maker: Maker,
  family: Family,
  stage: Stage | null,
): { rules: Rule[]; below: Piece[]; maps: [string, ElementSet][] } {
  if (stage === null) return { rules: [], below: [], maps: [] }
  if (stage.kind === 'addresses') {
    const { map, pieces } = addressesMap(maker, stage)
    return { rules: [addressesRule(maker, family, map[0])], below: pieces, maps: [[...map]] }
  }
  const target = stagePiece(maker, family, stage)
  const rules = [rule('family', match('meta nfproto', `ipv${family}`), verdict(to(target)))]
  return { rules, below: [target], maps: [] }
}

/** Where pieces are gathered. */
export interface Gathered {
  readonly chains: Map<string, RuleChain>
  readonly sets: Map<string, ElementSet>
  readonly counters: Set<string>
}

function gather({ chains, sets, counters }: Gathered, pieces: readonly Piece[]): void {
  const rest = [...pieces]
  for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
    if (chains.has(one.name)) continue
    chains.set(one.name, one.chain)
    if (one.map) sets.set(...one.map)
    for (const counter of one.counters) counters.add(counter)
    rest.push(...one.below)
  }
}

/**
 * Puts the chains, maps and counters of a compiled judge where they are gathered, and returns the name of the chain that
 * begins. `return` is how a direction accepts: the base chain asks the other one.
 */
export function judgeChain(judge: Judge, gathered: Gathered): string {
  const found = judgement(judge)
  for (const [name, chain] of found.gathered.chains) gathered.chains.set(name, chain)
  for (const [name, set] of found.gathered.sets) gathered.sets.set(name, set)
  for (const counter of found.gathered.counters) gathered.counters.add(counter)
  return found.first
}

/** What a judge's chains are, and the name of its first. */
interface Judgement {
  readonly judge: Judge
  readonly gathered: Gathered
  readonly first: string
}

/** By the tree: it is a policy's own, and the same object as long as the policy stays the same. */
const judgements = new WeakMap<Stage, Judgement>()

function judgement(judge: Judge): Judgement {
  const { stages } = judge
  const key = stages?.[4] ?? stages?.[6]
  const known = key ? judgements.get(key) : undefined
  const isSame =
    known?.judge.policy === judge.policy &&
    known.judge.stages?.[4] === stages?.[4] &&
    known.judge.stages?.[6] === stages?.[6]
  if (known && isSame) return known
  const gathered: Gathered = { chains: new Map(), sets: new Map(), counters: new Set() }
  const made = { judge, gathered, first: freshJudgement(judge, gathered) }
  if (key) judgements.set(key, made)
  return made
}

function freshJudgement(judge: Judge, gathered: Gathered): string {
  const { direction, policy, groups, stages } = judge
  const maker = { direction, policy, groups }
  const families = ([4, 6] as const).map((family) => familyRules(maker, family, stages?.[family] ?? null))
  const why = `${direction} of ${groups.join(' ')}`
  const rules = [...families.flatMap((one) => one.rules), rule(why, verdict('drop'))]
  const first = piece(
    direction === 'egress' ? 'e' : 'i',
    rules,
    families.flatMap(({ below }) => below),
  )
  for (const [name, set] of families.flatMap(({ maps }) => maps)) gathered.sets.set(name, set)
  gather(gathered, [first])
  return first.name
}
