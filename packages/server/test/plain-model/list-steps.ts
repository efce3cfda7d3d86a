import fc from 'fast-check'
import {
  firstOf,
  limits,
  pick,
  type Planned,
  type PortList,
  type PrefixList,
  when,
  type World,
} from './world.js'

/** Blocks as given and as answered; undefined for one that a list refuses. */
const blocks: Readonly<Record<4 | 6, Readonly<Record<string, string | undefined>>>> = {
  4: {
    '10.0.0.0/8': '10.0.0.0/8',
    '192.0.2.7': '192.0.2.7/32',
    '192.0.2.7/32': '192.0.2.7/32',
    '0.0.0.0/0': '0.0.0.0/0',
    '10.0.0.1/8': undefined,
    '10.0.0.0/33': undefined,
    '2001:db8::/32': undefined,
  },
  6: {
    '2001:DB8::/32': '2001:db8::/32',
    '2001:db8::/32': '2001:db8::/32',
    '2001:db8:0:0::7': '2001:db8::7/128',
    '2001:db8::7/128': '2001:db8::7/128',
    '::/0': '::/0',
    '2001:db8::1/32': undefined,
    '10.0.0.0/8': undefined,
  },
}
const ranges: Readonly<Record<string, string | undefined>> = {
  '80/80': '80/80',
  '1/65535': '1/65535',
  '443/8443': '443/8443',
  '22/22': '22/22',
  '443/80': undefined,
  '0/80': undefined,
  '80': undefined,
}

const isGood = (values: Readonly<Record<string, string | undefined>>) =>
  Object.keys(values).filter((value) => values[value] !== undefined)
const entry = (family: 4 | 6, kind: Kind) => {
  const values = kind === 'prefix' ? blocks[family] : ranges
  return fc.record({
    value: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...isGood(values)) },
      { weight: 1, arbitrary: fc.constantFrom(...Object.keys(values)) },
    ),
    description: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('an entry', 'another', undefined) },
      { weight: 1, arbitrary: fc.constant('x') },
    ),
  })
}
const entries = (kind: Kind) =>
  fc.constantFrom<4 | 6>(4, 4, 4, 6).chain((family) => fc.array(entry(family, kind), { maxLength: 3 }))
const number = fc.nat(31)
const listName = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('offices', 'a.b', 'ports') },
  { weight: 1, arbitrary: fc.constantFrom('x', 'com.aliyun.x') },
)
const most = fc.constantFrom(1, 1, 2, 2, 2, 3, 3, 6, 7)

type Kind = 'prefix' | 'port'
const stepsOf = (kind: Kind) =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        ...{ do: fc.constant('createList' as const), kind: fc.constant(kind), name: listName, most },
        ...{
          family: fc.constantFrom(4 as const, 4 as const, 4 as const, 6 as const),
          entries: entries(kind),
        },
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        ...{ do: fc.constant('modifyList' as const), kind: fc.constant(kind), list: number },
        ...{ name: fc.option(listName, { nil: undefined }), add: entries(kind), remove: entries(kind) },
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('deleteList' as const), kind: fc.constant(kind), list: number }),
    },
  )

/** A step that makes, changes or deletes a prefix list or a port list. */
export const listStep = fc.oneof(stepsOf('prefix'), stepsOf('port'))
export type ListStep = typeof listStep extends fc.Arbitrary<infer T> ? T : never

interface Given {
  readonly value: string
  readonly description?: string | undefined
}

const words = {
  prefix: {
    ...{ name: 'PrefixList', value: 'Cidr', id: 'pl', missing: '404 InvalidPrefixListId.NotFound' },
    ...{ malformed: '400 InvalidParameter.CidrMalformed', twice: '400 InvalidParameter.CidrDuplicated' },
    ...{ badName: '400 InvalidParameter.PrefixListName', tooMany: '404 LimitExceed.PrefixListPerRegion' },
    ...{ fullWhenMade: '400 LimitExceed.MaxEntries', full: '400 LimitExceed.MaxEntries' },
    ...{ used: '400 NotAllowed.AssociationExist', tooLarge: '400 InvalidParameter' },
    quota: limits.prefixListsPerRegion,
  },
  port: {
    ...{
      name: 'PortRangeList',
      value: 'PortRange',
      id: 'prl',
      missing: '400 InvalidPortRangeListId.NotFound',
    },
    ...{ malformed: '400 InvalidParameter.PortRange', twice: '400 InvalidParameter.PortRangeDuplicated' },
    ...{ badName: '400 InvalidParameter.PortRangeListName', tooMany: '400 InvalidOperation.MaxCountExceed' },
    ...{
      fullWhenMade: '400 InvalidOperation.EntryCountExceedMaxEntries',
      full: '400 LimitExceed.MaxEntries',
    },
    ...{
      used: '400 InvalidPortRangeListId.AssociationExist',
      tooLarge: '400 InvalidOperation.MaxEntriesCountExceed',
    },
    quota: limits.portListsPerRegion,
  },
} as const

const read = (kind: Kind, family: 4 | 6, text: string): string | undefined =>
  (kind === 'prefix' ? blocks[family] : ranges)[text]

const isBadName = (name: string | undefined): boolean => name === 'x' || name === 'com.aliyun.x'

function wrongEntries(kind: Kind, family: 4 | 6, all: readonly Given[]): readonly string[] {
  const values = all.map(({ value }) => read(kind, family, value))
  return firstOf(
    [
      ...when(values.includes(undefined), words[kind].malformed),
      ...when(
        all.some(({ description }) => description === 'x'),
        '400 InvalidDescription.Malformed',
      ),
    ],
    when(new Set(values).size < values.length, words[kind].twice),
  )
}

const wire = (kind: Kind, all: readonly Given[]) =>
  all.map(({ value, description }) => ({ [words[kind].value]: value, Description: description }))

export function planList(world: World, step: ListStep): Planned {
  const { kind } = step
  const lists: Map<string, PrefixList | PortList> = kind === 'prefix' ? world.prefixLists : world.portLists
  const { name: noun } = words[kind]
  if (step.do === 'createList') return createList(lists, step)
  const id = pick(lists, step.list, words[kind].id)
  const list = lists.get(id)
  if (step.do === 'deleteList') {
    const isUsed = [...world.groups.values()].some(({ rules }) =>
      rules.some(({ peer, portList }) => portList === id || (peer.kind === 'prefixList' && peer.id === id)),
    )
    return {
      action: `Delete${noun}`,
      parameters: { [`${noun}Id`]: id },
      refusals: firstOf(when(!list, words[kind].missing), when(isUsed, words[kind].used)),
      apply: () => void lists.delete(id),
    }
  }
  const family = list && 'family' in list ? list.family : 4
  const value = (given: Given): string => read(kind, family, given.value) ?? ''
  const left = new Set(list?.entries.keys())
  for (const given of step.add) left.add(value(given))
  for (const given of step.remove) left.delete(value(given))
  return {
    action: `Modify${noun}`,
    parameters: {
      ...{ [`${noun}Id`]: id, [`${noun}Name`]: step.name, AddEntry: wire(kind, step.add) },
      RemoveEntry: step.remove.map(({ value: text }) => ({ [words[kind].value]: text })),
    },
    refusals: firstOf(
      when(!list, words[kind].missing),
      when(isBadName(step.name), words[kind].badName),
      wrongEntries(kind, family, [...step.add, ...step.remove.map(({ value: text }) => ({ value: text }))]),
      when(left.size > (list?.most ?? 0), words[kind].full),
    ),
    apply: () => {
      if (step.name !== undefined && list) list.name = step.name
      for (const given of step.remove) list?.entries.delete(value(given))
      for (const given of step.add) {
        const before = list?.entries.get(value(given)) ?? ''
        list?.entries.set(value(given), given.description ?? before)
      }
    },
  }
}

function createList(
  lists: Map<string, PrefixList | PortList>,
  step: ListStep & { do: 'createList' },
): Planned {
  const { kind, family } = step
  const { name: noun, quota } = words[kind]
  return {
    action: `Create${noun}`,
    parameters: {
      ...{ [`${noun}Name`]: step.name, MaxEntries: step.most, Entry: wire(kind, step.entries) },
      ...(kind === 'prefix' && { AddressFamily: `IPv${family}` }),
    },
    refusals: firstOf(
      [
        ...when(isBadName(step.name), words[kind].badName),
        ...when(step.most > limits.entriesPerPrefixList, words[kind].tooLarge),
        ...wrongEntries(kind, family, step.entries),
      ],
      [
        ...when(step.entries.length > step.most, words[kind].fullWhenMade),
        ...when(lists.size >= quota, words[kind].tooMany),
      ],
    ),
    apply: (answer) => {
      const entries = new Map(
        step.entries.map(({ value, description }) => [read(kind, family, value) ?? '', description ?? '']),
      )
      const made = { name: step.name, description: '', most: step.most, entries }
      lists.set(String(answer[`${noun}Id`]), kind === 'prefix' ? { ...made, family } : made)
    },
  }
}
