import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, findGroups, newGroup, newVpc, region, rulesOf, runInstances } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ 'quotas.securityGroupsPerRegion': '1000' })
})
afterAll(() => server.stop())

const create = (extra: object) => server.call('CreateSecurityGroup', { RegionId: region, ...extra })
const only = async (id: string) => (await findGroups(server, { SecurityGroupId: id }))[0]

describe('CreateSecurityGroup', () => {
  it('needs only a region: a basic group in the default VPC, without name, description, tags or rules', async () => {
    const answer = await server.ok('CreateSecurityGroup', { RegionId: region })
    expect(Object.keys(answer)).toEqual(['RequestId', 'SecurityGroupId'])
    const id = String(answer.SecurityGroupId)
    expect(id).toMatch(/^sg-bp[a-z0-9]{18}$/)
    const vpcs = await server.ok('DescribeVpcs', { RegionId: region, IsDefault: 'true' }, '2016-04-28')
    const [vpc] = (vpcs.Vpcs as { Vpc: { VpcId: string }[] }).Vpc
    expect(await only(id)).toEqual({
      SecurityGroupId: id,
      SecurityGroupName: '',
      Description: '',
      SecurityGroupType: 'normal',
      VpcId: vpc?.VpcId,
      CreationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      EcsCount: 0,
      AvailableInstanceAmount: 0,
      ResourceGroupId: '',
      ServiceManaged: false,
      RuleCount: 0,
      GroupToGroupRuleCount: 0,
      Tags: { Tag: [] },
    })
    expect(await rulesOf(server, id)).toEqual([])
  })

  it('keeps every parameter it is given', async () => {
    const vpc = await newVpc(server)
    const id = await newGroup(server, {
      ...{ VpcId: vpc, SecurityGroupName: 'web-1', Description: 'Web servers.', ServiceManaged: 'false' },
      Tag: [
        { Key: 'team', Value: 'edge' },
        { Key: 'empty', Value: '' },
      ],
    })
    expect(await only(id)).toMatchObject({
      ...{ VpcId: vpc, SecurityGroupName: 'web-1', Description: 'Web servers.', ServiceManaged: false },
      Tags: {
        Tag: [
          { TagKey: 'empty', TagValue: '' },
          { TagKey: 'team', TagValue: 'edge' },
        ],
      },
    })
  })

  it('makes an advanced group, whose members do not reach one another by default', async () => {
    const id = await newGroup(server, { SecurityGroupType: 'enterprise' })
    expect(await only(id)).toMatchObject({ SecurityGroupType: 'enterprise' })
    const parameters = { RegionId: region, SecurityGroupId: id }
    expect(await server.ok('DescribeSecurityGroupAttribute', parameters)).toMatchObject({
      InnerAccessPolicy: 'Drop',
    })
  })

  it('lets groups share a name', async () => {
    const twins = [
      await newGroup(server, { SecurityGroupName: 'twins' }),
      await newGroup(server, { SecurityGroupName: 'twins' }),
    ]
    const found = await findGroups(server, { SecurityGroupName: 'twins' })
    expect(found.map((group) => group.SecurityGroupId)).toEqual(twins.reverse())
  })

  it.each([
    ['the shortest', 'ab'],
    ['the longest', `a${'b'.repeat(127)}`],
    ['every kind of character', 'a1:_.-Z'],
    ['Chinese', '安全组_1'],
    ['one that begins like a web address', 'http:x'],
  ])('takes a name: %s', async (_, name) => {
    const id = await newGroup(server, { SecurityGroupName: name })
    expect((await only(id))?.SecurityGroupName).toBe(name)
  })

  it.each([
    ['too short', 'a'],
    ['too long', `a${'b'.repeat(128)}`],
    ['a digit first', '1ab'],
    ['a dash first', '-ab'],
    ['a blank', 'a b'],
    ['a web address', 'http://a'],
    ['a secure web address', 'https://a'],
  ])('refuses a name: %s', async (_, name) => {
    const text = 'The specified parameter SecurityGroupName is not valid.'
    expectRefusal(await create({ SecurityGroupName: name }), 400, 'InvalidSecurityGroupName.Malformed', text)
  })

  it.each(['ab', 'x'.repeat(256), 'see http://a'])('takes a description %#', async (text) => {
    expect((await only(await newGroup(server, { Description: text })))?.Description).toBe(text)
  })

  it.each(['a', 'x'.repeat(257), 'http://a', 'HTTPS://a'])('refuses a description %#', async (text) => {
    expectRefusal(await create({ Description: text }), 400, 'InvalidSecurityGroupDiscription.Malformed')
  })

  it.each([
    ['no RegionId', { RegionId: undefined }, 400, 'MissingParameter.RegionId'],
    ['an empty RegionId', { RegionId: '' }, 400, 'MissingParameter.RegionId'],
    ['an unknown region', { RegionId: 'xx-nowhere' }, 404, 'InvalidRegionId.NotFound'],
    ['an unknown type', { SecurityGroupType: 'advanced' }, 400, 'InvalidParams.GroupType'],
    ['an unknown VPC', { VpcId: 'vpc-bp1nothere' }, 404, 'InvalidVpcId.NotFound'],
    ['a resource group', { ResourceGroupId: 'rg-1' }, 404, 'InvalidResourceGroup.NotFound'],
    ['a managed group', { ServiceManaged: 'true' }, 403, 'InvalidOperation.ResourceManagedByCloudProduct'],
    ['a ServiceManaged that is no boolean', { ServiceManaged: '1' }, 400, 'InvalidParameter'],
  ])('refuses %s', async (_, extra, status, code) => {
    expectRefusal(await create(extra), status, code)
  })

  it('does not take a VPC of another region', async () => {
    const vpc = await newVpc(server)
    expectRefusal(await create({ RegionId: 'cn-beijing', VpcId: vpc }), 404, 'InvalidVpcId.NotFound')
  })
})

describe('tags of a new group', () => {
  const tag = (Key: string, Value = '') => create({ Tag: [{ Key, Value }] })

  it('may be written in lower case, and number twenty', async () => {
    const Tag = Array.from({ length: 20 }, (_, index) => ({ key: `k${index}`, value: `v${index}` }))
    const found = await only(await newGroup(server, { Tag }))
    const tags = (found?.Tags as { Tag: { TagKey: string; TagValue: string }[] }).Tag
    expect(tags.map(({ TagKey, TagValue }) => `${TagKey}=${TagValue}`).sort()).toEqual(
      Tag.map(({ key, value }) => `${key}=${value}`).sort(),
    )
  })

  it.each([
    ['empty', ''],
    ['too long', 'k'.repeat(129)],
    ['of Alibaba', 'aliyunX'],
    ['of Alibaba, in capitals', 'ACS:x'],
    ['a web address', 'http://x'],
  ])('do not have a key that is %s', async (_, key) => {
    expectRefusal(await tag(key, 'v'), 400, 'InvalidTagKey.Malformed')
  })

  it.each([
    ['too long', 'v'.repeat(129)],
    ['a web address', 'https://x'],
  ])('do not have a value that is %s', async (_, value) => {
    expectRefusal(await tag('k', value), 400, 'InvalidTagValue.Malformed')
  })

  it('do not have one key twice, nor number twenty-one', async () => {
    const twice = await create({
      Tag: [
        { Key: 'k', Value: 'a' },
        { Key: 'k', Value: 'b' },
      ],
    })
    expectRefusal(twice, 400, 'Duplicate.TagKey', 'The Tag.N.Key contain duplicate key.')
    expectRefusal(await create({ 'Tag.21.Key': 'k' }), 400, 'InvalidTagKey.Malformed')
  })
})

describe('the quota of groups', () => {
  it('is 100 in a region unless set otherwise; a deleted group makes room, other regions do not count', async () => {
    const plain = await testServer()
    try {
      const ids: string[] = []
      for (let made = 0; made < 100; made++) ids.push(await newGroup(plain))
      const full = await plain.call('CreateSecurityGroup', { RegionId: region })
      const text = 'The maximum number of security groups is reached.'
      expectRefusal(full, 403, 'QuotaExceed.SecurityGroup', text)
      await newGroup(plain, { RegionId: 'cn-beijing' })
      await plain.ok('DeleteSecurityGroup', { RegionId: region, SecurityGroupId: ids[50] })
      await newGroup(plain)
      expectRefusal(
        await plain.call('CreateSecurityGroup', { RegionId: region }),
        403,
        'QuotaExceed.SecurityGroup',
      )
    } finally {
      await plain.stop()
    }
  })
})

describe('DeleteSecurityGroup', () => {
  const remove = (id: string, extra: object = {}) =>
    server.call('DeleteSecurityGroup', { RegionId: region, SecurityGroupId: id, ...extra })
  const refer = (holder: string, object: string) =>
    server.ok('AuthorizeSecurityGroupEgress', {
      ...{ RegionId: region, SecurityGroupId: holder, DestGroupId: object },
      ...{ IpProtocol: 'ALL', PortRange: '-1/-1' },
    })

  it('removes the group with its rules and tags, once', async () => {
    const id = await newGroup(server, { Tag: [{ Key: 'gone', Value: '1' }] })
    await server.ok('AuthorizeSecurityGroup', {
      ...{ RegionId: region, SecurityGroupId: id, SourceCidrIp: '10.0.0.0/8' },
      ...{ IpProtocol: 'ALL', PortRange: '-1/-1' },
    })
    const answer = await remove(id)
    expect({ status: answer.status, members: Object.keys(answer.body) }).toEqual({
      ...{ status: 200, members: ['RequestId'] },
    })
    expect(await findGroups(server, { SecurityGroupId: id })).toEqual([])
    expect(await findGroups(server, { Tag: [{ Key: 'gone' }] })).toEqual([])
    const text = 'The specified security group is not found.'
    expectRefusal(await remove(id), 404, 'InvalidSecurityGroup.NotFound', text)
  })

  it('is refused while an instance is in the group, even a stopped one', async () => {
    const id = await newGroup(server)
    const [instance] = await runInstances(server, id)
    const text = 'There is still instance(s) in the specified security group.'
    expectRefusal(await remove(id), 403, 'DependencyViolation', text)
    await server.ok('StopInstance', { InstanceId: instance })
    expectRefusal(await remove(id), 403, 'DependencyViolation', text)
    await server.ok('DeleteInstance', { InstanceId: instance })
    expect((await remove(id)).status).toBe(200)
  })

  it('is refused while a rule of another group names the group', async () => {
    const [id, holder] = [await newGroup(server), await newGroup(server)]
    await refer(holder, id)
    const text = 'The specified security group has been authorized in another one.'
    expectRefusal(await remove(id), 403, 'DependencyViolation', text)
    expect((await remove(holder)).status).toBe(200)
    expect((await remove(id)).status).toBe(200)
  })

  it('is not refused for what the group names itself, and needs the region of the group', async () => {
    const [id, object] = [await newGroup(server), await newGroup(server)]
    await refer(id, object)
    expectRefusal(await remove(id, { RegionId: 'cn-beijing' }), 404, 'InvalidSecurityGroup.NotFound')
    expect((await remove(id)).status).toBe(200)
    expect((await remove(object)).status).toBe(200)
  })

  it.each([
    ['without RegionId', { RegionId: undefined }, 400, 'MissingParameter.RegionId'],
    ['in an unknown region', { RegionId: 'xx-nowhere' }, 404, 'InvalidRegionId.NotFound'],
    ['without SecurityGroupId', { SecurityGroupId: '' }, 400, 'MissingParameter'],
  ])('is refused %s', async (_, extra, status, code) => {
    expectRefusal(await remove(await newGroup(server), extra), status, code)
  })
})
