import { ecsError } from '../../errors/ecs.js'
import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { modifyVpc } from '../../model/network-changes.js'
import { isNetworkDescription, isNetworkName } from '../../model/network-names.js'
import { regionOf } from '../../model/regions.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { parseUserCidrs } from '../../model/user-cidrs.js'
import { findVpc } from '../../store/vpcs.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'
import { ipv6Isp, userCidrErrors } from './shared-inputs.js'

export const modifyVpcAttribute = vpcWrite({
  name: 'ModifyVpcAttribute',
  summary: 'Changes the name, description and blocks of a VPC. What is not given stays as it is.',
  inputs: {
    RegionId: optionalRegionId,
    VpcId: { kind: 'string', required: true, doc: 'Id of the VPC.' },
    VpcName: { kind: 'string', doc: '1 to 128 characters, no web address.' },
    Description: { kind: 'string', doc: '1 to 256 characters, no web address.' },
    CidrBlock: {
      kind: 'string',
      doc: 'A larger or smaller IPv4 block, /8 to /28, that holds the present one or lies in it. No vSwitch may lie outside.',
    },
    EnableIPv6: {
      kind: 'boolean',
      doc: 'true gives a VPC without IPv6 a block, false takes it away once no vSwitch has a part of it.',
    },
    Ipv6CidrBlock: {
      kind: 'string',
      doc: 'The IPv6 block to get. A VPC with IPv6 keeps the one it has.',
    },
    Ipv6Isp: ipv6Isp,
    EnableDnsHostname: { kind: 'boolean', doc: 'Only false: DNS host names are not supported.' },
    UserCidr: { kind: 'string', doc: 'Up to 3 IPv4 blocks of the user, separated by commas.' },
  },
  errors: [
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidVpcName.Malformed',
    'InvalidVpcDiscription.Malformed',
    ...userCidrErrors,
    'InvalidVpcId.NotFound',
    'InvalidParameter#vpc-block',
    'InvalidParameter#ipv6-block',
    'DependencyViolation.VSwitch',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    refuseUnsupported({ EnableDnsHostname: input.EnableDnsHostname })
    if (input.VpcName !== undefined && !isNetworkName(input.VpcName)) {
      throw vpcError('InvalidVpcName.Malformed')
    }
    if (input.Description !== undefined && !isNetworkDescription(input.Description)) {
      throw vpcError('InvalidVpcDiscription.Malformed')
    }
    const userCidrs = input.UserCidr === undefined ? undefined : parseUserCidrs(input.UserCidr)
    const vpc = await findVpc(session, scope, input.VpcId)
    if (!vpc) throw ecsError('InvalidVpcId.NotFound')
    await modifyVpc(session, vpc, {
      ...{ name: input.VpcName, description: input.Description, userCidrs, cidrBlock: input.CidrBlock },
      ipv6: { enable: input.EnableIPv6, wanted: input.Ipv6CidrBlock },
    })
    return {}
  },
})
