import { lockInstance, newGroup, newInstance, region, type World } from './world.js'

/** A group of the tight server with as many rules as it may have; two such are too many for an interface. */
export async function groupOfTwoRules({ tight }: World): Promise<string> {
  const group = await newGroup(tight)
  const rule = (port: number) => ({
    ...{ IpProtocol: 'TCP', PortRange: `${port}/${port}`, SourceCidrIp: '10.0.0.0/8' },
  })
  await tight.ok('AuthorizeSecurityGroup', {
    ...{ RegionId: region, SecurityGroupId: group, Permissions: [rule(1), rule(2)] },
  })
  return group
}

/** A new instance, stopped or running. */
export async function instanceThat(is: 'running' | 'stopped', { roomy }: World): Promise<string> {
  const { instance } = await newInstance(roomy, await newGroup(roomy))
  if (is === 'stopped') await roomy.ok('StopInstance', { InstanceId: instance })
  return instance
}

export async function lockedInstance(is: 'running' | 'stopped', world: World): Promise<string> {
  const instance = await instanceThat(is, world)
  await lockInstance(world.roomy, instance)
  return instance
}

export async function protectedInstance({ roomy }: World): Promise<string> {
  return (await newInstance(roomy, await newGroup(roomy), { DeletionProtection: true })).instance
}
