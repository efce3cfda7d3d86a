import { ecsError } from '../../errors/ecs.js'
import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { createVSwitch, defaultVpcOf, defaultVSwitch, zoneOf } from '../../model/networks.js'
import { regionOf } from '../../model/regions.js'
import { vswitchesOf } from '../../store/vswitches.js'
import { regionId } from '../ecs/shared-inputs.js'
import { vswitchIpv6Number } from './shared-inputs.js'

export const createDefaultVSwitch = vpcWrite({
  name: 'CreateDefaultVSwitch',
  summary: 'Creates the default vSwitch of a zone that has none, in the default VPC of the region.',
  idempotent: true,
  inputs: {
    RegionId: regionId,
    ZoneId: { kind: 'string', required: true, doc: 'Zone of the vSwitch.' },
    Ipv6CidrBlock: vswitchIpv6Number,
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidZoneId.NotFound',
    'InvalidVpcId.NotFound',
    'OperationDenied.DefaultVSwitchExist',
    'InvalidParameter#ipv6-block',
    'InvalidCidrBlock.Overlapped',
  ],
  async handle(input, caller, { session, settings }) {
    const region = regionOf(settings, input.RegionId)
    const zoneId = zoneOf(settings, region.id, input.ZoneId)
    const vpc = await defaultVpcOf(session, scopeOf(caller, region.id))
    if (!vpc) throw ecsError('InvalidVpcId.NotFound')
    const present = await vswitchesOf(session, vpc.id)
    if (present.some((vswitch) => vswitch.is_default === 1 && vswitch.zone_id === zoneId)) {
      throw vpcError('OperationDenied.DefaultVSwitchExist')
    }
    const wanted = {
      ...defaultVSwitch(zoneId, region.zones.indexOf(zoneId)),
      ipv6: input.Ipv6CidrBlock,
    }
    const vswitch = await createVSwitch(session, vpc, wanted, settings.quotas, caller.now)
    return { VSwitchId: vswitch.id }
  },
})
