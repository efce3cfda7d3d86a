import { ecsError } from '../../errors/ecs.js'
import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { isNetworkDescription, isNetworkName } from '../../model/network-names.js'
import { createVSwitch as create, zoneOf } from '../../model/networks.js'
import { regionOf } from '../../model/regions.js'
import { parseTags, putTags } from '../../model/tags.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { findVpc } from '../../store/vpcs.js'
import { optionalRegionId, tagInputs } from '../ecs/shared-inputs.js'
import { tagErrors } from './shared-inputs.js'

export const createVSwitch = vpcWrite({
  name: 'CreateVSwitch',
  summary: 'Creates a vSwitch in a zone of a VPC.',
  idempotent: true,
  inputs: {
    RegionId: optionalRegionId,
    VpcId: { kind: 'string', required: true, doc: 'VPC of the vSwitch.' },
    ZoneId: { kind: 'string', required: true, doc: 'Zone of the vSwitch.' },
    CidrBlock: {
      kind: 'string',
      required: true,
      doc: 'IPv4 block, /16 to /29, inside the block of the VPC.',
    },
    Ipv6CidrBlock: {
      kind: 'integer',
      min: 0,
      max: 255,
      doc: 'Gives the vSwitch a /64: the last 8 bits after the /56 of the VPC, in decimal.',
    },
    Ipv6CidrMask: { kind: 'integer', min: 64, max: 64, doc: 'Only 64.' },
    VpcIpv6CidrBlock: { kind: 'string', doc: 'IPv6 block of the VPC; it has only one.' },
    VSwitchName: { kind: 'string', doc: '1 to 128 characters, no web address.' },
    Description: { kind: 'string', doc: '1 to 256 characters, no web address.' },
    CidrMask: { kind: 'integer', doc: 'Not supported: give CidrBlock.' },
    Tag: tagInputs,
  },
  errors: [
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
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
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    refuseUnsupported({ CidrMask: input.CidrMask })
    if (input.VSwitchName !== undefined && !isNetworkName(input.VSwitchName)) {
      throw vpcError('InvalidVSwitchName.Malformed')
    }
    if (input.Description !== undefined && !isNetworkDescription(input.Description)) {
      throw vpcError('InvalidVSwitchDiscription.Malformed')
    }
    const tags = parseTags(input.Tag)
    const vpc = await findVpc(session, scope, input.VpcId)
    if (!vpc) throw ecsError('InvalidVpcId.NotFound')
    if (input.VpcIpv6CidrBlock !== undefined && input.VpcIpv6CidrBlock !== vpc.ipv6_cidr_block) {
      throw vpcError('InvalidParameter#ipv6-block', `The VPC does not have ${input.VpcIpv6CidrBlock}.`)
    }
    const wanted = {
      zoneId: zoneOf(settings, scope.regionId, input.ZoneId),
      cidrBlock: input.CidrBlock,
      // A mask alone asks for an IPv6 block whose number does not matter.
      ipv6: input.Ipv6CidrBlock ?? (input.Ipv6CidrMask === undefined ? undefined : ('any' as const)),
      name: input.VSwitchName ?? '',
      description: input.Description ?? '',
      isDefault: false,
    }
    const vswitch = await create(session, vpc, wanted, caller.now)
    await putTags(session, scope.accountId, 'vswitch', vswitch.id, tags)
    return { VSwitchId: vswitch.id }
  },
})
