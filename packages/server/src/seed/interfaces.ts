import { linkOf, timeoutsOf } from './instances.js'
import { findOne, listOf, mustEqual } from './lookup.js'
import { vpcName } from './networks.js'
import { idOf, note, type Place } from './place.js'
import { at, SeedProblem, type SeedPath } from './problem.js'
import type { SeedInterface, SeedVpc } from './schema.js'

/** Makes the secondary network interfaces of a VPC that are not there yet, and attaches them. */
export async function seedInterfaces(place: Place, vpc: SeedVpc, path: SeedPath): Promise<void> {
  if (vpc.interfaces.length === 0) return
  const VpcId = idOf(place, path, 'vpc', vpcName(vpc))
  // The places at an instance are given in the order of attaching.
  const byDevice = [...vpc.interfaces.entries()].sort(([, a], [, b]) => (a.device ?? 0) - (b.device ?? 0))
  for (const [index, one] of byDevice) {
    await ensureInterface(place, vpcName(vpc), VpcId, one, [...path, 'interfaces', index])
  }
}

async function ensureInterface(
  place: Place,
  vpc: string,
  VpcId: string,
  one: SeedInterface,
  path: SeedPath,
): Promise<void> {
  const { run } = place
  const { groups, VSwitchId } = await linkOf(place, vpc, VpcId, one, path)
  const name = `${vpc}/${one.name}`
  const search = {
    operation: 'DescribeNetworkInterfaces',
    parameters: { VpcId, NetworkInterfaceName: one.name },
    list: ['NetworkInterfaceSets', 'NetworkInterfaceSet'],
  } as const
  const InstanceId =
    one.instance === undefined
      ? undefined
      : idOf(place, [...path, 'instance'], 'instance', `${vpc}/${one.instance}`)
  const there = await findOne(run, search, path)
  if (there) {
    const held = listOf(there, 'SecurityGroupIds', 'SecurityGroupId').map(String)
    const missing = groups.findIndex((id) => !held.includes(id))
    if (missing >= 0) {
      throw new SeedProblem([...path, 'groups', missing], 'the interface on the server is not in this group')
    }
    if (one.ip !== undefined) mustEqual(path, 'ip', there['PrivateIpAddress'], one.ip)
    if (InstanceId !== undefined) mustEqual(path, 'instance', there['InstanceId'], InstanceId)
    note(place, path, { kind: 'interface', name, id: String(there['NetworkInterfaceId']), created: false })
    return
  }
  const made = await at(path, () =>
    run('CreateNetworkInterface', {
      ...{ VSwitchId, NetworkInterfaceName: one.name, SecurityGroupIds: groups },
      ...{ PrimaryIpAddress: one.ip, PrivateIpAddress: one.ips, Ipv6Address: one.ipv6 },
      ...timeoutsOf(one),
    }),
  )
  const NetworkInterfaceId = String(made['NetworkInterfaceId'])
  if (InstanceId !== undefined) {
    await at([...path, 'instance'], () => run('AttachNetworkInterface', { NetworkInterfaceId, InstanceId }))
  }
  note(place, path, { kind: 'interface', name, id: NetworkInterfaceId, created: true })
}
