import { removeDefaultNetworks, removeDefaultVSwitches } from './default-networks.js'
import { newVpc, newVSwitch, region, vpcVersion, type World, zone } from './world.js'

const plain = (): Promise<object> => Promise.resolve({ RegionId: region })

const onVpc = async ({ roomy }: World) => ({ RegionId: region, VpcId: await newVpc(roomy) })

const onVSwitch = async ({ roomy }: World) => ({
  ...{ RegionId: region, VSwitchId: await newVSwitch(roomy, await newVpc(roomy)) },
})

/** A member of a new VPC's answer that names something of it. */
const onPart =
  (member: 'VRouterId' | 'RouteTableId') =>
  async ({ roomy }: World) => {
    const made = await roomy.ok('CreateVpc', { RegionId: region }, vpcVersion)
    return { RegionId: region, [member]: made[member] }
  }

const onBlock = async (world: World) => ({
  ...{ ...(await onVpc(world)), SecondaryCidrBlock: '10.0.0.0/16' },
})

/** Parameters with which a call of an operation on networks succeeds on the roomy server. */
export const networkCalls: Readonly<Record<string, (world: World) => Promise<object>>> = {
  AssociateVpcCidrBlock: onBlock,
  CreateDefaultVSwitch: async ({ roomy }) => {
    await removeDefaultVSwitches(roomy, 'eu-central-1')
    return { RegionId: 'eu-central-1', ZoneId: 'eu-central-1a' }
  },
  CreateDefaultVpc: async ({ roomy }) => {
    await removeDefaultNetworks(roomy, 'cn-hongkong')
    return { RegionId: 'cn-hongkong' }
  },
  CreateVSwitch: async (world) => ({
    ...{ ...(await onVpc(world)), ZoneId: zone, CidrBlock: '192.168.0.0/24' },
  }),
  CreateVpc: plain,
  DeleteVSwitch: onVSwitch,
  DeleteVpc: onVpc,
  DescribeRouteTableList: plain,
  DescribeRouteTables: onPart('VRouterId'),
  DescribeVRouters: plain,
  DescribeVSwitchAttributes: onVSwitch,
  DescribeVSwitches: plain,
  DescribeVpcAttribute: onVpc,
  DescribeVpcs: plain,
  DisableVpcClassicLink: onVpc,
  EnableVpcClassicLink: onVpc,
  ModifyRouteTableAttributes: onPart('RouteTableId'),
  ModifyVRouterAttribute: onPart('VRouterId'),
  ModifyVSwitchAttribute: onVSwitch,
  ModifyVpcAttribute: onVpc,
  UnassociateVpcCidrBlock: async (world) => {
    const parameters = await onBlock(world)
    await world.roomy.ok('AssociateVpcCidrBlock', parameters, vpcVersion)
    return parameters
  },
}
