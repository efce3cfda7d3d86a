import type { Direction } from '@sallyport/engine'
import { type Case, type Cases, onCurrent } from './case.js'
import { classicCreation, classicObjects, classicValues } from './classic.js'
import type { TestServer } from '../harness.js'
import { newGroup, newPrefixList, newVpc, nobody, region, ruleOnList } from './world.js'

type Purpose = 'authorize' | 'revoke' | 'modify'

const ports = { IpProtocol: 'TCP', PortRange: '443/443' }

/** How each of the six operations that make, change and revoke rules gets to each of its errors. */
export function ruleCases(direction: Direction, purpose: Purpose): Cases {
  const side = direction === 'egress' ? 'Dest' : 'Source'
  const object = { [`${side}CidrIp`]: '203.0.113.0/24' }
  const noObject = { [`${side}CidrIp`]: undefined }
  const send =
    (...permissions: object[]): Case =>
    async (call, { roomy }) =>
      call({ RegionId: region, SecurityGroupId: await newGroup(roomy), Permissions: permissions })
  const flat =
    (parameters: object): Case =>
    async (call, { roomy }) =>
      call({ RegionId: region, SecurityGroupId: await newGroup(roomy), ...parameters })
  const value = (change: object): Case =>
    (purpose === 'modify' ? flat : send)({ ...ports, ...object, ...change })
  const base: Cases = {
    'InvalidRegionId.NotFound': async (call, { roomy }) =>
      call({ RegionId: 'nowhere', SecurityGroupId: await newGroup(roomy), ...ports, ...object }),
    'InvalidSecurityGroupId.NotFound': (call) =>
      call({ RegionId: region, SecurityGroupId: nobody.group, ...ports, ...object }),
    'InvalidSourcePortRange.Malformed': value({ SourcePortRange: '9/1' }),
    'InvalidPolicy.Malformed': value({ Policy: 'reject' }),
    ...classicValues(side),
    'InvalidPriority.Malformed': value({ Priority: 'high' }),
    'InvalidPriority.ValueNotSupported': onCurrent(value({ Priority: '101' })),
    'InvalidSecurityGroupDiscription.Malformed#rule': value({ Description: 'x'.repeat(513) }),
    'InvalidDestCidrIp.Malformed': value({ DestCidrIp: 'x' }),
    'InvalidDestCidrIp.Malformed#mask': value({ DestCidrIp: '10.0.0.0/x' }),
    'InvalidDestCidrIp.Malformed#ipv6': value({ DestCidrIp: '::1' }),
    'InvalidParam.DestCidrIp': value({ DestCidrIp: '10.0.0.0/33' }),
    'InvalidParam.SourceCidrIp': value({ SourceCidrIp: '10.0.0.0/33' }),
    'InvalidParam.Ipv6DestCidrIp': value({ ...noObject, Ipv6DestCidrIp: '::g' }),
    'InvalidParam.Ipv6SourceCidrIp': value({ ...noObject, Ipv6SourceCidrIp: '10.0.0.1' }),
    ILLEGAL_IPV6_CIDR: value({ ...noObject, [`Ipv6${side}CidrIp`]: '::/129' }),
    'InvalidParameter.Ipv6CidrIp': onCurrent(value({ ...noObject, [`Ipv6${side}CidrIp`]: '::/129' })),
    'InvalidParam.DestIp': value({ DestCidrIp: '10.0.0.0/8', Ipv6DestCidrIp: '::/0' }),
    'InvalidParam.SourceIp': value({ SourceCidrIp: '10.0.0.0/8', Ipv6SourceCidrIp: '::/0' }),
    'InvalidParameter.Conflict': value({
      ...{ SourceCidrIp: undefined, DestCidrIp: '10.0.0.0/8', Ipv6SourceCidrIp: '::/0' },
    }),
    'InvalidParam.Ipv4ProtocolConflictWithIpv6Address': value({
      ...{ ...noObject, IpProtocol: 'ICMP', PortRange: '-1/-1', [`Ipv6${side}CidrIp`]: '::/0' },
    }),
    'InvalidParam.Ipv6ProtocolConflictWithIpv4Address': value({ IpProtocol: 'ICMPv6', PortRange: '-1/-1' }),
    'InvalidParamter.Conflict': value({ SourceCidrIp: '203.0.113.1/24', DestCidrIp: '203.0.113.2/24' }),
    'InvalidIpProtocol.ValueNotSupported#current': onCurrent(value({ IpProtocol: 'SCTP' })),
    'InvalidParam.PortRange': onCurrent(value({ PortRange: '2/1' })),
    [side === 'Dest' ? 'MissingParameter.Dest' : 'MissingParameter.Source']: onCurrent(value(noObject)),
    'InvalidPrefixListId.NotFound': value({ ...noObject, [`${side}PrefixListId`]: nobody.prefixList }),
    'InvalidPortRangeListId.NotFound': value({ PortRange: undefined, PortRangeListId: nobody.portList }),
    'InvalidParam.ProtocolNotSupportPortRangeList': value({
      ...{ IpProtocol: 'ICMP', PortRange: undefined, PortRangeListId: nobody.portList },
    }),
    ...(direction === 'ingress' ? { 'InvalidSourceCidrIp.Malformed': value({ SourceCidrIp: 'x' }) } : {}),
  }
  const styles: Cases = {
    'InvalidParam.Permissions': async (call, { roomy }) => {
      const group = { RegionId: region, SecurityGroupId: await newGroup(roomy) }
      return call({ ...group, Permissions: [{ ...ports, ...object }], Policy: 'drop' })
    },
    'InvalidParam.DuplicatePermissions': send({ ...ports, ...object }, { ...ports, ...object }),
  }
  switch (purpose) {
    case 'authorize':
      return { ...base, ...styles, ...making(side, value), ...authorizing(side) }
    case 'revoke':
      return { ...base, ...styles, ...revoking(side, value) }
    case 'modify':
      return { ...base, ...making(side, value), ...modifying(side, value) }
  }
}

type Side = 'Dest' | 'Source'

const toGroup = (side: Side, id: string) => ({ ...ports, [`${side}GroupId`]: id })

/** What making a rule and describing one to change have in common. */
function making(side: Side, value: (change: object) => Case): Cases {
  const none = { [`${side}CidrIp`]: undefined }
  return {
    ...classicObjects(side),
    'InvalidParam.PrefixListAddressFamilyMismatch': async (call, { roomy }) => {
      const list = await newPrefixList(roomy, { AddressFamily: 'IPv6' })
      const rule = { IpProtocol: 'ICMP', PortRange: '-1/-1', [`${side}PrefixListId`]: list }
      return call({ RegionId: region, SecurityGroupId: await newGroup(roomy), ...rule })
    },
    OperationDenied: value({ IpProtocol: 'SCTP' }),
    'InvalidIpProtocol.Malformed': value({ PortRange: '2/1' }),
    'InvalidPortRange.Malformed': onCurrent(value({ PortRange: undefined })),
    [side === 'Dest' ? 'MissingParameter#dest' : 'MissingParameter#source']: value(none),
    'InvalidParamter.Conflict#group': async (call, { roomy }) => {
      const id = await newGroup(roomy)
      return call({ RegionId: region, SecurityGroupId: id, ...toGroup(side, id) })
    },
    'InvalidGroupAuthParameter.OperationDenied': async (call, { roomy }) => {
      const advanced = await newGroup(roomy, { SecurityGroupType: 'enterprise' })
      return call({ RegionId: region, SecurityGroupId: advanced, ...toGroup(side, await newGroup(roomy)) })
    },
    [`Invalid${side}GroupId.Mismatch`]: async (call, { roomy }) => {
      const elsewhere = await newGroup(roomy, { VpcId: await newVpc(roomy) })
      return call({ RegionId: region, SecurityGroupId: await newGroup(roomy), ...toGroup(side, elsewhere) })
    },
    [`Invalid${side}GroupId.NotFound`]: value({ ...none, ...toGroup(side, nobody.group) }),
    [`Invalid${side}Group.NotFound`]: value({
      ...{ ...none, ...toGroup(side, nobody.group), [`${side}GroupOwnerAccount`]: 'sallyport@local' },
    }),
  }
}

function authorizing(side: Side): Cases {
  const cidr = (index: number) => ({ ...ports, [`${side}CidrIp`]: `203.0.113.${index}` })
  return {
    ...classicCreation(side),
    ...(side === 'Dest'
      ? {
          'InvalidSecurityGroup.IsSame': async (call, { roomy }) => {
            const id = await newGroup(roomy)
            return call({ RegionId: region, SecurityGroupId: id, Permissions: [toGroup(side, id)] })
          },
        }
      : {}),
    'LimitExceed.PrefixListAssociationResource': async (call, { tight }) => {
      const list = await newPrefixList(tight)
      await ruleOnList(tight, { SourcePrefixListId: list })
      const group = { RegionId: region, SecurityGroupId: await newGroup(tight) }
      return call({ ...group, ...ports, [`${side}PrefixListId`]: list }, tight)
    },
    AuthorizationLimitExceed: async (call, { tight }) => {
      const group = { RegionId: region, SecurityGroupId: await newGroup(tight) }
      return call({ ...group, Permissions: [cidr(1), cidr(2), cidr(3)] }, tight)
    },
    'AuthorizedGroupRule.LimitExceed': async (call, { tight }) => {
      const group = { RegionId: region, SecurityGroupId: await newGroup(tight) }
      const objects = [toGroup(side, await newGroup(tight)), toGroup(side, await newGroup(tight))]
      return call({ ...group, Permissions: objects }, tight)
    },
  }
}

function revoking(side: Side, value: (change: object) => Case): Cases {
  const byIds =
    (...ids: string[]): Case =>
    async (call, { roomy }) =>
      call({ RegionId: region, SecurityGroupId: await newGroup(roomy), SecurityGroupRuleId: ids })
  return {
    'InvalidIpProtocol.ValueNotSupported': value({ IpProtocol: 'SCTP' }),
    'InvalidIpPortRange.Malformed': value({ PortRange: '2/1' }),
    'InvalidSecurityGroupRule.RuleNotExist': value({}),
    'InvalidSecurityGroupRuleId.NotFound': byIds(nobody.rule),
    'InvalidParam.SecurityGroupRuleId': byIds('not-an-id'),
    'InvalidParam.SecurityGroupRuleIdRepeated': byIds(nobody.rule, nobody.rule),
    [side === 'Dest' ? 'MissingParameter#revoke-dest' : 'MissingParameter#revoke-source']: value({
      [`${side}CidrIp`]: undefined,
    }),
  }
}

/** A rule to change: makes it and answers with its group and its id. */
async function newRule(server: TestServer, direction: Direction, rule: object): Promise<object> {
  const group = { RegionId: region, SecurityGroupId: await newGroup(server) }
  const action = direction === 'egress' ? 'AuthorizeSecurityGroupEgress' : 'AuthorizeSecurityGroup'
  await server.ok(action, { ...group, ...rule })
  const { Permissions } = await server.ok('DescribeSecurityGroupAttribute', group)
  const [made] = (Permissions as { Permission: { SecurityGroupRuleId: string }[] }).Permission
  return { ...group, SecurityGroupRuleId: made?.SecurityGroupRuleId }
}

function modifying(side: Side, value: (change: object) => Case): Cases {
  const direction = side === 'Dest' ? 'egress' : 'ingress'
  const object = { [`${side}CidrIp`]: '203.0.113.0/24' }
  const change =
    (parameters: object, from: object = {}): Case =>
    async (call, { roomy }) =>
      call({ ...(await newRule(roomy, direction, { ...ports, ...object, ...from })), ...parameters })
  const icmp = { IpProtocol: 'ICMP', PortRange: '-1/-1' }
  const ofOtherDirection =
    (parameters: object): Case =>
    async (call, { roomy }) => {
      const [other, otherSide] =
        side === 'Dest' ? (['ingress', 'Source'] as const) : (['egress', 'Dest'] as const)
      const rule = await newRule(roomy, other, { ...ports, [`${otherSide}CidrIp`]: '203.0.113.0/24' })
      return call({ ...rule, ...parameters })
    }
  return {
    ...(side === 'Dest'
      ? {
          'InvalidSecurityGroup.IsSame': onCurrent(async (call, { roomy }) => {
            const id = await newGroup(roomy)
            return call({ RegionId: region, SecurityGroupId: id, ...toGroup(side, id) })
          }),
        }
      : {}),
    'AuthorizedGroupRule.LimitExceed': async (call, { tight }) => {
      const [one, other] = [await newGroup(tight), await newGroup(tight)]
      const rule = (await newRule(tight, direction, toGroup(side, one))) as { SecurityGroupId: string }
      const action = side === 'Dest' ? 'AuthorizeSecurityGroup' : 'AuthorizeSecurityGroupEgress'
      const opposite = toGroup(side === 'Dest' ? 'Source' : 'Dest', one)
      await tight.ok(action, { RegionId: region, SecurityGroupId: rule.SecurityGroupId, ...opposite })
      return call({ ...rule, [`${side}GroupId`]: other }, tight)
    },
    AuthorizationLimitExceed: async (call, { tight }) => {
      const [small, large] = [await newPrefixList(tight), await newPrefixList(tight, { MaxEntries: 3 })]
      const rule = await newRule(tight, direction, { ...ports, [`${side}PrefixListId`]: small })
      return call({ ...rule, [`${side}PrefixListId`]: large }, tight)
    },
    'LimitExceed.PrefixListAssociationResource': async (call, { tight }) => {
      const [mine, other] = [await newPrefixList(tight), await newPrefixList(tight)]
      await ruleOnList(tight, { SourcePrefixListId: other })
      const rule = await newRule(tight, direction, { ...ports, [`${side}PrefixListId`]: mine })
      return call({ ...rule, [`${side}PrefixListId`]: other }, tight)
    },
    'InvalidOperation.ModifyNicType': change({ NicType: 'internet' }),
    'InvalidOperation.ModifyPortRangeType': change({ PortRangeListId: 'prl-1' }),
    'InvalidOperation.ModifySgRuleEntityType': change({ [`Ipv6${side}CidrIp`]: '2001:db8::/32' }),
    'InvalidOperation.RuleDuplicate': async (call, { roomy }) => {
      const rule = (await newRule(roomy, direction, { ...ports, ...object })) as { SecurityGroupId: string }
      const action = side === 'Dest' ? 'AuthorizeSecurityGroupEgress' : 'AuthorizeSecurityGroup'
      const group = { RegionId: region, SecurityGroupId: rule.SecurityGroupId }
      await roomy.ok(action, { ...group, ...ports, ...object, Priority: '2' })
      return call({ ...rule, Priority: '2' })
    },
    'InvalidParam.InvalidModifyRuleRequest': change({}),
    'InvalidParam.ProtocolAndPortRangeMismatch': change({ IpProtocol: 'ICMP' }),
    'InvalidParam.ProtocolAndAddressFamilyMismatch': change({ IpProtocol: 'ICMPv6' }, icmp),
    'InvalidParam.SecurityGroupRuleId': ofOtherDirection({ Priority: '2' }),
    'InvalidSecurityGroupRuleId.NotFound': change({ SecurityGroupRuleId: nobody.rule, Priority: '2' }),
    'InvalidSourceOrDestGroupId.DirectionMissmatch': ofOtherDirection({ [`${side}GroupId`]: nobody.group }),
    [`SecurityGroupRule.NotFound#${direction}`]: value({}),
  }
}
