import {
  parseCidr,
  type Group,
  type PortList,
  type PrefixList,
  type Rule,
  type Snapshot,
} from '@sallyport/engine'
import type { Details, VSwitchDetails } from '../world/details.js'
import { interfaceOf, readRange, ruleOf, textOf, timeoutsOf, vpcOf } from './answer-facts.js'
import { type Answer, type Describe, type LiveAccount, liveClient } from './client.js'
import { byNumber, byToken, membersOf } from './pages.js'

/** What a live account holds in a region. */
export interface AccountState {
  readonly snapshot: Snapshot
  readonly details: Details
  readonly notes: readonly string[]
}

/**
 * Reads the groups, rules, lists, network interfaces and VPCs of an account in a region, and with `whole` also what a
 * copy of it needs: vSwitches and the timeouts of interfaces. Nothing is changed. An account that changes meanwhile is
 * seen partly before and partly after.
 */
export async function readAccount(account: LiveAccount, whole = false): Promise<AccountState> {
  const describe = liveClient(account)
  const [groups, interfaces, instances, vpcs, prefixLists, portLists, vswitches] = await Promise.all([
    readGroups(describe),
    byToken(describe, ['ecs', 'DescribeNetworkInterfaces', {}], 100, [
      'NetworkInterfaceSets',
      'NetworkInterfaceSet',
    ]),
    byToken(describe, ['ecs', 'DescribeInstances', {}], 100, ['Instances', 'Instance']),
    byNumber(describe, ['vpc', 'DescribeVpcs', {}], 50, ['Vpcs', 'Vpc']),
    readPrefixLists(describe),
    readPortLists(describe),
    whole ? byNumber(describe, ['vpc', 'DescribeVSwitches', {}], 50, ['VSwitches', 'VSwitch']) : [],
  ])
  const running = new Set(
    instances.filter((one) => textOf(one, 'Status') === 'Running').map((one) => textOf(one, 'InstanceId')),
  )
  const attributes = whole ? await readAttributes(describe, interfaces) : []
  const snapshot: Snapshot = {
    ...{ epoch: '', revision: 0 },
    vpcs: vpcs.map(vpcOf),
    groups: groups.map(({ fact }) => fact),
    rules: groups.flatMap(({ rules }) => rules),
    interfaces: interfaces.map((one, index) => {
      const answer = attributes[index]
      return interfaceOf(one, running, answer === undefined ? undefined : timeoutsOf(answer))
    }),
    prefixLists: prefixLists.map(({ fact }) => fact),
    portLists: portLists.map(({ fact }) => fact),
  }
  const lists = [...prefixLists, ...portLists].map(({ answer }) => answer)
  const details = detailsOf(account.region, { groups, lists, vpcs, vswitches, interfaces, instances })
  return { snapshot, details, notes: groups.flatMap(({ notes }) => notes) }
}

interface ReadGroup {
  readonly answer: Answer
  readonly fact: Group
  readonly rules: readonly Rule[]
  readonly permissions: readonly Answer[]
  readonly notes: readonly string[]
}

async function readGroups(describe: Describe): Promise<ReadGroup[]> {
  const found = await byToken(describe, ['ecs', 'DescribeSecurityGroups', {}], 100, [
    'SecurityGroups',
    'SecurityGroup',
  ])
  return Promise.all(found.map((answer) => readGroup(describe, answer)))
}

async function readGroup(describe: Describe, answer: Answer): Promise<ReadGroup> {
  const id = textOf(answer, 'SecurityGroupId')
  const vpc = textOf(answer, 'VpcId')
  const type = textOf(answer, 'SecurityGroupType') === 'enterprise' ? 'advanced' : 'basic'
  // A group of the classic network has rules for either side, which are answered apart.
  const sides = vpc === '' ? ['internet', 'intranet'] : [undefined]
  let innerAccess: Group['innerAccess'] = type === 'basic' ? 'accept' : 'drop'
  const seeing: Describe = async (...call) => {
    const page = await describe(...call)
    const policy = textOf(page, 'InnerAccessPolicy').toLowerCase()
    if (policy === 'accept' || policy === 'drop') innerAccess = policy
    return page
  }
  const pages = await Promise.all(
    sides.map((NicType) =>
      byToken(seeing, ['ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId: id, NicType }], 1000, [
        'Permissions',
        'Permission',
      ]),
    ),
  )
  const permissions = pages.flat()
  const notes: string[] = []
  const rules = permissions.flatMap((permission): Rule[] => {
    const rule = ruleOf({ id, vpc }, permission)
    if (typeof rule !== 'string') return [rule]
    notes.push(`rule ${textOf(permission, 'SecurityGroupRuleId')} of ${id} is left out: ${rule}`)
    return []
  })
  return { answer, fact: { id, vpc, type, innerAccess }, rules, permissions, notes }
}

interface ReadList<T> {
  readonly answer: Answer
  readonly fact: T
}

async function readPrefixLists(describe: Describe): Promise<ReadList<PrefixList>[]> {
  const found = await byToken(describe, ['ecs', 'DescribePrefixLists', {}], 100, [
    'PrefixLists',
    'PrefixList',
  ])
  return Promise.all(
    found.map(async (answer) => {
      const id = textOf(answer, 'PrefixListId')
      const entries = await describe('ecs', 'DescribePrefixListAttributes', { PrefixListId: id })
      const cidrs = membersOf(entries, 'Entries', 'Entry').map((one) => textOf(one, 'Cidr'))
      const family = textOf(answer, 'AddressFamily') === 'IPv6' ? 6 : 4
      return {
        answer,
        fact: { id, family, cidrs: cidrs.filter((text) => typeof parseCidr(text) !== 'string') },
      }
    }),
  )
}

async function readPortLists(describe: Describe): Promise<ReadList<PortList>[]> {
  const found = await byToken(describe, ['ecs', 'DescribePortRangeLists', {}], 100, [
    'PortRangeLists',
    'PortRangeList',
  ])
  return Promise.all(
    found.map(async (answer) => {
      const id = textOf(answer, 'PortRangeListId')
      const entries = await describe('ecs', 'DescribePortRangeListEntries', { PortRangeListId: id })
      const ranges = membersOf(entries, 'Entries', 'Entry').flatMap(
        (one) => readRange(textOf(one, 'PortRange')) ?? [],
      )
      return { answer, fact: { id, ranges } }
    }),
  )
}

const readAttributes = (describe: Describe, interfaces: readonly Answer[]): Promise<Answer[]> =>
  Promise.all(
    interfaces.map((one) =>
      describe('ecs', 'DescribeNetworkInterfaceAttribute', {
        NetworkInterfaceId: textOf(one, 'NetworkInterfaceId'),
        Attribute: 'connectionTrackingConfiguration',
      }),
    ),
  )

interface Answers {
  readonly groups: readonly ReadGroup[]
  readonly lists: readonly Answer[]
  readonly vpcs: readonly Answer[]
  readonly vswitches: readonly Answer[]
  readonly interfaces: readonly Answer[]
  readonly instances: readonly Answer[]
}

function detailsOf(
  region: string,
  { groups, lists, vpcs, vswitches, interfaces, instances }: Answers,
): Details {
  const groupAnswers = groups.map(({ answer }) => answer)
  const named = [
    ...[...groupAnswers, ...lists, ...vpcs, ...vswitches, ...interfaces, ...instances],
    ...groups.flatMap(({ permissions }) => permissions),
  ]
  const texts = (suffix: (answer: Answer) => string): Map<string, string> =>
    new Map(named.map((answer) => [idOf(answer), suffix(answer)] as const).filter(([, text]) => text !== ''))
  return {
    region,
    names: texts(nameOf),
    descriptions: texts((answer) => textOf(answer, 'Description')),
    tags: new Map(
      groupAnswers.flatMap((answer) => {
        const tags = membersOf(answer, 'Tags', 'Tag').map((tag) => [
          textOf(tag, 'TagKey'),
          textOf(tag, 'TagValue'),
        ])
        return tags.length === 0
          ? []
          : [[idOf(answer), Object.fromEntries(tags) as Record<string, string>] as const]
      }),
    ),
    maxEntries: new Map(lists.map((answer) => [idOf(answer), Number(textOf(answer, 'MaxEntries')) || 1])),
    vswitches: vswitches.map(vswitchOf),
    vswitchOf: new Map(interfaces.map((answer) => [idOf(answer), textOf(answer, 'VSwitchId')])),
    instanceKinds: new Map(
      instances.map((answer) => [
        idOf(answer),
        { type: textOf(answer, 'InstanceType'), image: textOf(answer, 'ImageId') },
      ]),
    ),
  }
}

const ids = [
  ...['SecurityGroupRuleId', 'SecurityGroupId', 'PrefixListId', 'PortRangeListId', 'NetworkInterfaceId'],
  ...['InstanceId', 'VSwitchId', 'VpcId'],
]

/** What an answer is about: the first of these that it has, since a group names its VPC as well. */
const idOf = (answer: Answer): string => textOf(answer, ids.find((name) => textOf(answer, name) !== '') ?? '')

const names = [
  ...['SecurityGroupName', 'PrefixListName', 'PortRangeListName', 'NetworkInterfaceName'],
  ...['InstanceName', 'VSwitchName', 'VpcName'],
]

/** Rules carry the names of others; they have none. */
const nameOf = (answer: Answer): string =>
  textOf(answer, 'SecurityGroupRuleId') === ''
    ? textOf(answer, names.find((name) => textOf(answer, name) !== '') ?? '')
    : ''

function vswitchOf(answer: Answer): VSwitchDetails {
  const block = parseCidr(textOf(answer, 'Ipv6CidrBlock'))
  return {
    id: textOf(answer, 'VSwitchId'),
    vpc: textOf(answer, 'VpcId'),
    zone: textOf(answer, 'ZoneId'),
    cidr: textOf(answer, 'CidrBlock'),
    ipv6: typeof block === 'string' ? undefined : Number((block.first >> 64n) & 0xffn),
  }
}
