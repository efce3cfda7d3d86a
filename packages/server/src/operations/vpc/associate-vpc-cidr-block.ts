import { raiseGateway } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { addIpv4Block, addIpv6Block } from '../../model/vpc-blocks.js'
import { findVpc } from '../../store/vpcs.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'
import { ipv6Isp } from './shared-inputs.js'

export const associateVpcCidrBlock = vpcWrite({
  name: 'AssociateVpcCidrBlock',
  summary: 'Adds a secondary IPv4 or IPv6 block to a VPC.',
  inputs: {
    RegionId: optionalRegionId,
    VpcId: { kind: 'string', required: true, doc: 'Id of the VPC.' },
    SecondaryCidrBlock: {
      kind: 'string',
      doc: 'IPv4 block, /8 to /28 as that of a VPC, which meets none that the VPC has.',
    },
    IPv6CidrBlock: { kind: 'string', doc: 'IPv6 block: a /56 that no other VPC has.' },
    IpVersion: {
      kind: 'string',
      oneOf: ['IPV4', 'IPV6'],
      doc: 'IPV6 without a block adds one of the server’s own. Default: that of the block given.',
    },
    Ipv6Isp: ipv6Isp,
    IpamPoolId: { kind: 'string', doc: 'Not supported.' },
    SecondaryCidrMask: { kind: 'integer', doc: 'Not supported.' },
    Ipv6CidrMask: { kind: 'integer', doc: 'Not supported.' },
  },
  errors: [
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidParameter#both-blocks',
    'InvalidVpcId.NotFound',
    'InvalidParameter#vpc-block',
    'InvalidParameter#ipv6-block',
    'QuotaExceeded.SecondaryCidr',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const { IpamPoolId, SecondaryCidrMask, Ipv6CidrMask } = input
    refuseUnsupported({ IpamPoolId, SecondaryCidrMask, Ipv6CidrMask })
    const v4 = input.SecondaryCidrBlock
    const v6 = input.IPv6CidrBlock ?? (v4 === undefined && input.IpVersion === 'IPV6' ? 'any' : undefined)
    if (v4 !== undefined && v6 !== undefined) throw vpcError('InvalidParameter#both-blocks')
    if (input.IpVersion === (v4 === undefined ? 'IPV4' : 'IPV6') && (v4 ?? v6) !== undefined) {
      throw raiseGateway('InvalidParameter', 'IpVersion')
    }
    const vpc = await findVpc(session, scope, input.VpcId)
    if (!vpc) throw ecsError('InvalidVpcId.NotFound')
    if (v4 !== undefined) {
      return { CidrBlock: await addIpv4Block(session, vpc, v4, settings.quotas), IpVersion: 'IPV4' }
    }
    if (v6 === undefined) throw raiseGateway('MissingParameter', 'SecondaryCidrBlock')
    return { CidrBlock: await addIpv6Block(session, vpc, v6, settings.quotas), IpVersion: 'IPV6' }
  },
})
