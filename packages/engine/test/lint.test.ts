import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding, Rule, World } from '../src/index.js'
import {
  compile,
  findingText,
  lint,
  lintReplies,
  lintTies,
  locales,
  managementPorts,
  policyOf,
} from '../src/index.js'
import { compiled, decided, flowOf, probed } from './engine-view.js'
import { group, iface, rule, worldOf } from './world-of.js'

const budget = { nodes: 10_000_000 }
const anyone = { kind: 'cidr', cidr: '0.0.0.0/0' } as const
const port = (first: number, last = first): { first: number; last: number } => ({ first, last })

const worldWith = (rules: readonly Rule[], more: Partial<Parameters<typeof worldOf>[0]> = {}): World =>
  worldOf({ groups: [group('sg-1')], rules, interfaces: [iface('eni-1', '10.0.0.1', ['sg-1'])], ...more })

function findingsOf(world: World, id?: Finding['id']): Finding[] {
  const { findings, complete, covered } = lint(world, { budget })
  expect([complete, covered]).toEqual([true, 1])
  for (const locale of locales) {
    for (const finding of findings) {
      const { title, why, remedy } = findingText(locale, finding)
      expect([title, why, remedy].filter((text) => /\{\w+\}/.test(text))).toEqual([])
    }
  }
  return findings.filter((one) => id === undefined || one.id === id)
}

const brief = (world: World, id?: Finding['id']): string[] =>
  findingsOf(world, id).map(({ severity, id: found, rules }) => [severity, found, ...rules].join(' '))

describe('the linter', () => {
  it('finds nothing in rules that say what they mean', () => {
    expect(
      brief(
        worldWith([
          rule('web', { peer: anyone, destinationPorts: port(443) }),
          rule('ssh', { destinationPorts: port(22) }),
          rule('dns', {
            direction: 'egress',
            policy: 'drop',
            protocol: 'udp',
            peer: anyone,
            destinationPorts: port(53),
          }),
        ]),
      ),
    ).toEqual([])
  })

  it('names the rules that stand before a dead one, also when only together they cover it', () => {
    const halves = [
      rule('low', { peer: { kind: 'cidr', cidr: '10.0.0.0/9' }, policy: 'drop' }),
      rule('high', { peer: { kind: 'cidr', cidr: '10.128.0.0/9' } }),
      rule('dead', { priority: 2 }),
    ]
    const [found, ...others] = findingsOf(worldWith(halves))
    expect(others).toEqual([])
    expect(found).toMatchObject({
      id: 'dead-rule',
      severity: 'warning',
      group: 'sg-1',
      interfaces: ['eni-1'],
    })
    expect([...(found?.rules ?? [])].sort()).toEqual(['dead', 'high', 'low'])
    expect(found?.rules[0]).toBe('dead')
    expect(found?.evidence).toMatchObject({ protocol: 6, localPort: 80 })
  })

  it('calls a rule dead only if it is dead wherever it takes part', () => {
    const rules = [rule('a', { priority: 2 }), rule('b', { group: 'sg-2', policy: 'drop' })]
    const groups = [group('sg-1'), group('sg-2')]
    const [pooled, alone] = [
      iface('eni-1', '10.0.0.1', ['sg-1', 'sg-2']),
      iface('eni-2', '10.0.0.2', ['sg-1']),
    ]
    expect(brief(worldOf({ groups, rules, interfaces: [pooled] }))).toEqual(['warning dead-rule a b'])
    const somewhere = findingsOf(worldOf({ groups, rules, interfaces: [pooled, alone] }))
    expect(somewhere).toMatchObject([
      {
        id: 'dead-rule-somewhere',
        severity: 'note',
        rules: ['a', 'b'],
        interfaces: ['eni-1'],
        params: { count: 1 },
      },
    ])
  })

  it('finds rules without which nothing changes, and leaves those that state what nobody else does', () => {
    expect(
      brief(
        worldWith([
          rule('wide', { priority: 2, peer: anyone }),
          rule('narrow'),
          rule('other', { destinationPorts: port(81) }),
        ]),
      ),
    ).toEqual(['note redundant-rule narrow'])
  })

  it('finds accepts and drops that meet at one priority, not those that never meet', () => {
    const meeting = [
      rule('drop', { policy: 'drop', destinationPorts: port(1, 80) }),
      rule('accept', { destinationPorts: port(80, 90) }),
      rule('apart', { destinationPorts: port(443) }),
      rule('later', { destinationPorts: port(1, 90), priority: 2 }),
    ]
    expect(brief(worldWith(meeting), 'equal-priority')).toEqual(['warning equal-priority drop accept'])
    // What an earlier rule decides is no contradiction of the later ones.
    const earlier = rule('first', { destinationPorts: port(80) })
    const pushed = meeting.map((one) => ({ ...one, priority: one.priority + 1 }))
    expect(brief(worldWith([earlier, ...pushed]), 'equal-priority')).toEqual([])
  })

  it('finds management ports that most of the Internet reaches, after priorities and drops', () => {
    const open = rule('open', { peer: anyone, protocol: 'all', priority: 50 })
    expect(findingsOf(worldWith([open]), 'open-to-world')).toMatchObject([
      {
        severity: 'error',
        rules: ['open'],
        params: { family: 'IPv4', share: '100 %' },
        evidence: { localPort: 21 },
      },
    ])
    const few = rule('few', { policy: 'drop', peer: anyone, destinationPorts: port(1, 21), priority: 1 })
    const most = rule('most', {
      policy: 'drop',
      peer: anyone,
      destinationPorts: port(23, 65535),
      priority: 1,
    })
    const [ssh] = findingsOf(worldWith([open, few, most]), 'open-to-world')
    expect(ssh?.params['ports']).toBe('SSH (22)')
    const half = rule('half', { policy: 'drop', peer: { kind: 'cidr', cidr: '0.0.0.0/2' }, protocol: 'all' })
    expect(findingsOf(worldWith([open, half]), 'open-to-world')[0]).toMatchObject({
      severity: 'warning',
      params: { share: '75 %' },
    })
    expect(
      brief(
        worldWith([
          open,
          { ...half, peer: { kind: 'cidr', cidr: '0.0.0.0/1' } },
          { ...half, id: 'x', peer: { kind: 'cidr', cidr: '128.0.0.0/3' } },
        ]),
        'open-to-world',
      ),
    ).toEqual([])
    // The two halves of the Internet are the Internet.
    const split = ['0.0.0.0/1', '128.0.0.0/1'].map((cidr) =>
      rule(cidr, { peer: { kind: 'cidr', cidr }, destinationPorts: port(3389) }),
    )
    expect(findingsOf(worldWith(split), 'open-to-world')).toMatchObject([
      { params: { ports: 'RDP (3389)', share: '100 %' } },
    ])
    const six = rule('six', { peer: { kind: 'cidr', cidr: '::/0' }, destinationPorts: port(22) })
    expect(findingsOf(worldWith([six]), 'open-to-world')).toMatchObject([
      { params: { family: 'IPv6', ports: 'SSH (22)' } },
    ])
  })

  it('finds drops of replies to what the other direction accepts', () => {
    const accept = rule('in', { destinationPorts: port(80, 90) })
    const replies = { direction: 'egress', policy: 'drop', destinationPorts: port(1, 65535) } as const
    const all = rule('out', { ...replies, sourcePorts: port(80) })
    expect(findingsOf(worldWith([accept, all]), 'drop-passed-by-replies')).toMatchObject([
      { severity: 'warning', rules: ['out'], params: { ports: '80/80' }, evidence: { localPort: 80 } },
    ])
    const some = rule('out', { ...replies, sourcePorts: port(90, 100) })
    expect(brief(worldWith([accept, some]), 'drop-passed-by-replies')).toEqual([
      'note drop-passed-by-replies out',
    ])
    const none = rule('out', { ...replies, sourcePorts: port(100) })
    expect(brief(worldWith([accept, none]), 'drop-passed-by-replies')).toEqual([])
    expect(brief(worldWith([accept, rule('out', replies)]), 'drop-passed-by-replies')).toEqual([])
  })

  it('looks at groups that nobody joined by themselves, and orders what it finds by severity', () => {
    const rules = [
      rule('a'),
      rule('a2', { priority: 2 }),
      rule('open', { peer: anyone, destinationPorts: port(22) }),
    ]
    const found = brief(worldOf({ groups: [group('sg-1')], rules }))
    expect(found).toEqual(['error open-to-world open', 'warning dead-rule a2 a'])
  })

  it('takes what authors gave, the limits and the ports from its options', () => {
    const world = worldWith([rule('a')])
    const given = new Map([['a', { cidr: '10.0.0.0/8', group: 'sg-2' }]])
    expect(lint(world, { budget, given }).findings.map(({ id }) => id)).toEqual(['object-given-twice'])
    const ports = [...managementPorts, { port: 80, service: 'HTTP' }]
    const open = worldWith([rule('a', { peer: anyone })])
    expect(lint(open, { budget, ports }).findings.map(({ params }) => params['ports'])).toEqual(['HTTP (80)'])
  })

  it('says how much it covers when the budget ends', () => {
    const world = worldWith([
      rule('a'),
      rule('b', { priority: 2 }),
      rule('c', { priority: 3, destinationPorts: port(1, 99) }),
    ])
    const { findings, complete, covered } = lint(world, { budget: { nodes: 0 } })
    expect(complete).toBe(false)
    expect(covered).toBeLessThan(1)
    expect(findings.filter(({ id }) => id.startsWith('dead'))).toEqual([])
  })
})

describe('findings about sets of flows', () => {
  it(
    'show a flow that the drop decides and an accept of its priority matches, and miss none',
    { timeout: 240_000 },
    () => {
      const seen = { found: 0, probes: 0 }
      fc.assert(
        fc.property(probed, ({ situation, packets }) => {
          const policy = compiled(situation)
          const { findings } = lintTies(policy, budget)
          /** Whether an accept with the drop's priority matches the flow. */
          const contradicted = (drop: string | null, flow: Parameters<typeof decided>[1]): boolean => {
            const priority = policy.entries.find((one) => one.rule === drop)?.priority
            const others = policy.entries.filter(
              (one) => one.priority === priority && one.verdict === 'accept' && one.rule !== null,
            )
            return decided(compile(others, 'drop', policy.direction), flow).verdict === 'accept'
          }
          for (const { rules, evidence } of findings) {
            seen.found++
            expect(evidence && decided(policy, evidence).rule).toBe(rules[0])
            expect(evidence && contradicted(rules[0] ?? '', evidence)).toBe(true)
          }
          for (const packet of packets) {
            const flow = flowOf(situation, packet)
            const verdict = decided(policy, flow)
            if (verdict.verdict !== 'drop' || verdict.rule === null || !contradicted(verdict.rule, flow))
              continue
            seen.probes++
            expect(findings.map(({ rules }) => rules[0])).toContain(verdict.rule)
          }
        }),
        { numRuns: 700 },
      )
      expect(Math.min(seen.found, seen.probes)).toBeGreaterThan(5)
    },
  )

  it('show a connection whose replies the drop would have to stop', { timeout: 240_000 }, () => {
    let found = 0
    fc.assert(
      fc.property(probed, ({ situation }) => {
        const facts = { ...situation, epoch: '', vpcs: [], revision: 1 }
        const [ingress, egress] = (['ingress', 'egress'] as const).map((way) =>
          policyOf(worldOf(facts), situation.joined, way),
        )
        if (!ingress || !egress) return
        for (const { rules, evidence } of lintReplies(egress, ingress, budget).findings) {
          found++
          expect(evidence && decided(ingress, evidence).verdict).toBe('accept')
          const drop = egress.entries.filter((one) => one.rule === rules[0])
          expect(evidence && decided(compile(drop, 'accept', 'egress'), evidence).rule).toBe(rules[0])
        }
      }),
      { numRuns: 600 },
    )
    expect(found).toBeGreaterThan(5)
  })
})
