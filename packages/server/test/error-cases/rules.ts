import type { Direction } from '@sallyport/engine'
import type { Case, Cases } from './case.js'
import { newGroup, newVpc, nobody, region } from './world.js'

type Purpose = 'authorize' | 'revoke'

const ports = { IpProtocol: 'TCP', PortRange: '443/443' }

/** How each of the four operations that make and revoke rules gets to each of its errors. */
export function ruleCases(direction: Direction, purpose: Purpose): Cases {
  const side = direction === 'egress' ? 'Dest' : 'Source'
  const object = { [`${side}CidrIp`]: '203.0.113.0/24' }
  const noObject = { [`${side}CidrIp`]: undefined }
  const send =
    (...permissions: object[]): Case =>
    async (call, { roomy }) =>
      call({ RegionId: region, SecurityGroupId: await newGroup(roomy), Permissions: permissions })
  const value = (change: object): Case => send({ ...ports, ...object, ...change })
  const base: Cases = {
    'InvalidRegionId.NotFound': async (call, { roomy }) =>
      call({ RegionId: 'nowhere', SecurityGroupId: await newGroup(roomy), ...ports, ...object }),
    'InvalidSecurityGroupId.NotFound': (call) =>
      call({ RegionId: region, SecurityGroupId: nobody.group, ...ports, ...object }),
    'InvalidSourcePortRange.Malformed': value({ SourcePortRange: '9/1' }),
    'InvalidPolicy.Malformed': value({ Policy: 'reject' }),
    'InvalidPriority.Malformed': value({ Priority: '101' }),
    'InvalidSecurityGroupDiscription.Malformed#rule': value({ Description: 'x'.repeat(513) }),
    'InvalidDestCidrIp.Malformed': value({ DestCidrIp: 'x' }),
    'InvalidParam.DestCidrIp': value({ DestCidrIp: '10.0.0.0/33' }),
    'InvalidParam.SourceCidrIp': value({ SourceCidrIp: '10.0.0.0/33' }),
    'InvalidParam.Ipv6DestCidrIp': value({ ...noObject, Ipv6DestCidrIp: '::g' }),
    'InvalidParam.Ipv6SourceCidrIp': value({ ...noObject, Ipv6SourceCidrIp: '10.0.0.1' }),
    ILLEGAL_IPV6_CIDR: value({ ...noObject, [`Ipv6${side}CidrIp`]: '::/129' }),
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
    'InvalidParam.Permissions': async (call, { roomy }) => {
      const group = { RegionId: region, SecurityGroupId: await newGroup(roomy) }
      return call({ ...group, Permissions: [{ ...ports, ...object }], Policy: 'drop' })
    },
    'InvalidParam.DuplicatePermissions': send({ ...ports, ...object }, { ...ports, ...object }),
    UnsupportedParameter: value({ ...noObject, [`${side}PrefixListId`]: 'pl-1' }),
    ...(direction === 'ingress' ? { 'InvalidSourceCidrIp.Malformed': value({ SourceCidrIp: 'x' }) } : {}),
  }
  return { ...base, ...(purpose === 'authorize' ? authorizing(side, value) : revoking(side, value)) }
}

type Side = 'Dest' | 'Source'

function authorizing(side: Side, value: (change: object) => Case): Cases {
  const toGroup = (id: string) => ({ ...ports, [`${side}GroupId`]: id })
  const cidr = (index: number) => ({ ...ports, [`${side}CidrIp`]: `203.0.113.${index}` })
  const none = { [`${side}CidrIp`]: undefined }
  return {
    OperationDenied: value({ IpProtocol: 'SCTP' }),
    'InvalidIpProtocol.Malformed': value({ PortRange: '2/1' }),
    [side === 'Dest' ? 'MissingParameter#dest' : 'MissingParameter#source']: value(none),
    'InvalidParamter.Conflict#group': async (call, { roomy }) => {
      const id = await newGroup(roomy)
      return call({ RegionId: region, SecurityGroupId: id, ...toGroup(id) })
    },
    ...(side === 'Dest'
      ? {
          'InvalidSecurityGroup.IsSame': async (call, { roomy }) => {
            const id = await newGroup(roomy)
            return call({ RegionId: region, SecurityGroupId: id, Permissions: [toGroup(id)] })
          },
        }
      : {}),
    'InvalidGroupAuthParameter.OperationDenied': async (call, { roomy }) => {
      const advanced = await newGroup(roomy, { SecurityGroupType: 'enterprise' })
      return call({ RegionId: region, SecurityGroupId: advanced, ...toGroup(await newGroup(roomy)) })
    },
    [`Invalid${side}GroupId.Mismatch`]: async (call, { roomy }) => {
      const elsewhere = await newGroup(roomy, { VpcId: await newVpc(roomy) })
      return call({ RegionId: region, SecurityGroupId: await newGroup(roomy), ...toGroup(elsewhere) })
    },
    [`Invalid${side}GroupId.NotFound`]: value({ ...none, ...toGroup(nobody.group) }),
    [`Invalid${side}Group.NotFound`]: value({
      ...{ ...none, ...toGroup(nobody.group), [`${side}GroupOwnerAccount`]: 'sallyport@local' },
    }),
    AuthorizationLimitExceed: async (call, { tight }) => {
      const group = { RegionId: region, SecurityGroupId: await newGroup(tight) }
      return call({ ...group, Permissions: [cidr(1), cidr(2), cidr(3)] }, tight)
    },
    'AuthorizedGroupRule.LimitExceed': async (call, { tight }) => {
      const group = { RegionId: region, SecurityGroupId: await newGroup(tight) }
      const objects = [toGroup(await newGroup(tight)), toGroup(await newGroup(tight))]
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
