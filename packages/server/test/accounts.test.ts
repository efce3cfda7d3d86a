import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testServer, type TestCaller, type TestServer } from './harness.js'
import { adminPost, adminToken } from './world-state.js'

const region = 'cn-hangzhou'
const own = '1234567890123456'
const peer = { id: '3000000000000001', name: 'Peer@aliyun.com' }
const service = { id: '2000000000000001', name: 'service@cloud', service: true }
const key = (id: string) => ({ id, secret: `${id}-secret` })

const accounts = [
  { ...peer, keys: [key('peer-key'), { ...key('peer-off'), active: false }] },
  { ...service, keys: [key('service-key')] },
]

let server: TestServer
let other: TestCaller
beforeAll(async () => {
  server = await testServer({ accounts: JSON.stringify(accounts), adminToken })
  other = server.as(key('peer-key'))
})
afterAll(() => server.stop())

const newGroup = async (caller: TestCaller, extra: object = {}): Promise<string> =>
  String((await caller.ok('CreateSecurityGroup', { RegionId: region, ...extra })).SecurityGroupId)

const permissionsOf = async (caller: TestCaller, SecurityGroupId: string) => {
  const { Permissions } = await caller.ok('DescribeSecurityGroupAttribute', {
    RegionId: region,
    SecurityGroupId,
  })
  return (Permissions as { Permission: Record<string, unknown>[] }).Permission
}

const groupIds = async (caller: TestCaller, filter: object = {}): Promise<string[]> => {
  const { SecurityGroups } = await caller.ok('DescribeSecurityGroups', { RegionId: region, ...filter })
  return (SecurityGroups as { SecurityGroup: { SecurityGroupId: string }[] }).SecurityGroup.map(
    ({ SecurityGroupId }) => SecurityGroupId,
  )
}

describe('accounts of the settings', () => {
  it('sign with their keys, and a disabled key does not', async () => {
    await other.ok('DescribeSecurityGroups', { RegionId: region })
    expect((await server.as(key('peer-off')).call('DescribeRegions')).key).toBe('InvalidAccessKeyId.Inactive')
    const wrong = { id: 'peer-key', secret: 'wrong' }
    expect((await server.as(wrong).call('DescribeRegions')).key).toBe('SignatureDoesNotMatch')
  })

  it('have default networks of their own', async () => {
    const vpcOf = async (caller: TestCaller): Promise<unknown> => {
      const { Vpcs } = await caller.ok('DescribeVpcs', { RegionId: region, IsDefault: true }, '2016-04-28')
      return (Vpcs as { Vpc: { VpcId: string }[] }).Vpc.map(({ VpcId }) => VpcId)
    }
    const [mine, theirs] = [await vpcOf(server), await vpcOf(other)]
    expect(mine).toHaveLength(1)
    expect(theirs).toHaveLength(1)
    expect(mine).not.toEqual(theirs)
  })

  it('see nothing of each other', async () => {
    const group = await newGroup(server)
    expect(await groupIds(other, { SecurityGroupId: group })).toEqual([])
    expect(await groupIds(other)).not.toContain(group)
    const parameters = { RegionId: region, SecurityGroupId: group }
    expect((await other.call('DescribeSecurityGroupAttribute', parameters)).key).toBe(
      'InvalidSecurityGroupId.NotFound',
    )
    expect((await other.call('DeleteSecurityGroup', parameters)).key).toBe('InvalidSecurityGroup.NotFound')
  })

  it('survive a restart with their groups', async () => {
    const group = await newGroup(other)
    await server.restart()
    expect(await groupIds(other)).toContain(group)
  })
})

describe('a rule about the group of another account', () => {
  const rule = { IpProtocol: 'TCP', PortRange: '22/22', Priority: 1 }

  it.each([
    ['its id', { SourceGroupOwnerId: peer.id }],
    ['its login name', { SourceGroupOwnerAccount: peer.name }],
    ['its login name in another case', { SourceGroupOwnerAccount: peer.name.toLowerCase() }],
    ['its id in the place of the name', { SourceGroupOwnerAccount: peer.id }],
    ['both', { SourceGroupOwnerId: peer.id, SourceGroupOwnerAccount: peer.name }],
  ])('names the account by %s, and the answer gives the id', async (_, owner) => {
    const [group, object] = [await newGroup(server), await newGroup(other, { SecurityGroupName: 'secret' })]
    const permission = { ...rule, SourceGroupId: object, ...owner }
    await server.ok('AuthorizeSecurityGroup', {
      ...{ RegionId: region, SecurityGroupId: group, Permissions: [permission] },
    })
    expect(await permissionsOf(server, group)).toMatchObject([
      { SourceGroupId: object, SourceGroupOwnerAccount: peer.id, SourceGroupName: '' },
    ])
  })

  it('is another rule than one about a group of the own account, and is revoked with its owner only', async () => {
    const [group, object] = [await newGroup(server), await newGroup(other)]
    const named = { RegionId: region, SecurityGroupId: group, ...rule, DestGroupId: object }
    const owner = { DestGroupOwnerAccount: peer.name }
    await server.ok('AuthorizeSecurityGroupEgress', { ...named, ...owner })
    await server.ok('AuthorizeSecurityGroupEgress', { ...named, DestGroupOwnerId: peer.id })
    expect(await permissionsOf(server, group)).toMatchObject([{ DestGroupOwnerAccount: peer.id }])
    const revoke = (extra: object) => server.call('RevokeSecurityGroupEgress', { ...named, ...extra })
    expect((await revoke({})).key).toBe('InvalidSecurityGroupRule.RuleNotExist')
    expect((await revoke({ DestGroupOwnerId: '77' })).key).toBe('InvalidSecurityGroupRule.RuleNotExist')
    expect((await revoke(owner)).status).toBe(200)
    expect(await permissionsOf(server, group)).toEqual([])
  })

  it('does not exist unless that account has the group in the region', async () => {
    const [group, mine, theirs] = [await newGroup(server), await newGroup(server), await newGroup(other)]
    const elsewhere = await newGroup(other, { RegionId: 'cn-beijing' })
    const authorize = async (object: object): Promise<string | undefined> =>
      (
        await server.call('AuthorizeSecurityGroup', {
          RegionId: region,
          SecurityGroupId: group,
          ...rule,
          ...object,
        })
      ).key
    expect(await authorize({ SourceGroupId: theirs })).toBe('InvalidSourceGroupId.NotFound')
    const byId = { SourceGroupOwnerId: peer.id }
    expect(await authorize({ SourceGroupId: mine, ...byId })).toBe('InvalidSourceGroup.NotFound')
    expect(await authorize({ SourceGroupId: elsewhere, ...byId })).toBe('InvalidSourceGroup.NotFound')
    expect(await authorize({ SourceGroupId: theirs, SourceGroupOwnerAccount: 'nobody@x' })).toBe(
      'InvalidSourceGroup.NotFound',
    )
    expect(
      await authorize({ SourceGroupId: theirs, ...byId, SourceGroupOwnerAccount: 'service@cloud' }),
    ).toBe('InvalidSourceGroup.NotFound')
    // An owner beside a block says nothing.
    expect(await authorize({ SourceCidrIp: '10.0.0.0/8', SourceGroupOwnerId: '77' })).toBeUndefined()
  })

  it('keeps that group from being deleted', async () => {
    const [group, object] = [await newGroup(server), await newGroup(other)]
    const named = { RegionId: region, SecurityGroupId: group, ...rule, SourceGroupId: object }
    await server.ok('AuthorizeSecurityGroup', { ...named, SourceGroupOwnerId: peer.id })
    const remove = () => other.call('DeleteSecurityGroup', { RegionId: region, SecurityGroupId: object })
    expect((await remove()).key).toBe('DependencyViolation#authorized')
    await server.ok('DeleteSecurityGroup', { RegionId: region, SecurityGroupId: group })
    expect((await remove()).status).toBe(200)
  })
})

describe('what is decided about the group of another account', () => {
  interface Nic {
    readonly NetworkInterfaceId: string
    readonly PrivateIpAddress: string
  }
  const newNic = async (
    caller: TestCaller,
    SecurityGroupId: string,
    PrivateIpAddress: string,
  ): Promise<Nic> => {
    const parameters = { RegionId: region, SecurityGroupId, PrivateIpAddress }
    await caller.ok('RunInstances', parameters)
    const { NetworkInterfaceSets } = await caller.ok('DescribeNetworkInterfaces', {
      ...{ RegionId: region, SecurityGroupId },
    })
    const [nic] = (NetworkInterfaceSets as { NetworkInterfaceSet: Nic[] }).NetworkInterfaceSet
    if (!nic) throw new Error('the instance has no interface')
    return nic
  }

  it('follows its members, and goes with the rule', async () => {
    const [group, object] = [await newGroup(server), await newGroup(other)]
    const mine = await newNic(server, group, '172.16.5.1')
    const theirs = await newNic(other, object, '172.16.9.9')
    const verdict = async (remote: string): Promise<unknown> => {
      const flow = {
        interface: mine.NetworkInterfaceId,
        direction: 'ingress',
        protocol: 'tcp',
        localPort: 22,
      }
      const asked = { flows: [{ ...flow, remote, remotePort: 40000 }] }
      return ((await adminPost(server, '/v1/decide', asked)) as { verdicts: { verdict: string }[] })
        .verdicts[0]?.verdict
    }
    expect(await verdict(theirs.PrivateIpAddress)).toBe('drop')
    const rule = { IpProtocol: 'TCP', PortRange: '22/22', SourceGroupId: object, SourceGroupOwnerId: peer.id }
    await server.ok('AuthorizeSecurityGroup', { RegionId: region, SecurityGroupId: group, ...rule })
    expect(await verdict(theirs.PrivateIpAddress)).toBe('accept')
    expect(await verdict('172.16.9.8')).toBe('drop')
    await newNic(other, object, '172.16.9.8')
    expect(await verdict('172.16.9.8')).toBe('accept')
    const { SecurityGroupReferences } = await other.ok('DescribeSecurityGroupReferences', {
      ...{ RegionId: region, SecurityGroupId: [object] },
    })
    expect(SecurityGroupReferences).toEqual({
      SecurityGroupReference: [
        {
          SecurityGroupId: object,
          ReferencingSecurityGroups: {
            ReferencingSecurityGroup: [{ SecurityGroupId: group, AliUid: own }],
          },
        },
      ],
    })
    await server.ok('RevokeSecurityGroup', { RegionId: region, SecurityGroupId: group, ...rule })
    expect(await verdict(theirs.PrivateIpAddress)).toBe('drop')
  })

  it('is kept when the rule is changed by its id', async () => {
    const [group, object] = [await newGroup(server), await newGroup(other)]
    const named = { RegionId: region, SecurityGroupId: group }
    const rule = { IpProtocol: 'TCP', PortRange: '22/22', SourceGroupId: object, SourceGroupOwnerId: peer.id }
    await server.ok('AuthorizeSecurityGroup', { ...named, ...rule })
    const [{ SecurityGroupRuleId } = {}] = await permissionsOf(server, group)
    await server.ok('ModifySecurityGroupRule', { ...named, SecurityGroupRuleId, PortRange: '23/23' })
    expect(await permissionsOf(server, group)).toMatchObject([
      { SecurityGroupRuleId, PortRange: '23/23', SourceGroupId: object, SourceGroupOwnerAccount: peer.id },
    ])
    const mine = await newGroup(server)
    await server.ok('ModifySecurityGroupRule', { ...named, SecurityGroupRuleId, SourceGroupId: mine })
    expect(await permissionsOf(server, group)).toMatchObject([
      { SecurityGroupRuleId, SourceGroupId: mine, SourceGroupOwnerAccount: '' },
    ])
  })
})

describe('a group that a service manages', () => {
  const managed = (extra: object = {}): Promise<string> =>
    newGroup(server.as(key('service-key')), { ServiceManaged: true, ResourceOwnerId: own, ...extra })

  it('belongs to the account it was made for, which sees who manages it', async () => {
    const group = await managed()
    const { SecurityGroups } = await server.ok('DescribeSecurityGroups', {
      ...{ RegionId: region, SecurityGroupId: group, ServiceManaged: true },
    })
    expect(SecurityGroups).toMatchObject({
      SecurityGroup: [{ SecurityGroupId: group, ServiceManaged: true, ServiceID: Number(service.id) }],
    })
    expect(await groupIds(server, { SecurityGroupId: group, ServiceManaged: false })).toEqual([])
    expect(await permissionsOf(server, group)).toEqual([])
  })

  it('is changed by the service and not by its owner', async () => {
    const group = await managed({ ResourceOwnerId: undefined, ResourceOwnerAccount: 'sallyport@local' })
    const rule = { IpProtocol: 'ALL', PortRange: '-1/-1', SourceCidrIp: '10.0.0.0/8' }
    const parameters = { RegionId: region, SecurityGroupId: group, ...rule }
    const refused = await server.call('AuthorizeSecurityGroup', parameters)
    expect(refused.key).toBe('InvalidOperation.ResourceManagedByCloudProduct')
    await server.as(key('service-key')).ok('AuthorizeSecurityGroup', { ...parameters, ResourceOwnerId: own })
    expect(await permissionsOf(server, group)).toHaveLength(1)
  })

  it('has the tags that the service gives it', async () => {
    const target = { RegionId: region, ResourceType: 'securitygroup', ResourceId: [await managed()] }
    const tags = { Tag: [{ Key: 'by', Value: 'service' }] }
    const refused = await server.call('TagResources', { ...target, ...tags })
    expect(refused.key).toBe('InvalidOperation.ResourceManagedByCloudProduct')
    await server.as(key('service-key')).ok('TagResources', { ...target, ...tags, ResourceOwnerId: own })
    const { TagResources } = await server.ok('ListTagResources', target)
    expect(TagResources).toMatchObject({ TagResource: [{ TagKey: 'by', TagValue: 'service' }] })
  })
})

describe('the owner parameters', () => {
  const call = async (caller: TestCaller, parameters: object): Promise<string | undefined> =>
    (await caller.call('DescribeSecurityGroups', { RegionId: region, ...parameters })).key

  it('may name the own account, whatever the case', async () => {
    expect(
      await call(server, {
        ...{ OwnerId: own, ResourceOwnerId: own, ResourceOwnerAccount: 'SallyPort@LOCAL' },
      }),
    ).toBeUndefined()
    expect(await call(server, { OwnerAccount: 'sallyport@local', ResourceOwnerAccount: own })).toBeUndefined()
  })

  it('are refused when they name another, save for the account of a service', async () => {
    expect(await call(server, { OwnerId: peer.id })).toBe('InvalidOwnerId')
    expect(await call(server, { ResourceOwnerId: peer.id })).toBe('InvalidOwnerId')
    expect(await call(server, { OwnerAccount: peer.name })).toBe('InvalidOwnerAccount')
    expect(await call(server, { ResourceOwnerAccount: peer.name })).toBe('InvalidOwnerAccount')
    expect(await call(server, { OwnerId: own, OwnerAccount: 'sallyport@local' })).toBe('InvalidOwner')
    const acting = server.as(key('service-key'))
    expect(await call(acting, { ResourceOwnerId: peer.id })).toBeUndefined()
    expect(await call(acting, { ResourceOwnerId: '77' })).toBe('InvalidOwnerId')
    expect(await call(acting, { ResourceOwnerId: peer.id, ResourceOwnerAccount: 'sallyport@local' })).toBe(
      'InvalidOwnerAccount',
    )
  })
})
