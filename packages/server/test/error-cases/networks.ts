import { removeDefaultNetworks, removeDefaultVSwitches } from './default-networks.js'
import type { Case, Cases } from './case.js'
import { linkedVpc } from './classic.js'
import {
  newGroup,
  newInstance,
  newVpc,
  newVSwitch,
  nobody,
  region,
  TIGHT_NETWORKS,
  vpcVersion,
  zone,
} from './world.js'

const vpc =
  (extra: object): Case =>
  (call) =>
    call({ RegionId: region, CidrBlock: '10.0.0.0/16', ...extra })

const createVpcCases: Cases = {
  UnsupportedParameter: vpc({ Ipv4IpamPoolId: 'ipam-pool-1' }),
  'InvalidVpcName.Malformed': vpc({ VpcName: 'http://x' }),
  'InvalidVpcDiscription.Malformed': vpc({ Description: 'https://x' }),
  'InvalidParameter#vpc-block': vpc({ CidrBlock: '10.0.0.0/29' }),
  'InvalidParameter#ipv6-block': vpc({ Ipv6CidrBlock: '2001:db8::/48' }),
  'InvalidParameter#user-cidr': vpc({ UserCidr: 'x' }),
  'InvalidParameter#user-cidr-mask': vpc({ UserCidr: '10.0.0.0/7' }),
  'InvalidUserCidr.Quota': vpc({ UserCidr: '10.0.0.0/8,20.0.0.0/8,30.0.0.0/8,40.0.0.0/8' }),
  'InvalidUserCidr.Malformed': vpc({ UserCidr: '100.64.0.0/16' }),
  'QuotaExceeded.Vpc': async (call, { tight }) => {
    const another = { RegionId: 'cn-beijing' }
    // Under ECS and under VPC alike, so the region may be full already.
    for (let made = 0; made < TIGHT_NETWORKS.vpcs; made++) await call(another, tight)
    return call(another, tight)
  },
}

/** In a new VPC 192.168.0.0/16. */
const vswitch =
  (extra: object, vpcExtra: object = {}): Case =>
  async (call, { roomy }) =>
    call({
      ...{ RegionId: region, VpcId: await newVpc(roomy, vpcExtra), ZoneId: zone },
      ...{ CidrBlock: '192.168.0.0/24', ...extra },
    })

const createVSwitchCases: Cases = {
  'InvalidVSwitchName.Malformed': vswitch({ VSwitchName: 'http://x' }),
  'InvalidVSwitchDiscription.Malformed': vswitch({ Description: 'https://x' }),
  'InvalidVpcId.NotFound': vswitch({ VpcId: nobody.vpc }),
  'InvalidZoneId.NotFound': vswitch({ ZoneId: 'cn-hangzhou-zz' }),
  'InvalidCidrBlock.Malformed': vswitch({ CidrBlock: '192.168.0.1/24' }),
  'InvalidCirdrBlock.MaskLength': vswitch({ CidrBlock: '192.168.0.0/30' }),
  'InvalidParameter#not-in-vpc': vswitch({ CidrBlock: '10.0.0.0/24' }),
  'InvalidParameter#ipv6-block': vswitch({ Ipv6CidrBlock: 1 }),
  'InvalidCidrBlock.Overlapped': async (call, { roomy }) => {
    const id = await newVpc(roomy)
    await newVSwitch(roomy, id)
    return call({ RegionId: region, VpcId: id, ZoneId: zone, CidrBlock: '192.168.0.128/25' })
  },
  'QuotaExceeded.VSwitch': async (call, { tight }) => {
    const inVpc = { RegionId: region, VpcId: await newVpc(tight), ZoneId: zone }
    const add = (third: number) => call({ ...inVpc, CidrBlock: `192.168.${third}.0/24` }, tight)
    for (let made = 0; made < TIGHT_NETWORKS.vswitches; made++) await add(made)
    return add(TIGHT_NETWORKS.vswitches)
  },
}

/** Only in regions that no other case needs the default networks of. */
const onDefaultVpc =
  (RegionId: string, extra: object = {}): Case =>
  async (call, { roomy }) => {
    await removeDefaultNetworks(roomy, RegionId)
    return call({ RegionId, ...extra })
  }

const createDefaultVpcCases: Cases = {
  'OperationDenied.DefaultVpcExist': (call) => call({ RegionId: region }),
  'InvalidParameter#ipv6-block': onDefaultVpc('cn-beijing', { Ipv6CidrBlock: '2001:db8::/48' }),
}

const defaultVSwitch = { RegionId: 'us-east-1', ZoneId: 'us-east-1a' }

const createDefaultVSwitchCases: Cases = {
  'InvalidZoneId.NotFound': (call) => call({ RegionId: region, ZoneId: 'cn-hangzhou-zz' }),
  'InvalidVpcId.NotFound': onDefaultVpc('cn-beijing', { ZoneId: 'cn-beijing-h' }),
  'OperationDenied.DefaultVSwitchExist': (call) => call({ RegionId: region, ZoneId: zone }),
  'InvalidParameter#ipv6-block': async (call, { roomy }) => {
    await removeDefaultVSwitches(roomy, defaultVSwitch.RegionId)
    return call({ ...defaultVSwitch, Ipv6CidrBlock: 1 })
  },
  'InvalidCidrBlock.Overlapped': async (call, { roomy }) => {
    const VpcId = await removeDefaultVSwitches(roomy, defaultVSwitch.RegionId)
    const inTheWay = { VpcId, ...defaultVSwitch, CidrBlock: '172.16.0.0/24' }
    const made = await roomy.ok('CreateVSwitch', inTheWay, vpcVersion)
    const answer = await call(defaultVSwitch)
    await roomy.ok('DeleteVSwitch', { ...defaultVSwitch, VSwitchId: made.VSwitchId }, vpcVersion)
    return answer
  },
}

const onVpc =
  (extra: object, vpcExtra: object = {}): Case =>
  async (call, { roomy }) =>
    call({ RegionId: region, VpcId: await newVpc(roomy, vpcExtra), ...extra })

const modifyVpcCases: Cases = {
  UnsupportedParameter: onVpc({ EnableDnsHostname: 'true' }),
  'InvalidVpcName.Malformed': onVpc({ VpcName: 'http://x' }),
  'InvalidVpcDiscription.Malformed': onVpc({ Description: 'https://x' }),
  'InvalidParameter#user-cidr': onVpc({ UserCidr: '10.0.0.0' }),
  'InvalidParameter#user-cidr-mask': onVpc({ UserCidr: '10.0.0.0/33' }),
  'InvalidUserCidr.Quota': onVpc({ UserCidr: ',,,' }),
  'InvalidUserCidr.Malformed': onVpc({ UserCidr: '100.0.0.0/8' }),
  'InvalidVpcId.NotFound': onVpc({ VpcId: nobody.vpc }),
  'InvalidParameter#vpc-block': onVpc({ CidrBlock: '10.0.0.0/16' }),
  'InvalidParameter#ipv6-block': onVpc({ Ipv6CidrBlock: '2001:db8::/48' }),
  'DependencyViolation.VSwitch': async (call, { roomy }) => {
    const id = await newVpc(roomy, { EnableIpv6: true })
    await newVSwitch(roomy, id, { Ipv6CidrBlock: 1 })
    return call({ RegionId: region, VpcId: id, EnableIPv6: false })
  },
}

const onVSwitch =
  (extra: object, vpcExtra: object = {}, vswitchExtra: object = {}): Case =>
  async (call, { roomy }) => {
    const vpcId = await newVpc(roomy, vpcExtra)
    return call({ RegionId: region, VSwitchId: await newVSwitch(roomy, vpcId, vswitchExtra), ...extra })
  }

const modifyVSwitchCases: Cases = {
  'InvalidVSwitchName.Malformed': onVSwitch({ VSwitchName: 'http://x' }),
  'InvalidVSwitchDiscription.Malformed': onVSwitch({ Description: 'https://x' }),
  'InvalidVSwitchId.NotFound': onVSwitch({ VSwitchId: nobody.vswitch }),
  'InvalidParameter#ipv6-block': onVSwitch({ EnableIPv6: true }),
  'InvalidCidrBlock.Overlapped': async (call, { roomy }) => {
    const id = await newVpc(roomy, { EnableIpv6: true })
    await newVSwitch(roomy, id, { Ipv6CidrBlock: 1 })
    const other = await newVSwitch(roomy, id, { CidrBlock: '192.168.1.0/24' })
    return call({ RegionId: region, VSwitchId: other, Ipv6CidrBlock: 1 })
  },
  'DependencyViolation#vswitch': async (call, { roomy }) => {
    const id = await newVpc(roomy, { EnableIpv6: true })
    const inside = await newVSwitch(roomy, id, { Ipv6CidrBlock: 1 })
    await newInstance(roomy, await newGroup(roomy, { VpcId: id }), {
      ...{ VSwitchId: inside, Ipv6AddressCount: 1 },
    })
    return call({ RegionId: region, VSwitchId: inside, EnableIPv6: false })
  },
}

const associateCases: Cases = {
  UnsupportedParameter: onVpc({ IpamPoolId: 'ipam-pool-1' }),
  'InvalidParameter#both-blocks': onVpc({
    SecondaryCidrBlock: '10.0.0.0/16',
    IPv6CidrBlock: '2001:db8::/56',
  }),
  'InvalidVpcId.NotFound': onVpc({ VpcId: nobody.vpc, SecondaryCidrBlock: '10.0.0.0/16' }),
  'InvalidParameter#vpc-block': onVpc({ SecondaryCidrBlock: '192.168.0.0/24' }),
  'InvalidParameter#ipv6-block': onVpc({ IpVersion: 'IPV6' }),
  'QuotaExceeded.SecondaryCidr': async (call, { tight }) => {
    const VpcId = await newVpc(tight)
    const add = (second: number) =>
      call({ RegionId: region, VpcId, SecondaryCidrBlock: `10.${second}.0.0/16` }, tight)
    for (let made = 0; made < TIGHT_NETWORKS.blocks; made++) await add(made)
    return add(TIGHT_NETWORKS.blocks)
  },
}

const unassociateCases: Cases = {
  'InvalidParameter#both-blocks': onVpc({
    SecondaryCidrBlock: '10.0.0.0/16',
    IPv6CidrBlock: '2001:db8::/56',
  }),
  'InvalidVpcId.NotFound': onVpc({ VpcId: nobody.vpc, SecondaryCidrBlock: '10.0.0.0/16' }),
  'InvalidCidrBlock.NotFound': onVpc({ SecondaryCidrBlock: '192.168.0.0/16' }),
  'OperationFailed.CidrInUse': async (call, { roomy }) => {
    const SecondaryCidrBlock = '10.0.0.0/16'
    const onBlock = { RegionId: region, VpcId: await newVpc(roomy), SecondaryCidrBlock }
    await roomy.ok('AssociateVpcCidrBlock', onBlock, vpcVersion)
    await newVSwitch(roomy, onBlock.VpcId, { CidrBlock: '10.0.7.0/24' })
    return call(onBlock)
  },
}

const unknownVpc: Cases = { 'InvalidVpcId.NotFound': onVpc({ VpcId: nobody.vpc }) }

const enableClassicLinkCases: Cases = {
  ...unknownVpc,
  'Forbidden.EnableClassicLink': onVpc({}, { CidrBlock: '30.0.0.0/16' }),
}

const modifyRouteTableCases: Cases = {
  'InvalidRouteTableId.NotFound': (call) => call({ RegionId: region, RouteTableId: nobody.routeTable }),
}

const modifyRouterCases: Cases = {
  'InvalidVRouterName.Malformed': (call) => call({ VRouterId: nobody.router, VRouterName: 'http://x' }),
  'InvalidVRouterDiscription.Malformed': (call) =>
    call({ VRouterId: nobody.router, Description: 'x'.repeat(257) }),
  'InvalidVRouterId.NotFound': (call) => call({ RegionId: region, VRouterId: nobody.router }),
}

const deleteVpcCases: Cases = {
  ...linkedVpc,
  'InvalidVpcId.NotFound': (call) => call({ RegionId: region, VpcId: nobody.vpc }),
  'DependencyViolation.VSwitch': async (call, { roomy }) => {
    const id = await newVpc(roomy)
    await newVSwitch(roomy, id)
    return call({ RegionId: region, VpcId: id })
  },
  'DependencyViolation.SecurityGroup': async (call, { roomy }) => {
    const id = await newVpc(roomy)
    await newGroup(roomy, { VpcId: id })
    return call({ RegionId: region, VpcId: id })
  },
}

const deleteVSwitchCases: Cases = {
  'InvalidVSwitchId.NotFound': (call) => call({ RegionId: region, VSwitchId: nobody.vswitch }),
  'DependencyViolation#vswitch': async (call, { roomy }) => {
    const id = await newVpc(roomy)
    const inside = await newVSwitch(roomy, id)
    await newInstance(roomy, await newGroup(roomy, { VpcId: id }), { VSwitchId: inside })
    return call({ RegionId: region, VSwitchId: inside })
  },
}

/** What is particular to the operations on networks. */
export const networkCases: Readonly<Record<string, Cases>> = {
  AssociateVpcCidrBlock: associateCases,
  CreateDefaultVSwitch: createDefaultVSwitchCases,
  CreateDefaultVpc: createDefaultVpcCases,
  CreateVSwitch: createVSwitchCases,
  CreateVpc: createVpcCases,
  DeleteVSwitch: deleteVSwitchCases,
  DeleteVpc: deleteVpcCases,
  DescribeVSwitchAttributes: {
    'InvalidVSwitchId.NotFound': (call) => call({ RegionId: region, VSwitchId: nobody.vswitch }),
  },
  DescribeVpcAttribute: unknownVpc,
  DisableVpcClassicLink: { ...unknownVpc, ...linkedVpc },
  EnableVpcClassicLink: enableClassicLinkCases,
  ModifyRouteTableAttributes: modifyRouteTableCases,
  ModifyVRouterAttribute: modifyRouterCases,
  ModifyVSwitchAttribute: modifyVSwitchCases,
  ModifyVpcAttribute: modifyVpcCases,
  UnassociateVpcCidrBlock: unassociateCases,
}
