import { describe, expect, it } from 'vitest'
import type { Finding } from '../src/index.js'
import {
  defaultLimits,
  findingText,
  lintGiven,
  lintLimits,
  lintLists,
  lintRules,
  locales,
} from '../src/index.js'
import { group, iface, rule, worldOf } from './world-of.js'

const brief = (findings: readonly Finding[]): string[] =>
  findings.map(({ id, severity, rules, params }) => {
    const texts = locales.flatMap((locale) => {
      const { title, why, remedy } = findingText(locale, { id, params })
      return [title, why, remedy]
    })
    expect(texts.filter((text) => /\{\w+\}/.test(text))).toEqual([])
    return [severity, id, ...rules, params['object'] ?? params['subject'] ?? params['list'] ?? '']
      .join(' ')
      .trim()
  })

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at))

const blocks = (count: number): string[] => times(count, (at) => `10.1.${at >> 8}.${at & 255}/32`)

describe('rules by themselves', () => {
  it('trap with ports: 1/65535 is one protocol, and TCP or UDP cannot have -1/-1', () => {
    const rules = [
      rule('all-tcp', { destinationPorts: { first: 1, last: 65535 } }),
      rule('all-udp', { protocol: 'udp', destinationPorts: { first: 1, last: 65535 }, policy: 'drop' }),
      rule('none', { destinationPorts: null }),
      rule('most', { destinationPorts: { first: 2, last: 65535 } }),
      rule('all', { protocol: 'all' }),
      rule('ping', { protocol: 'icmp' }),
    ]
    expect(brief(lintRules(worldOf({ groups: [group('sg-1')], rules })))).toEqual([
      'note ports-all-but-zero all-tcp',
      'note ports-all-but-zero all-udp',
      'error ports-missing none',
    ])
  })

  it('match nothing when what they name is unknown or empty', () => {
    const facts = {
      groups: [group('sg-1'), group('sg-empty'), group('sg-full')],
      prefixLists: [
        { id: 'pl-empty', family: 4 as const, cidrs: [] },
        { id: 'pl-full', family: 4 as const, cidrs: ['10.0.0.0/8'] },
      ],
      portLists: [
        { id: 'prl-empty', ranges: [] },
        { id: 'prl-full', ranges: [{ first: 1, last: 2 }] },
      ],
      rules: [
        rule('a', { peer: { kind: 'group', group: 'sg-empty' } }),
        rule('b', { peer: { kind: 'group', group: 'sg-full' }, destinationPorts: { list: 'prl-full' } }),
        rule('c', { peer: { kind: 'group', group: 'sg-gone' } }),
        rule('d', {
          peer: { kind: 'prefix-list', list: 'pl-empty' },
          destinationPorts: { list: 'prl-empty' },
        }),
        rule('e', { peer: { kind: 'prefix-list', list: 'pl-full' } }),
        rule('f', { peer: { kind: 'prefix-list', list: 'pl-gone' }, destinationPorts: { list: 'prl-gone' } }),
      ],
    }
    const known = ['note empty-object d pl-empty', 'note empty-object d prl-empty']
    const unknown = ['warning object-unknown f pl-gone', 'warning object-unknown f prl-gone']
    const interfaces = [iface('eni-1', '10.0.0.1', ['sg-full'])]
    expect(brief(lintRules(worldOf({ ...facts, interfaces })))).toEqual([
      'note empty-object a sg-empty',
      'warning object-unknown c sg-gone',
      ...known,
      ...unknown,
    ])
    // Without any interface nothing can be said about members.
    expect(brief(lintRules(worldOf(facts)))).toEqual([
      'warning object-unknown c sg-gone',
      ...known,
      ...unknown,
    ])
  })

  it('take the block, then the group, then the prefix list, where several objects were given', () => {
    const of = (given: Parameters<typeof lintGiven>[1]): unknown[] =>
      lintGiven(rule('a'), given).map(({ params }) => [params['used'], params['ignored']])
    expect(of({ cidr: '10.0.0.0/8', group: 'sg-2', prefixList: 'pl-1' })).toEqual([
      ['10.0.0.0/8', 'sg-2, pl-1'],
    ])
    expect(of({ group: 'sg-2', prefixList: 'pl-1' })).toEqual([['sg-2', 'pl-1']])
    expect(of({ cidr: '10.0.0.0/8', group: '' })).toEqual([])
    expect(brief(lintGiven(rule('a'), { cidr: '::/0', group: 'sg-2' }))).toEqual([
      'warning object-given-twice a',
    ])
  })
})

describe('lists', () => {
  it('are found when no rule names them', () => {
    const world = worldOf({
      prefixLists: [
        { id: 'pl-1', family: 4, cidrs: [] },
        { id: 'pl-2', family: 6, cidrs: [] },
      ],
      portLists: [
        { id: 'prl-1', ranges: [] },
        { id: 'prl-2', ranges: [] },
      ],
      rules: [
        rule('a', { peer: { kind: 'prefix-list', list: 'pl-1' }, destinationPorts: { list: 'prl-2' } }),
      ],
    })
    expect(brief(lintLists(world))).toEqual(['note unused-list pl-2', 'note unused-list prl-1'])
  })
})

describe('limits', () => {
  const rulesOf = (count: number) => times(count, (at) => rule(`r${at}`, { priority: 1 + (at % 100) }))
  const limitsOf = (count: number, more: Parameters<typeof worldOf>[0] = {}): string[] =>
    brief(lintLimits(worldOf({ groups: [group('sg-1')], rules: rulesOf(count), ...more })))

  it('are in sight from 80 %, full at 100 %, exceeded beyond', () => {
    expect(limitsOf(159)).toEqual([])
    expect(limitsOf(160)).toEqual(['note limit-rules-per-group sg-1'])
    expect(limitsOf(200)).toEqual(['warning limit-rules-per-group sg-1'])
    expect(limitsOf(201)).toEqual(['error limit-rules-per-group sg-1'])
  })

  it('count a rule that names lists as what they may hold', () => {
    const rules = [
      rule('a', { peer: { kind: 'prefix-list', list: 'pl-1' }, destinationPorts: { list: 'prl-1' } }),
    ]
    const world = worldOf({
      groups: [group('sg-1')],
      rules,
      prefixLists: [{ id: 'pl-1', family: 4, cidrs: blocks(100) }],
      portLists: [
        {
          id: 'prl-1',
          ranges: [
            { first: 1, last: 1 },
            { first: 3, last: 3 },
          ],
        },
      ],
    })
    expect(brief(lintLimits(world))).toEqual(['warning limit-rules-per-group sg-1'])
    const maxEntries = new Map([
      ['pl-1', 101],
      ['prl-1', 2],
    ])
    expect(brief(lintLimits(world, { maxEntries }))).toEqual([
      'error limit-rules-per-group sg-1',
      'note limit-list-entries pl-1',
      'warning limit-list-entries prl-1',
    ])
  })

  it('of interfaces add up the rules of all groups, once for interfaces that joined the same', () => {
    const names = times(10, (at) => `sg-${at}`)
    const world = worldOf({
      groups: names.map((id) => group(id)),
      rules: names.flatMap((id) => times(90, (at) => rule(`${id}-${at}`, { group: id }))),
      interfaces: [iface('eni-2', '10.0.0.2', names), iface('eni-1', '10.0.0.1', [...names].reverse())],
    })
    const found = lintLimits(world)
    expect(brief(found)).toEqual([
      'warning limit-groups-per-interface eni-2',
      'warning limit-groups-per-interface eni-1',
      'note limit-rules-per-interface eni-1, eni-2',
    ])
    expect(found.at(-1)).toMatchObject({ interfaces: ['eni-1', 'eni-2'], params: { used: 900, most: 1000 } })
  })

  it('of basic groups are about groups as objects and addresses; of lists about entries and who names them', () => {
    const limits = {
      ...defaultLimits,
      groupObjectsPerGroup: 2,
      privateAddressesPerGroup: 3,
      associationsPerPrefixList: 1,
    }
    const facts = (type: 'basic' | 'advanced') =>
      worldOf({
        groups: [group('sg-1', { type }), group('sg-2', { type }), group('sg-3', { type })],
        rules: [
          rule('a', { peer: { kind: 'group', group: 'sg-2' } }),
          rule('b', { peer: { kind: 'group', group: 'sg-2' }, priority: 2 }),
          rule('c', { peer: { kind: 'group', group: 'sg-3' } }),
          rule('d', { peer: { kind: 'prefix-list', list: 'pl-1' } }),
          rule('e', { peer: { kind: 'prefix-list', list: 'pl-1' }, priority: 2 }),
        ],
        prefixLists: [{ id: 'pl-1', family: 4, cidrs: blocks(190) }],
        interfaces: [
          iface('eni-1', '10.0.0.1 fd00::1', ['sg-1']),
          iface('eni-2', '10.0.0.2 fd00::2', ['sg-1']),
        ],
      })
    const lists = ['note limit-list-entries pl-1', 'warning limit-list-associations pl-1']
    expect(brief(lintLimits(facts('basic'), { limits }))).toEqual([
      'error limit-rules-per-group sg-1',
      'warning limit-group-objects sg-1',
      'error limit-addresses-per-group sg-1',
      ...lists,
    ])
    expect(brief(lintLimits(facts('advanced'), { limits }))).toEqual([
      'error limit-rules-per-group sg-1',
      ...lists,
    ])
  })
})
