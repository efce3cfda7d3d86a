import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Direction, Group, Interface, PortRange, Protocol, Rule } from '../src/index.js'
import { decide } from '../src/index.js'
import { compiled, flowOf } from './engine-view.js'
import type { Packet, Situation } from './naive-decision.js'
import { naiveDecision } from './naive-decision.js'

/**
 * Decisions that can be read and argued about: decision-cases/*.yaml. Each is asked of the engine, and of the second
 * implementation in naive-decision.ts when its flows are whole. What a case leaves out:
 *
 * - groups: `{ web: basic }`; a group's words are its type, and "accept" where members may reach one another
 * - joins: every group of the case; the deciding interface is 10.0.0.1 and fd00::1
 * - of a rule: `in` the first group, priority 1
 */

/** One rule: a block, a group or a prefix list as peer; a range or a port list as ports. */
interface RuleCase {
  readonly in?: string
  readonly ingress?: Rule['policy']
  readonly egress?: Rule['policy']
  readonly priority?: number
  readonly protocol: Protocol
  readonly peer: string
  readonly ports?: string
  readonly 'source-ports'?: string
  readonly local?: string
}

/**
 * One flow, from or to the far address: the protocol's name holds the destination port or the ICMP type, null leaves
 * a port out. `gives` is the verdict and what decided (a rule, a group, carve-out, default), or "missing FIELD".
 */
interface FlowCase {
  readonly from?: string
  readonly to?: string
  readonly tcp?: number | null
  readonly udp?: number | null
  readonly icmp?: number
  readonly icmpv6?: number
  readonly gre?: true
  /** Any other protocol by its number. */
  readonly protocol?: number
  readonly 'source-port'?: number | null
  readonly local?: string
  readonly gives: string
}

interface Case {
  readonly name: string
  /** Keys of sentences.yaml. */
  readonly says?: readonly string[]
  /** Who wrote these rules, and what they mean in their author's words. */
  readonly source?: string
  readonly means?: string
  readonly partial?: boolean
  readonly groups: Readonly<Record<string, string>>
  /** Addresses of other interfaces in a group. */
  readonly members?: Readonly<Record<string, readonly string[]>>
  readonly 'prefix-lists'?: Readonly<Record<string, readonly string[]>>
  readonly 'port-lists'?: Readonly<Record<string, readonly string[]>>
  readonly joins: readonly string[]
  readonly rules?: Readonly<Record<string, RuleCase>>
  readonly flows: readonly FlowCase[]
}

const range = (text: string | undefined): PortRange | null => {
  if (text === undefined) return null
  const [first, last] = text.split('/').map(Number)
  return { first: first ?? NaN, last: last ?? NaN }
}

function peerFrom(peer: string, one: Case): Rule['peer'] {
  if (peer in one.groups) return { kind: 'group', group: peer }
  return peer in (one['prefix-lists'] ?? {})
    ? { kind: 'prefix-list', list: peer }
    : { kind: 'cidr', cidr: peer }
}

const portsFrom = (ports: string | undefined, one: Case): Rule['destinationPorts'] =>
  ports !== undefined && ports in (one['port-lists'] ?? {}) ? { list: ports } : range(ports)

const ruleFrom = (id: string, one: RuleCase, of: Case): Rule => ({
  id,
  group: one.in ?? of.joins[0] ?? '',
  direction: one.ingress ? 'ingress' : 'egress',
  policy: one.ingress ?? one.egress ?? 'accept',
  priority: one.priority ?? 1,
  protocol: one.protocol,
  peer: peerFrom(one.peer, of),
  local: one.local ?? null,
  destinationPorts: portsFrom(one.ports, of),
  sourcePorts: range(one['source-ports']),
})

const groupFrom = (id: string, words: string): Group => ({
  id,
  vpc: 'vpc-1',
  type: words.startsWith('basic') ? 'basic' : 'advanced',
  innerAccess: words.endsWith('accept') ? 'accept' : 'drop',
})

const interfaceFrom = (id: string, groups: readonly string[], addresses: readonly string[]): Interface => ({
  id,
  instance: null,
  vpc: 'vpc-1',
  mac: '00:16:3e:00:00:01',
  addresses,
  groups,
  running: true,
})

const situationFrom = (one: Case, direction: Direction): Situation => ({
  groups: Object.entries(one.groups).map(([id, words]) => groupFrom(id, words)),
  rules: Object.entries(one.rules ?? {}).map(([id, rule]) => ruleFrom(id, rule, one)),
  interfaces: [
    interfaceFrom('eni-0', one.joins, ['10.0.0.1', 'fd00::1']),
    ...Object.entries(one.members ?? {}).map(([group, list]) => interfaceFrom(`eni-${group}`, [group], list)),
  ],
  prefixLists: Object.entries(one['prefix-lists'] ?? {}).map(([id, [family, ...cidrs]]) => ({
    ...{ id, family: family === 'IPv6' ? 6 : 4, cidrs },
  })),
  portLists: Object.entries(one['port-lists'] ?? {}).map(([id, texts]) => ({
    id,
    ranges: texts.flatMap((text) => range(text) ?? []),
  })),
  joined: one.joins,
  direction,
})

const NUMBERS = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58, gre: 47 } as const

function packetFrom(flow: FlowCase): Packet {
  const far = flow.from ?? flow.to ?? ''
  const near = flow.local ?? (far.includes(':') ? 'fd00::1' : '10.0.0.1')
  const name = (Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]).find((key) => key in flow)
  const protocol = name ? NUMBERS[name] : flow.protocol
  if (protocol === undefined) throw new Error(`no protocol in ${JSON.stringify(flow)}`)
  return {
    protocol,
    source: flow.from ?? near,
    destination: flow.to ?? near,
    sourcePort: flow['source-port'] ?? 40000,
    destinationPort: flow.tcp ?? flow.udp ?? 0,
    icmpType: flow.icmp ?? flow.icmpv6 ?? null,
  }
}

/** The flow without the ports that the case leaves out. */
function asked(situation: Situation, flow: FlowCase) {
  const whole = flowOf(situation, packetFrom(flow))
  const source = flow['source-port'] === null
  const destination = flow.tcp === null || flow.udp === null
  const ingress = situation.direction === 'ingress'
  const { localPort, remotePort, ...rest } = whole
  return {
    ...rest,
    ...(localPort !== undefined && !(ingress ? destination : source) && { localPort }),
    ...(remotePort !== undefined && !(ingress ? source : destination) && { remotePort }),
  }
}

const folder = new URL('decision-cases/', import.meta.url)
const read = (name: string): unknown => parse(readFileSync(new URL(name, folder), 'utf8'))

function casesOf(name: string): Case[] {
  const cases = read(name) as (Omit<Case, 'groups' | 'joins'> & Partial<Pick<Case, 'groups' | 'joins'>>)[]
  return cases.map((one) => {
    const groups = one.groups ?? { web: 'basic' }
    return { ...one, groups, joins: one.joins ?? Object.keys(groups) }
  })
}

const sentences = read('sentences.yaml') as Record<string, string>
const files = readdirSync(folder)
  .filter((name) => name !== 'sentences.yaml')
  .sort()
const all = files.flatMap((name) => casesOf(name).map((one) => ({ file: name, ...one })))

describe.each(all)('$file: $name', (one) => {
  it.each(one.flows.map((flow) => [JSON.stringify(flow), flow] as const))('%s', (_title, flow) => {
    const situation = situationFrom(one, flow.from === undefined ? 'egress' : 'ingress')
    const answer = decide(compiled(situation), asked(situation, flow))
    const words =
      'missing' in answer
        ? `missing ${answer.missing}`
        : `${answer.verdict} ${answer.rule ?? answer.group ?? answer.reason}`
    expect(words).toBe(flow.gives)
    if (one.partial) return
    const naive = naiveDecision(situation, packetFrom(flow))
    expect(`${naive.verdict} ${[...naive.deciders].sort()[0] ?? naive.reason}`).toBe(flow.gives)
  })
})

describe('the decision cases', () => {
  it('are at least 150, each with a name of its own', () => {
    const names = all.map((one) => one.name)
    expect(names.length).toBeGreaterThanOrEqual(150)
    expect(new Set(names).size).toBe(names.length)
  })

  it('cover every sentence about deciding, and name no sentence that is not written down', () => {
    const said = new Set(all.flatMap((one) => one.says ?? []))
    expect([...said].sort()).toEqual(Object.keys(sentences).sort())
  })

  it('name a sentence, a source, or that they are of the engine alone', () => {
    const bare = all.filter((one) => !one.says && !one.source && !one.partial)
    expect(bare.map((one) => one.name)).toEqual([])
  })

  it('hold the groups of at least ten other authors', () => {
    const authors = new Set(all.flatMap((one) => one.source?.split(',').slice(0, 2).join(',') ?? []))
    expect(authors.size).toBeGreaterThanOrEqual(10)
  })
})
