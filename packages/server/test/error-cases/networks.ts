import type { Case, Cases } from './case.js'
import { newGroup, newInstance, newVpc, newVSwitch, nobody, region, zone } from './world.js'

const vpc =
  (extra: object): Case =>
  (call) =>
    call({ RegionId: region, CidrBlock: '10.0.0.0/16', ...extra })

export const createVpcCases: Cases = {
  UnsupportedParameter: vpc({ UserCidr: '10.0.0.0/8' }),
  'InvalidVpcName.Malformed': vpc({ VpcName: 'http://x' }),
  'InvalidVpcDiscription.Malformed': vpc({ Description: 'https://x' }),
  'InvalidParameter#vpc-block': vpc({ CidrBlock: '10.0.0.0/29' }),
  'InvalidParameter#ipv6-block': vpc({ Ipv6CidrBlock: '2001:db8::/48' }),
}

/** In a new VPC 192.168.0.0/16. */
const vswitch =
  (extra: object, vpcExtra: object = {}): Case =>
  async (call, { roomy }) =>
    call({
      ...{ RegionId: region, VpcId: await newVpc(roomy, vpcExtra), ZoneId: zone },
      ...{ CidrBlock: '192.168.0.0/24', ...extra },
    })

export const createVSwitchCases: Cases = {
  UnsupportedParameter: vswitch({ CidrMask: 24 }),
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
}

export const deleteVpcCases: Cases = {
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

export const deleteVSwitchCases: Cases = {
  'InvalidVSwitchId.NotFound': (call) => call({ RegionId: region, VSwitchId: nobody.vswitch }),
  'DependencyViolation#vswitch': async (call, { roomy }) => {
    const id = await newVpc(roomy)
    const inside = await newVSwitch(roomy, id)
    await newInstance(roomy, await newGroup(roomy, { VpcId: id }), { VSwitchId: inside })
    return call({ RegionId: region, VSwitchId: inside })
  },
}
