import { raiseGateway } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { isNetworkDescription, isNetworkName } from '../../model/network-names.js'
import { createVSwitch as create, zoneOf } from '../../model/networks.js'
import { regionOf } from '../../model/regions.js'
import { parseTags, putTags } from '../../model/tags.js'
import { findVpc } from '../../store/vpcs.js'
import { optionalRegionId, tagInputs } from '../ecs/shared-inputs.js'
import { tagErrors, vswitchIpv6Inputs, vswitchIpv6Number } from './shared-inputs.js'

export const createVSwitch = vpcWrite({
  name: 'CreateVSwitch',
  summary: 'Creates a vSwitch in a zone of a VPC.',
  idempotent: true,
  inputs: {
    RegionId: optionalRegionId,
    VpcId: { kind: 'string', required: true, doc: 'VPC of the vSwitch.' },
    ZoneId: { kind: 'string', required: true, doc: 'Zone of the vSwitch.' },
    CidrBlock: { kind: 'string', doc: 'IPv4 block, /16 to /29, inside a block of the VPC.' },
    CidrMask: {
      kind: 'integer',
      min: 16,
      max: 29,
      doc: 'Mask of the lowest free block, instead of CidrBlock; beside it, its mask.',
    },
    Ipv6CidrBlock: vswitchIpv6Number,
    ...vswitchIpv6Inputs,
    VSwitchName: { kind: 'string', doc: '1 to 128 characters, no web address.' },
    Description: { kind: 'string', doc: '1 to 256 characters, no web address.' },
    Tag: tagInputs,
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidVSwitchName.Malformed',
    'InvalidVSwitchDiscription.Malformed',
    ...tagErrors,
    'InvalidVpcId.NotFound',
    'InvalidZoneId.NotFound',
    'InvalidCidrBlock.Malformed',
    'InvalidCirdrBlock.MaskLength',
    'InvalidParameter#not-in-vpc',
    'InvalidParameter#ipv6-block',
    'InvalidCidrBlock.Overlapped',
    'QuotaExceeded.VSwitch',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    if (input.VSwitchName !== undefined && !isNetworkName(input.VSwitchName)) {
      throw vpcError('InvalidVSwitchName.Malformed')
    }
    if (input.Description !== undefined && !isNetworkDescription(input.Description)) {
      throw vpcError('InvalidVSwitchDiscription.Malformed')
    }
    const tags = parseTags(input.Tag)
    const vpc = await findVpc(session, scope, input.VpcId)
    if (!vpc) throw ecsError('InvalidVpcId.NotFound')
    const wanted = {
      zoneId: zoneOf(settings, scope.regionId, input.ZoneId),
      cidrBlock: blockOf(input.CidrBlock, input.CidrMask),
      // A mask alone asks for an IPv6 block whose number does not matter.
      ipv6: input.Ipv6CidrBlock ?? (input.Ipv6CidrMask === undefined ? undefined : ('any' as const)),
      vpcIpv6: input.VpcIpv6CidrBlock,
      name: input.VSwitchName ?? '',
      description: input.Description ?? '',
      isDefault: false,
    }
    const vswitch = await create(session, vpc, wanted, settings.quotas, caller.now)
    await putTags(session, scope.accountId, 'vswitch', vswitch.id, tags)
    return { VSwitchId: vswitch.id }
  },
})

/** One of the two has to be given; a mask beside a block has to be the block's. */
function blockOf(block: string | undefined, mask: number | undefined): string | { mask: number } {
  if (block === undefined) {
    if (mask === undefined) throw raiseGateway('MissingParameter', 'CidrBlock')
    return { mask }
  }
  if (mask !== undefined && !block.endsWith(`/${mask}`)) throw vpcError('InvalidCirdrBlock.MaskLength')
  return block
}
