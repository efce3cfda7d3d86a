import { ecsError } from '../../errors/ecs.js'
import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { modifyVSwitch } from '../../model/network-changes.js'
import { isNetworkDescription, isNetworkName } from '../../model/network-names.js'
import { regionOf } from '../../model/regions.js'
import { findVpc } from '../../store/vpcs.js'
import { findVSwitch } from '../../store/vswitches.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'
import { vswitchIpv6Inputs, vswitchIpv6Number } from './shared-inputs.js'

export const modifyVSwitchAttribute = vpcWrite({
  name: 'ModifyVSwitchAttribute',
  summary: 'Changes the name, description and IPv6 block of a vSwitch. What is not given stays as it is.',
  inputs: {
    RegionId: optionalRegionId,
    VSwitchId: { kind: 'string', required: true, doc: 'Id of the vSwitch.' },
    VSwitchName: { kind: 'string', doc: '1 to 128 characters, no web address.' },
    Description: { kind: 'string', doc: '1 to 256 characters, no web address.' },
    EnableIPv6: {
      kind: 'boolean',
      doc: 'true gives a vSwitch without an IPv6 block one (the lowest free one unless Ipv6CidrBlock says which), false takes it away once no interface has an address of it.',
    },
    Ipv6CidrBlock: vswitchIpv6Number,
    ...vswitchIpv6Inputs,
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidVSwitchName.Malformed',
    'InvalidVSwitchDiscription.Malformed',
    'InvalidVSwitchId.NotFound',
    'InvalidParameter#ipv6-block',
    'InvalidCidrBlock.Overlapped',
    'DependencyViolation#vswitch',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    if (input.VSwitchName !== undefined && !isNetworkName(input.VSwitchName)) {
      throw vpcError('InvalidVSwitchName.Malformed')
    }
    if (input.Description !== undefined && !isNetworkDescription(input.Description)) {
      throw vpcError('InvalidVSwitchDiscription.Malformed')
    }
    const vswitch = await findVSwitch(session, scope, input.VSwitchId)
    if (!vswitch) throw ecsError('InvalidVSwitchId.NotFound')
    const vpc = await findVpc(session, scope, vswitch.vpc_id)
    if (!vpc) throw new Error(`vSwitch ${vswitch.id} is in VPC ${vswitch.vpc_id}, which does not exist`)
    await modifyVSwitch(session, vpc, vswitch, {
      ...{ name: input.VSwitchName, description: input.Description, vpcIpv6: input.VpcIpv6CidrBlock },
      ipv6: {
        enable: input.EnableIPv6,
        wanted: input.Ipv6CidrBlock ?? (input.Ipv6CidrMask === undefined ? undefined : 'any'),
      },
    })
    return {}
  },
})
