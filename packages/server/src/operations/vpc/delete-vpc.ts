import { ecsError } from '../../errors/ecs.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { deleteVpc as remove } from '../../model/network-changes.js'
import { regionOf } from '../../model/regions.js'
import { findVpc } from '../../store/vpcs.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'
import { dryRun } from './shared-inputs.js'

export const deleteVpc = vpcWrite({
  name: 'DeleteVpc',
  summary:
    'Deletes a VPC that has neither vSwitches nor security groups. The default VPC comes back at a restart.',
  idempotent: true,
  inputs: {
    RegionId: optionalRegionId,
    VpcId: { kind: 'string', required: true, doc: 'Id of the VPC.' },
    ForceDelete: { kind: 'boolean', doc: 'Also delete its gateways, of which this server has none.' },
    DryRun: dryRun,
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidVpcId.NotFound',
    'DependencyViolation.VSwitch',
    'DependencyViolation.SecurityGroup',
    'DependencyViolation.Instance',
    'DryRunOperation',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const vpc = await findVpc(session, scope, input.VpcId)
    if (!vpc) throw ecsError('InvalidVpcId.NotFound')
    await remove(session, vpc)
    // What it did is undone with the request.
    if (input.DryRun) throw ecsError('DryRunOperation')
    return {}
  },
})
