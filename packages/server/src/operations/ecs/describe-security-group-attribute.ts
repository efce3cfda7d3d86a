import { WrittenJson } from '@sallyport/protocol'
import { networkOf, parseNicType } from '../../model/classic-rules.js'
import { ecsRead, scopeOf } from '../../model/context.js'
import { nextToken, readToken } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { listNames } from '../../store/lists.js'
import { peerNamesOf, rulesOfGroup } from '../../store/rules.js'
import type { RuleRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { requireGroup } from './permission-request.js'
import { regionId, wellFormedGroupId } from './shared-inputs.js'

export const describeSecurityGroupAttribute = ecsRead({
  name: 'DescribeSecurityGroupAttribute',
  summary: 'Describes a security group and its rules: inbound before outbound, each in order of creation.',
  inputs: {
    RegionId: { ...regionId, required: 'MissingParameter.RegionId#attribute' },
    SecurityGroupId: wellFormedGroupId,
    Direction: {
      kind: 'string',
      oneOf: ['all', 'ingress', 'egress'],
      invalid: 'InvalidParamter',
      doc: 'ingress, egress or all (default).',
    },
    NicType: {
      kind: 'string',
      doc: 'Of a group in the classic network: only rules for this side, internet (default) or intranet. In a VPC any value means intranet.',
    },
    MaxResults: { kind: 'integer', min: 10, max: 1000, doc: 'Rules a page, 10 to 1000. Default 500.' },
    NextToken: { kind: 'string', doc: 'Where the page before ended.' },
    Attribute: {
      kind: 'string',
      oneOf: ['snapshotPolicyIds'],
      invalid: 'InvalidParameter.AttributeNotSupported',
      doc: 'snapshotPolicyIds adds the list of snapshot policies, which is empty here.',
    },
  },
  errors: [
    'MissingParameter.RegionId#attribute',
    'InvalidRegionId.NotFound',
    'InvalidParamter',
    'InvalidParameter.AttributeNotSupported',
    'InvalidSecurityGroupId.Malformed',
    'InvalidSecurityGroupId.NotFound',
    'InvalidNicType.ValueNotSupported',
    'InValidParameter.NextToken',
  ],
  async handle(input, caller, { session, settings, remember }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    return remember(['rules', scope, input], async () => {
      const group = await requireGroup(session, scope, input.SecurityGroupId)
      const nicType = parseNicType(input.NicType, networkOf(group))
      const rules = (await rulesOfGroup(session, group.id)).filter(
        ({ direction, nic_type }) =>
          nic_type === nicType &&
          (!input.Direction || input.Direction === 'all' || direction === input.Direction),
      )
      const rest = after(rules, readToken('rules', input.NextToken, 3))
      const page = rest.slice(0, input.MaxResults ?? 500)
      const last = page.at(-1)
      const names = new Map([
        ...(await peerNamesOf(session, group.id)),
        ...(await namesOfLists(session, page)),
      ])
      return {
        RegionId: scope.regionId,
        SecurityGroupId: group.id,
        SecurityGroupName: group.name,
        Description: group.description,
        VpcId: group.vpc_id,
        InnerAccessPolicy: group.inner_access === 'accept' ? 'Accept' : 'Drop',
        NextToken: last && page.length < rest.length ? nextToken('rules', ...placeOf(last)) : '',
        ...(input.Attribute ? { SnapshotPolicyIds: { SnapshotPolicyId: [] } } : {}),
        Permissions: new WrittenJson({ Permission: page.map((rule) => describeRule(rule, names)) }),
      }
    })
  },
})

/** Names of the lists that rules name, by id; most rules name none. */
const namesOfLists = (session: Session, rules: readonly RuleRow[]): Promise<Map<string, string>> =>
  listNames(session, [
    ...new Set(
      rules.flatMap(({ peer_kind, peer, port_list }) => [
        ...(peer_kind === 'prefix-list' ? [peer] : []),
        ...(port_list === '' ? [] : [port_list]),
      ]),
    ),
  ])

/** Where a rule stands in the order of the answer. */
const placeOf = (rule: RuleRow): readonly [number, number, number] => [
  rule.direction === 'ingress' ? 0 : 1,
  rule.created_revision,
  rule.position,
]

/** The rules that come after the place a token names, whether or not the rule that stood there still exists. */
function after(rules: readonly RuleRow[], place: readonly number[] | undefined): readonly RuleRow[] {
  return place ? rules.filter((rule) => compare(placeOf(rule), place) > 0) : rules
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const protocolNames = {
  tcp: 'TCP',
  udp: 'UDP',
  icmp: 'ICMP',
  icmpv6: 'ICMPv6',
  gre: 'GRE',
  all: 'ALL',
} as const satisfies Record<RuleRow['protocol'], string>

/** Every member is always there, empty when unset, and Priority is a number: clients depend on both (captured). */
function describeRule(rule: RuleRow, names: ReadonlyMap<string, string>): object {
  const ingress = rule.direction === 'ingress'
  const peer = addressMembers(rule.peer_kind === 'cidr' ? rule.peer : '')
  const local = addressMembers(rule.local)
  const group = rule.peer_kind === 'group' ? rule.peer : ''
  const list = rule.peer_kind === 'prefix-list' ? rule.peer : ''
  const [source, dest] = ingress ? [peer, local] : [local, peer]
  return {
    SecurityGroupRuleId: rule.id,
    Direction: rule.direction,
    IpProtocol: protocolNames[rule.protocol],
    PortRange: rule.port_range,
    PortRangeListId: rule.port_list,
    PortRangeListName: names.get(rule.port_list) ?? '',
    SourcePortRange: rule.source_port_range,
    Policy: rule.policy === 'accept' ? 'Accept' : 'Drop',
    Priority: rule.priority,
    NicType: rule.nic_type,
    Description: rule.description,
    CreateTime: rule.created_at,
    SourceCidrIp: source.v4,
    Ipv6SourceCidrIp: source.v6,
    SourceGroupId: ingress ? group : '',
    SourceGroupName: ingress ? (names.get(group) ?? '') : '',
    SourceGroupOwnerAccount: ingress ? rule.peer_owner : '',
    SourcePrefixListId: ingress ? list : '',
    SourcePrefixListName: ingress ? (names.get(list) ?? '') : '',
    DestCidrIp: dest.v4,
    Ipv6DestCidrIp: dest.v6,
    DestGroupId: ingress ? '' : group,
    DestGroupName: ingress ? '' : (names.get(group) ?? ''),
    DestGroupOwnerAccount: ingress ? '' : rule.peer_owner,
    DestPrefixListId: ingress ? '' : list,
    DestPrefixListName: ingress ? '' : (names.get(list) ?? ''),
  }
}

const addressMembers = (text: string): { v4: string; v6: string } =>
  text.includes(':') ? { v4: '', v6: text } : { v4: text, v6: '' }
