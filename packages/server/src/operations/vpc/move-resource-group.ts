import { ecsError } from '../../errors/ecs.js'
import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { putInResourceGroup, requireResourceGroup } from '../../model/resource-groups.js'
import { findVpc } from '../../store/vpcs.js'
import { regionId } from '../ecs/shared-inputs.js'
import { requireVpcKind } from './tag-target.js'

export const moveResourceGroup = vpcWrite({
  name: 'MoveResourceGroup',
  summary: 'Moves a VPC into a resource group; its vSwitches and its route table go with it.',
  inputs: {
    RegionId: regionId,
    ResourceType: {
      kind: 'string',
      required: true,
      doc: 'VPC, in any case. The other types that can be moved do not exist here, and vSwitches are not moved alone.',
    },
    ResourceId: { kind: 'string', required: true, doc: 'Id of the VPC.' },
    NewResourceGroupId: { kind: 'string', required: true, doc: 'Id of the resource group.' },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidInstanceType.NotFound',
    'InvalidInstanceIds.NotFound',
    'InvalidVpcId.NotFound',
    'InvalidResourceGroup.NotFound',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const kind = requireVpcKind(input.ResourceType)
    if (kind.as !== 'vpc') throw vpcError('InvalidInstanceIds.NotFound')
    const vpc = await findVpc(session, scope, input.ResourceId)
    if (!vpc) throw ecsError('InvalidVpcId.NotFound')
    const group = await requireResourceGroup(session, scope.accountId, input.NewResourceGroupId)
    await putInResourceGroup(session, 'vpc', vpc.id, group)
    return {}
  },
})
