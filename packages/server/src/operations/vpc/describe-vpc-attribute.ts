import { ecsError } from '../../errors/ecs.js'
import { scopeOf, vpcRead } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { findVpc } from '../../store/vpcs.js'
import { vswitchesOf } from '../../store/vswitches.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'
import { dryRun } from './shared-inputs.js'
import { describeVpcRows } from './vpc-answer.js'

export const describeVpcAttribute = vpcRead({
  name: 'DescribeVpcAttribute',
  summary: 'Describes a VPC.',
  inputs: {
    RegionId: optionalRegionId,
    VpcId: { kind: 'string', required: true, doc: 'Id of the VPC.' },
    DryRun: dryRun,
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidVpcId.NotFound', 'DryRunOperation'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const vpc = await findVpc(session, scope, input.VpcId)
    if (!vpc) throw ecsError('InvalidVpcId.NotFound')
    if (input.DryRun) throw ecsError('DryRunOperation')
    const [described] = await describeVpcRows(session, [vpc])
    const vswitches = await vswitchesOf(session, vpc.id)
    return {
      ...described,
      ClassicLinkEnabled: vpc.classic_link === 1,
      SupportIpv4Gateway: false,
      Ipv4GatewayId: '',
      AssociatedCens: { AssociatedCen: [] },
      AssociatedPropagationSources: { AssociatedPropagationSources: [] },
      CloudResources: {
        CloudResourceSetType: [
          { ResourceType: 'VRouter', ResourceCount: 1 },
          { ResourceType: 'RouteTable', ResourceCount: 1 },
          { ResourceType: 'VSwitch', ResourceCount: vswitches.length },
        ],
      },
    }
  },
})
