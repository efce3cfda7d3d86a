import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, findGroups, newGroup, newVpc, region } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'
import { adminPost, adminToken, worldState } from './world-state.js'

const other = { id: 'other-key', secret: 'other-secret' }
const accounts = [{ id: '5000000000000001', name: 'other@local', classic: true, keys: [other] }]

let server: TestServer
beforeAll(async () => {
  server = await testServer({ adminToken, classicNetwork: 'true', accounts: JSON.stringify(accounts) })
})
afterAll(() => server.stop())

const vpcVersion = '2016-04-28'

interface Described {
  readonly InstanceId: string
  readonly InstanceNetworkType: string
  readonly ZoneId: string
  readonly InnerIpAddress: { readonly IpAddress: readonly string[] }
  readonly PublicIpAddress: { readonly IpAddress: readonly string[] }
  readonly SecurityGroupIds: { readonly SecurityGroupId: readonly string[] }
  readonly VpcAttributes: object
  readonly NetworkInterfaces: object
}

const find = async (filter: object, on: Pick<TestServer, 'ok'> = server): Promise<readonly Described[]> =>
  (
    (await on.ok('DescribeInstances', { RegionId: region, ...filter })).Instances as {
      Instance: readonly Described[]
    }
  ).Instance

const run = async (
  group: string,
  extra: object = {},
  on: Pick<TestServer, 'ok'> = server,
): Promise<string[]> =>
  (
    (await on.ok('RunInstances', { RegionId: region, SecurityGroupId: group, ...extra })).InstanceIdSets as {
      InstanceIdSet: string[]
    }
  ).InstanceIdSet

async function described(id: string): Promise<Described> {
  const [found] = await find({ InstanceIds: JSON.stringify([id]) })
  if (!found) throw new Error(`${id} is not listed`)
  return found
}

describe('an instance in a group of the classic network', () => {
  it('is in the classic network, with an internal address and nothing of a VPC', async () => {
    const group = await newGroup(server)
    const [id = ''] = await run(group)
    const answer = await described(id)
    expect(answer).toMatchObject({
      InstanceNetworkType: 'classic',
      VpcAttributes: { VpcId: '', VSwitchId: '', NatIpAddress: '', PrivateIpAddress: { IpAddress: [] } },
      PublicIpAddress: { IpAddress: [] },
      SecurityGroupIds: { SecurityGroupId: [group] },
      NetworkInterfaces: { NetworkInterface: [] },
    })
    expect(answer.InnerIpAddress.IpAddress).toEqual([expect.stringMatching(/^10\.\d+\.\d+\.\d+$/)])
    const attributes = await server.ok('DescribeInstanceAttribute', { InstanceId: id })
    expect(attributes).toMatchObject({
      InstanceNetworkType: 'classic',
      InnerIpAddress: answer.InnerIpAddress,
    })
  })

  it('can be made by CreateInstance in a zone, and started, stopped and deleted', async () => {
    const made = await server.ok('CreateInstance', {
      ...{ RegionId: region, SecurityGroupId: await newGroup(server), ZoneId: 'cn-hangzhou-j' },
    })
    const id = String(made.InstanceId)
    expect(await described(id)).toMatchObject({ InstanceNetworkType: 'classic', ZoneId: 'cn-hangzhou-j' })
    for (const action of ['StartInstance', 'StopInstance', 'DeleteInstance']) {
      await server.ok(action, { InstanceId: id })
    }
    expect(await find({ InstanceIds: JSON.stringify([id]) })).toEqual([])
  })

  it('shares its address with no instance of any account, and frees it when it goes', async () => {
    const mine = await run(await newGroup(server), { Amount: 3 })
    const elsewhere = server.as(other)
    const theirs = await run(await newGroup(elsewhere), { Amount: 3 }, elsewhere)
    const addresses = [
      ...(await find({ InstanceIds: JSON.stringify(mine) })),
      ...(await find({ InstanceIds: JSON.stringify(theirs) }, elsewhere)),
    ].flatMap(({ InnerIpAddress }) => InnerIpAddress.IpAddress)
    expect(new Set(addresses).size).toBe(6)
    const [gone = ''] = mine
    const freed = (await described(gone)).InnerIpAddress
    await server.ok('DeleteInstance', { InstanceId: gone, Force: true })
    const [next = ''] = await run(await newGroup(server))
    expect((await described(next)).InnerIpAddress).toEqual(freed)
  })

  it('is found by its network and its internal address, not by private ones', async () => {
    const [classic = ''] = await run(await newGroup(server))
    const [inVpc = ''] = await run(await newGroup(server, { VpcId: await defaultVpc() }))
    const among = async (filter: object) =>
      (await find({ InstanceIds: JSON.stringify([classic, inVpc]), ...filter })).map((row) => row.InstanceId)
    expect(await among({ InstanceNetworkType: 'classic' })).toEqual([classic])
    expect(await among({ InstanceNetworkType: 'vpc' })).toEqual([inVpc])
    const addresses = JSON.stringify((await described(classic)).InnerIpAddress.IpAddress)
    expect(await among({ InnerIpAddresses: addresses })).toEqual([classic])
    expect(await among({ PrivateIpAddresses: addresses })).toEqual([])
    expect(await among({ InnerIpAddresses: addresses, InstanceNetworkType: 'vpc' })).toEqual([])
  })

  it('shows neither an interface, nor a vSwitch, nor a tag of one', async () => {
    const group = await newGroup(server)
    const [id = ''] = await run(group, { Tag: [{ Key: 'classic-only', Value: 'yes' }] })
    const enis = async (filter: object) =>
      (await server.ok('DescribeNetworkInterfaces', { RegionId: region, ...filter })).NetworkInterfaceSets
    expect(await enis({ InstanceId: id })).toEqual({ NetworkInterfaceSet: [] })
    expect(await enis({ SecurityGroupId: group })).toEqual({ NetworkInterfaceSet: [] })
    const { VSwitches } = await server.ok('DescribeVSwitches', { RegionId: region, PageSize: 50 }, vpcVersion)
    const seen = (VSwitches as { VSwitch: { VpcId: string }[] }).VSwitch
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.filter(({ VpcId }) => VpcId === '')).toEqual([])
    const tagged = await server.ok('ListTagResources', {
      ...{ RegionId: region, ResourceType: 'eni', Tag: [{ Key: 'classic-only' }] },
    })
    expect(tagged.TagResources).toEqual({ TagResource: [] })
  })

  it('joins and leaves groups of the classic network, and none in a VPC', async () => {
    const [first, second] = [await newGroup(server), await newGroup(server)]
    const [id = ''] = await run(first)
    const groups = async () => (await described(id)).SecurityGroupIds.SecurityGroupId
    await server.ok('JoinSecurityGroup', { InstanceId: id, SecurityGroupId: second })
    expect(await groups()).toEqual([first, second])
    await server.ok('LeaveSecurityGroup', { InstanceId: id, SecurityGroupId: first })
    expect(await groups()).toEqual([second])
    const inVpc = await newGroup(server, { VpcId: await defaultVpc() })
    const refused = await server.call('JoinSecurityGroup', { InstanceId: id, SecurityGroupId: inVpc })
    expectRefusal(refused, 400, 'InvalidInstanceId.Mismatch')
    const last = await server.call('LeaveSecurityGroup', { InstanceId: id, SecurityGroupId: second })
    expectRefusal(last, 403, 'InstanceLastSecurityGroup')
    const [count] = await findGroups(server, { SecurityGroupId: second, IsQueryEcsCount: true })
    expect(count).toMatchObject({ EcsCount: 1, AvailableInstanceAmount: 999 })
  })

  it('has no vSwitch, no groups of a VPC, and nothing that needs either', async () => {
    const group = await newGroup(server)
    const refusal = (extra: object) =>
      server.call('RunInstances', { RegionId: region, SecurityGroupId: group, ...extra })
    const vpc = await newVpc(server)
    const { VSwitchId } = await server.ok(
      'CreateVSwitch',
      { RegionId: region, VpcId: vpc, ZoneId: 'cn-hangzhou-i', CidrBlock: '192.168.7.0/24' },
      vpcVersion,
    )
    expectRefusal(await refusal({ VSwitchId }), 400, 'InvalidParameter.Mismatch')
    const mixed = {
      SecurityGroupId: undefined,
      SecurityGroupIds: [group, await newGroup(server, { VpcId: vpc })],
    }
    expectRefusal(await refusal(mixed), 400, 'InvalidInstanceId.Mismatch')
    for (const extra of [{ PrivateIpAddress: '10.0.0.9' }, { Ipv6AddressCount: 1 }]) {
      expectRefusal(await refusal(extra), 400, 'UnsupportedParameter')
    }
    const nic = {
      SecurityGroupId: undefined,
      NetworkInterface: [{ InstanceType: 'Primary', SecurityGroupId: group }],
    }
    expectRefusal(await refusal(nic), 400, 'UnsupportedParameter')
  })

  it('keeps its group from being deleted', async () => {
    const group = await newGroup(server)
    await run(group)
    const refused = await server.call('DeleteSecurityGroup', { RegionId: region, SecurityGroupId: group })
    expectRefusal(refused, 403, 'DependencyViolation')
  })
})

async function defaultVpc(): Promise<string> {
  const { Vpcs } = await server.ok('DescribeVpcs', { RegionId: region, IsDefault: true }, vpcVersion)
  return (Vpcs as { Vpc: { VpcId: string }[] }).Vpc[0]?.VpcId ?? ''
}

const linksOf = async (filter: object): Promise<unknown> =>
  (await server.ok('DescribeClassicLinkInstances', { RegionId: region, ...filter })).Links

describe('a link between an instance of the classic network and a VPC', () => {
  /** A VPC with ClassicLink. */
  async function linkable(): Promise<string> {
    const VpcId = await newVpc(server)
    await server.ok('EnableVpcClassicLink', { RegionId: region, VpcId }, vpcVersion)
    return VpcId
  }

  it('is made once, listed from either end, and removed', async () => {
    const [VpcId, [InstanceId = '']] = [await linkable(), await run(await newGroup(server))]
    const ends = { RegionId: region, InstanceId, VpcId }
    for (let twice = 0; twice < 2; twice++) await server.ok('AttachClassicLinkVpc', ends)
    const link = { Link: [{ InstanceId, VpcId }] }
    expect(await linksOf({ VpcId })).toEqual(link)
    expect(await linksOf({ InstanceId })).toEqual(link)
    await server.ok('DetachClassicLinkVpc', ends)
    expect(await linksOf({ VpcId })).toEqual({ Link: [] })
    expectRefusal(await server.call('DetachClassicLinkVpc', ends), 403, 'OperationDenied')
  })

  it('is listed with others in pages, also by several ids with blanks between', async () => {
    const VpcId = await linkable()
    const ids = await run(await newGroup(server), { Amount: 3 })
    for (const InstanceId of ids) {
      await server.ok('AttachClassicLinkVpc', { RegionId: region, InstanceId, VpcId })
    }
    const page = async (PageNumber: number) =>
      server.ok('DescribeClassicLinkInstances', { RegionId: region, VpcId, PageSize: 2, PageNumber })
    const pages = [await page(1), await page(2)]
    expect(pages).toMatchObject([
      { TotalCount: 3, PageNumber: 1, PageSize: 2 },
      { TotalCount: 3, PageNumber: 2, PageSize: 2 },
    ])
    const listed = pages.flatMap(({ Links }) => (Links as { Link: { InstanceId: string }[] }).Link)
    expect(listed.map(({ InstanceId }) => InstanceId).sort()).toEqual([...ids].sort())
    const two = (await linksOf({ InstanceId: ids.slice(0, 2).join(', ') })) as { Link: unknown[] }
    expect(two.Link).toHaveLength(2)
  })

  it('goes with its instance, and with it what it kept the VPC from', async () => {
    const [VpcId, [InstanceId = '']] = [await linkable(), await run(await newGroup(server))]
    await server.ok('AttachClassicLinkVpc', { RegionId: region, InstanceId, VpcId })
    const both = ['DisableVpcClassicLink', 'DeleteVpc'] as const
    for (const action of both) {
      const refused = await server.call(action, { RegionId: region, VpcId }, vpcVersion)
      expectRefusal(refused, 404, 'DependencyViolation.Instance', 'ClassicLink Instances exist in VPC.')
    }
    await server.ok('DeleteInstance', { InstanceId, Force: true })
    expect(await linksOf({ VpcId })).toEqual({ Link: [] })
    for (const action of both) await server.ok(action, { RegionId: region, VpcId }, vpcVersion)
  })
})

describe('what is decided for an instance of the classic network', () => {
  it('are the rules of the side that the other address is on', async () => {
    const group = await newGroup(server)
    const [id = ''] = await run(group)
    const rule = { IpProtocol: 'TCP', PortRange: '443/443', SourceCidrIp: '0.0.0.0/0', NicType: 'internet' }
    await server.ok('AuthorizeSecurityGroup', { RegionId: region, SecurityGroupId: group, ...rule })
    const [address = ''] = (await described(id)).InnerIpAddress.IpAddress
    const { interfaces } = await worldState(server)
    const nic = interfaces.find(({ addresses }) => addresses.includes(address))?.id
    const verdict = async (remote: string) => {
      const ports = { protocol: 'tcp', remotePort: 40000, localPort: 443 }
      const flow = { interface: nic, direction: 'ingress', ...ports, remote, local: address }
      const answer = (await adminPost(server, '/v1/decide', { flows: [flow] })) as {
        verdicts: { verdict: string }[]
      }
      return answer.verdicts[0]?.verdict
    }
    expect(await verdict('203.0.113.9')).toBe('accept')
    expect(await verdict('10.99.0.9')).toBe('drop')
  })
})
