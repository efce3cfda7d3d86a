import type { Case, Cases } from './case.js'
import { classicAttribute, classicGroup } from './classic.js'
import { newGroup, newInstance, nobody, region, TIGHT_GROUPS } from './world.js'

const create =
  (extra: object): Case =>
  (call) =>
    call({ RegionId: region, ...extra })

export const createGroup: Cases = {
  ...classicGroup,
  'InvalidParams.GroupType': create({ SecurityGroupType: 'large' }),
  'InvalidSecurityGroupName.Malformed': create({ SecurityGroupName: 'x' }),
  'InvalidSecurityGroupDiscription.Malformed': create({ Description: 'x' }),
  'InvalidOperation.ResourceManagedByCloudProduct': create({ ServiceManaged: 'true' }),
  'InvalidVpcId.NotFound': create({ VpcId: nobody.vpc }),
  'QuotaExceed.SecurityGroup': async (call, { tight }) => {
    const elsewhere = 'cn-beijing'
    for (let made = 0; made < TIGHT_GROUPS; made++) await newGroup(tight, { RegionId: elsewhere })
    return call({ RegionId: elsewhere }, tight)
  },
}

export const deleteGroup: Cases = {
  'InvalidSecurityGroup.NotFound': (call) => call({ RegionId: region, SecurityGroupId: nobody.group }),
  'DependencyViolation#instances': async (call, { roomy }) => {
    const group = await newGroup(roomy)
    await newInstance(roomy, group)
    return call({ RegionId: region, SecurityGroupId: group })
  },
  'DependencyViolation#authorized': async (call, { roomy }) => {
    const [group, holder] = [await newGroup(roomy), await newGroup(roomy)]
    await roomy.ok('AuthorizeSecurityGroup', {
      ...{ RegionId: region, SecurityGroupId: holder, SourceGroupId: group },
      ...{ IpProtocol: 'ALL', PortRange: '-1/-1' },
    })
    return call({ RegionId: region, SecurityGroupId: group })
  },
}

export const describeGroups: Cases = {
  'InvalidSecurityGroupId.Malformed': create({ SecurityGroupIds: 'sg-1' }),
  'InvalidSecurityGroupName.Malformed': create({ SecurityGroupName: 'x'.repeat(129) }),
  'InvalidParameter.SecurityGroupType': create({ SecurityGroupType: 'large' }),
  'NotSupported.PageNumberAndPageSize': create({ MaxResults: 10, PageNumber: 1 }),
  'InValidParameter.NextToken': create({ NextToken: 'x' }),
  'InvalidTagKey.Malformed': create({ 'Tag.21.Key': 'k' }),
}

const attribute =
  (extra: object): Case =>
  async (call, { roomy }) =>
    call({ RegionId: region, SecurityGroupId: await newGroup(roomy), ...extra })

export const describeAttribute: Cases = {
  ...classicAttribute,
  InvalidParamter: attribute({ Direction: 'sideways' }),
  'InvalidParameter.AttributeNotSupported': attribute({ Attribute: 'colour' }),
  'InvalidSecurityGroupId.NotFound': attribute({ SecurityGroupId: nobody.group }),
  'InValidParameter.NextToken': attribute({ NextToken: 'x' }),
}

export const modifyAttribute: Cases = {
  'InvalidSecurityGroupId.NotFound': attribute({ SecurityGroupId: nobody.group }),
  'InvalidSecurityGroupName.Malformed#modify': attribute({ SecurityGroupName: 'x' }),
  'InvalidSecurityGroupDiscription.Malformed': attribute({ Description: 'x' }),
}

export const modifyPolicy: Cases = {
  'InvalidSecurityGroupId.Malformed#policy': create({
    ...{ SecurityGroupId: 'x'.repeat(101), InnerAccessPolicy: 'Drop' },
  }),
  'InvalidPolicy.Malformed#inner': attribute({ InnerAccessPolicy: 'Reject' }),
  'InvalidSecurityGroupId.NotFound': create({ SecurityGroupId: nobody.group, InnerAccessPolicy: 'Drop' }),
  'InvalidParameter.InnerAccessPolicy': async (call, { roomy }) => {
    const advanced = await newGroup(roomy, { SecurityGroupType: 'enterprise' })
    return call({ RegionId: region, SecurityGroupId: advanced, InnerAccessPolicy: 'Drop' })
  },
}

export const describeReferences: Cases = {
  'InvalidSecurityGroupId.Malformed#references': create({}),
  'InvalidSecurityGroupId.NotFound#references': create({ SecurityGroupId: [nobody.group] }),
}
