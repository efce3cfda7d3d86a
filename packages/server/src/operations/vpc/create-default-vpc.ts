import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { createVpc, defaultVpc, defaultVpcOf } from '../../model/networks.js'
import { regionOf } from '../../model/regions.js'
import { putInResourceGroup, requireResourceGroup } from '../../model/resource-groups.js'
import { regionId } from '../ecs/shared-inputs.js'
import { resourceGroupId } from './shared-inputs.js'

export const createDefaultVpc = vpcWrite({
  name: 'CreateDefaultVpc',
  summary: 'Creates the default VPC of a region that has none, 172.16.0.0/12, without vSwitches.',
  idempotent: true,
  inputs: {
    RegionId: regionId,
    EnableIpv6: { kind: 'boolean', doc: 'Whether the VPC gets an IPv6 block.' },
    Ipv6CidrBlock: {
      kind: 'string',
      doc: 'The IPv6 block to get: a /56 that no other VPC has. Default: one of the server’s own.',
    },
    ResourceGroupId: resourceGroupId,
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidResourceGroup.NotFound',
    'OperationDenied.DefaultVpcExist',
    'InvalidParameter#ipv6-block',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const group = await requireResourceGroup(session, scope.accountId, input.ResourceGroupId)
    if (await defaultVpcOf(session, scope)) throw vpcError('OperationDenied.DefaultVpcExist')
    const ipv6 = input.Ipv6CidrBlock ?? (input.EnableIpv6 ? 'any' : undefined)
    const vpc = await createVpc(session, scope, { ...defaultVpc, ipv6 }, caller.now)
    await putInResourceGroup(session, 'vpc', vpc.id, group)
    return { VpcId: vpc.id, VRouterId: vpc.vrouter_id, RouteTableId: vpc.route_table_id }
  },
})
