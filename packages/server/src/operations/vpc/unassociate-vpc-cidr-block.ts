import { raiseGateway } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { removeBlock } from '../../model/vpc-blocks.js'
import { findVpc } from '../../store/vpcs.js'
import { regionId } from '../ecs/shared-inputs.js'

export const unassociateVpcCidrBlock = vpcWrite({
  name: 'UnassociateVpcCidrBlock',
  summary: 'Takes a secondary block, in which no vSwitch lies, from a VPC.',
  inputs: {
    RegionId: regionId,
    VpcId: { kind: 'string', required: true, doc: 'Id of the VPC.' },
    SecondaryCidrBlock: { kind: 'string', doc: 'The secondary IPv4 block.' },
    IPv6CidrBlock: { kind: 'string', doc: 'The secondary IPv6 block.' },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidParameter#both-blocks',
    'InvalidVpcId.NotFound',
    'InvalidCidrBlock.NotFound',
    'OperationFailed.CidrInUse',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const { SecondaryCidrBlock: v4, IPv6CidrBlock: v6 } = input
    if (v4 !== undefined && v6 !== undefined) throw vpcError('InvalidParameter#both-blocks')
    const block = v4 ?? v6
    if (block === undefined) throw raiseGateway('MissingParameter', 'SecondaryCidrBlock')
    const vpc = await findVpc(session, scope, input.VpcId)
    if (!vpc) throw ecsError('InvalidVpcId.NotFound')
    await removeBlock(session, vpc, block)
    return {}
  },
})
