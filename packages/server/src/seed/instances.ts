import { findOne, listOf, mustEqual } from './lookup.js'
import { tagsOf, vpcName } from './networks.js'
import { at, SeedProblem, type SeedPath } from './problem.js'
import { idOf, note, type Place } from './place.js'
import type { SeedInstance, SeedInterface, SeedVpc } from './schema.js'

/** Makes the instances of a VPC that are not there yet. */
export async function seedInstances(place: Place, vpc: SeedVpc, path: SeedPath): Promise<void> {
  const VpcId = idOf(place, path, 'vpc', vpcName(vpc))
  for (const [index, instance] of vpc.instances.entries()) {
    await ensureInstance(place, vpcName(vpc), VpcId, instance, [...path, 'instances', index])
  }
}

async function ensureInstance(
  place: Place,
  vpc: string,
  VpcId: string,
  instance: SeedInstance,
  path: SeedPath,
): Promise<void> {
  const { run } = place
  const { groups, VSwitchId } = await linkOf(place, vpc, VpcId, instance, path)
  const name = `${vpc}/${instance.name}`
  const parameters = { VpcId, InstanceName: instance.name }
  const search = { operation: 'DescribeInstances', parameters, list: ['Instances', 'Instance'] } as const
  const there = await findOne(run, search, path)
  if (!there) {
    const made = await at(path, () =>
      run('RunInstances', {
        ...{ VSwitchId, InstanceName: instance.name, SecurityGroupIds: groups, Tag: tagsOf(instance.tags) },
        ...{ InstanceType: instance.type, ImageId: instance.image, PrivateIpAddress: instance.ip },
        Ipv6Address: instance.ipv6,
      }),
    )
    const [id] = listOf(made, 'InstanceIdSets', 'InstanceIdSet') as unknown[]
    await finish(place, String(id), instance, path)
    note(place, path, { kind: 'instance', name, id: String(id), created: true })
    return
  }
  const held = listOf(there, 'SecurityGroupIds', 'SecurityGroupId').map(String)
  const missing = groups.findIndex((id) => !held.includes(id))
  if (missing >= 0)
    throw new SeedProblem([...path, 'groups', missing], 'the instance on the server is not in this group')
  const network = there['VpcAttributes'] as Record<string, unknown>
  if (instance.vswitch !== undefined) mustEqual(path, 'vswitch', network['VSwitchId'], VSwitchId)
  if (instance.ip !== undefined) {
    const [address] = listOf(network, 'PrivateIpAddress', 'IpAddress')
    mustEqual(path, 'ip', address, instance.ip)
  }
  note(place, path, { kind: 'instance', name, id: String(there['InstanceId']), created: false })
}

/** What RunInstances cannot be asked for. */
async function finish(
  { run }: Place,
  InstanceId: string,
  instance: SeedInstance,
  path: SeedPath,
): Promise<void> {
  if (instance.ips.length > 0 || instance.timeouts !== undefined) {
    const answer = await run('DescribeNetworkInterfaces', { InstanceId })
    const [primary] = listOf(answer, 'NetworkInterfaceSets', 'NetworkInterfaceSet')
    const NetworkInterfaceId = primary?.['NetworkInterfaceId']
    if (instance.ips.length > 0) {
      const PrivateIpAddress = instance.ips
      await at([...path, 'ips'], () =>
        run('AssignPrivateIpAddresses', { NetworkInterfaceId, PrivateIpAddress }),
      )
    }
    if (instance.timeouts !== undefined) {
      const timeouts = timeoutsOf(instance)
      await at([...path, 'timeouts'], () =>
        run('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, ...timeouts }),
      )
    }
  }
  if (!instance.running) await at([...path, 'running'], () => run('StopInstance', { InstanceId }))
}

/** The timeouts as parameters. */
export const timeoutsOf = ({ timeouts }: Pick<SeedInterface, 'timeouts'>): object =>
  timeouts === undefined
    ? {}
    : {
        ConnectionTrackingConfiguration: {
          TcpEstablishedTimeout: timeouts.tcpEstablished,
          TcpClosedAndTimeWaitTimeout: timeouts.tcpClosed,
          UdpTimeout: timeouts.udp,
        },
      }

/** Ids of the groups and of the vSwitch that an interface names. */
export async function linkOf(
  place: Place,
  vpc: string,
  VpcId: string,
  link: Pick<SeedInterface, 'groups' | 'vswitch'>,
  path: SeedPath,
): Promise<{ readonly groups: readonly string[]; readonly VSwitchId: string }> {
  const groups = link.groups.map((name, index) =>
    idOf(place, [...path, 'groups', index], 'group', `${vpc}/${name}`),
  )
  const VSwitchId =
    link.vswitch === undefined
      ? await anyVSwitch(place, VpcId, path)
      : idOf(place, [...path, 'vswitch'], 'vswitch', `${vpc}/${link.vswitch}`)
  return { groups, VSwitchId }
}

/** The oldest vSwitch of a VPC. */
async function anyVSwitch({ run }: Place, VpcId: string, path: SeedPath): Promise<string> {
  const found = listOf(await run('DescribeVSwitches', { VpcId, PageSize: 50 }), 'VSwitches', 'VSwitch')
  const oldest = found.at(-1)
  if (!oldest) throw new SeedProblem([...path, 'vswitch'], 'the VPC has no vSwitch: name one')
  return String(oldest['VSwitchId'])
}
