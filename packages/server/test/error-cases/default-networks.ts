import { vpcVersion, type World } from './world.js'

type Server = World['roomy']

/** Deletes the vSwitches of a region's default VPC, and returns its id. */
export async function removeDefaultVSwitches(server: Server, RegionId: string): Promise<string> {
  const listed = await server.ok('DescribeVpcs', { RegionId, IsDefault: true }, vpcVersion)
  const [found] = (listed.Vpcs as { Vpc: { VpcId: string; VSwitchIds: { VSwitchId: string[] } }[] }).Vpc
  for (const VSwitchId of found?.VSwitchIds.VSwitchId ?? []) {
    await server.ok('DeleteVSwitch', { RegionId, VSwitchId }, vpcVersion)
  }
  return found?.VpcId ?? ''
}

/** Deletes a region's default VPC with its vSwitches, if it is there. */
export async function removeDefaultNetworks(server: Server, RegionId: string): Promise<void> {
  const VpcId = await removeDefaultVSwitches(server, RegionId)
  if (VpcId !== '') await server.ok('DeleteVpc', { RegionId, VpcId }, vpcVersion)
}
