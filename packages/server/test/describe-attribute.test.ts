import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, newGroup, region, rulesOf } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const describeGroup = (group: string, extra: object = {}) =>
  server.call('DescribeSecurityGroupAttribute', { RegionId: region, SecurityGroupId: group, ...extra })

const rule = (port: number, object: object) => ({
  ...{ IpProtocol: 'TCP', PortRange: `${port}/${port}`, ...object },
})
const inbound = (port: number) => rule(port, { SourceCidrIp: '10.0.0.0/8' })
const outbound = (port: number) => rule(port, { DestCidrIp: '10.0.0.0/8' })

const authorize = (group: string, action: string, Permissions: readonly object[]) =>
  server.ok(action, { RegionId: region, SecurityGroupId: group, Permissions })

/** Outbound 1 to 3, then inbound 1 to 3, then outbound 4. */
async function mixedGroup(): Promise<string> {
  const group = await newGroup(server, { SecurityGroupName: 'mixed', Description: 'Both ways.' })
  await authorize(group, 'AuthorizeSecurityGroupEgress', [1, 2, 3].map(outbound))
  await authorize(group, 'AuthorizeSecurityGroup', [1, 2, 3].map(inbound))
  await authorize(group, 'AuthorizeSecurityGroupEgress', [outbound(4)])
  return group
}

const places = (rules: readonly { readonly [member: string]: unknown }[]): string[] =>
  rules.map((one) => `${String(one.Direction)} ${String(one.PortRange).split('/')[0]}`)

describe('DescribeSecurityGroupAttribute', () => {
  let group: string
  beforeAll(async () => {
    group = await mixedGroup()
  })

  it('says what the group is', async () => {
    const { status, body } = await describeGroup(group)
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual([
      ...['RequestId', 'RegionId', 'SecurityGroupId', 'SecurityGroupName', 'Description', 'VpcId'],
      ...['InnerAccessPolicy', 'NextToken', 'Permissions'],
    ])
    expect(body).toMatchObject({
      ...{ RegionId: region, SecurityGroupId: group, SecurityGroupName: 'mixed', Description: 'Both ways.' },
      ...{ InnerAccessPolicy: 'Accept', NextToken: '', VpcId: expect.stringMatching(/^vpc-bp/) as string },
    })
  })

  it('lists rules in the order of creation, inbound before outbound', async () => {
    const order = ['ingress 1', 'ingress 2', 'ingress 3', 'egress 1', 'egress 2', 'egress 3', 'egress 4']
    expect(places(await rulesOf(server, group))).toEqual(order)
    await server.restart()
    expect(places(await rulesOf(server, group))).toEqual(order)
  })

  it.each([
    ['all', 7],
    ['ALL', 7],
    ['ingress', 3],
    ['Egress', 4],
    ['', 7],
  ])('narrows to Direction %j', async (Direction, count) => {
    const rules = await rulesOf(server, group, { Direction })
    expect(rules).toHaveLength(count)
    const wanted = Direction.toLowerCase()
    if (count < 7) expect(rules.every((one) => one.Direction === wanted)).toBe(true)
  })

  it.each(['intranet', 'internet', '<nil>', 'anything'])('takes NicType %s for intranet', async (NicType) => {
    const rules = await rulesOf(server, group, { NicType })
    expect(rules.map((one) => one.NicType)).toEqual(Array(7).fill('intranet'))
  })

  it('adds the snapshot policies, of which there are none, when asked', async () => {
    const { body } = await describeGroup(group, { Attribute: 'snapshotPolicyIds' })
    expect(body.SnapshotPolicyIds).toEqual({ SnapshotPolicyId: [] })
  })

  it.each([
    ['no RegionId', { RegionId: undefined }, 400, 'MissingParameter.RegionId'],
    ['no SecurityGroupId', { SecurityGroupId: undefined }, 400, 'MissingParameter'],
    ['an unknown region', { RegionId: 'xx-nowhere' }, 404, 'InvalidRegionId.NotFound'],
    ['the wrong region', { RegionId: 'cn-beijing' }, 404, 'InvalidSecurityGroupId.NotFound'],
    ['an unknown direction', { Direction: 'sideways' }, 400, 'InvalidParamter'],
    ['an unknown attribute', { Attribute: 'x' }, 400, 'InvalidParameter.AttributeNotSupported'],
    ['MaxResults 9', { MaxResults: 9 }, 400, 'InvalidParameter'],
    ['MaxResults 1001', { MaxResults: 1001 }, 400, 'InvalidParameter'],
    ['a NextToken that is none', { NextToken: 'x' }, 400, 'InValidParameter.NextToken'],
  ])('refuses %s', async (_, extra, status, code) => {
    expectRefusal(await describeGroup(group, extra), status, code)
  })

  it('says 404 InvalidSecurityGroupId.NotFound of a group that does not exist', async () => {
    const text = 'The specified SecurityGroupId does not exist.'
    expectRefusal(await describeGroup('sg-bp1none'), 404, 'InvalidSecurityGroupId.NotFound', text)
  })

  it('names groups that are objects, by the name they have now', async () => {
    const object = await newGroup(server, { SecurityGroupName: 'object' })
    const holder = await newGroup(server)
    const all = { IpProtocol: 'ALL', PortRange: '-1/-1' }
    await authorize(holder, 'AuthorizeSecurityGroup', [{ ...all, SourceGroupId: object }])
    await authorize(holder, 'AuthorizeSecurityGroupEgress', [{ ...all, DestGroupId: object }])
    expect(await rulesOf(server, holder)).toMatchObject([
      { SourceGroupId: object, SourceGroupName: 'object', SourceGroupOwnerAccount: '', DestGroupId: '' },
      { DestGroupId: object, DestGroupName: 'object', DestGroupOwnerAccount: '', SourceGroupId: '' },
    ])
  })
})

describe('pages of rules', () => {
  it('show each rule that stays once, whatever is made and revoked in between', async () => {
    const group = await newGroup(server)
    await authorize(
      group,
      'AuthorizeSecurityGroup',
      Array.from({ length: 12 }, (_, index) => inbound(index + 1)),
    )
    await authorize(
      group,
      'AuthorizeSecurityGroupEgress',
      Array.from({ length: 12 }, (_, index) => outbound(index + 1)),
    )
    const page = async (NextToken?: unknown) => {
      const { body } = await describeGroup(group, { MaxResults: 10, NextToken })
      const { Permission } = body.Permissions as { Permission: { [member: string]: unknown }[] }
      return [places(Permission), body.NextToken] as const
    }
    const [first, afterFirst] = await page()
    expect(first).toEqual(Array.from({ length: 10 }, (_, index) => `ingress ${index + 1}`))
    // The rule where the page ended, and one to come; a new inbound rule comes after the others of its direction.
    const gone = { RegionId: region, SecurityGroupId: group, Permissions: [inbound(10), inbound(12)] }
    await server.ok('RevokeSecurityGroup', gone)
    await authorize(group, 'AuthorizeSecurityGroup', [inbound(99)])
    const [second, afterSecond] = await page(afterFirst)
    expect(second.slice(0, 3)).toEqual(['ingress 11', 'ingress 99', 'egress 1'])
    expect(second).toHaveLength(10)
    await server.restart()
    expect(await page(afterSecond)).toEqual([['egress 9', 'egress 10', 'egress 11', 'egress 12'], ''])
  })

  it('are narrowed by Direction, too', async () => {
    const group = await newGroup(server)
    await authorize(
      group,
      'AuthorizeSecurityGroupEgress',
      Array.from({ length: 11 }, (_, i) => outbound(i + 1)),
    )
    await authorize(group, 'AuthorizeSecurityGroup', [inbound(1)])
    const { body } = await describeGroup(group, { MaxResults: 10, Direction: 'egress' })
    const rest = await rulesOf(server, group, {
      ...{ MaxResults: 10, Direction: 'egress', NextToken: body.NextToken },
    })
    expect(places(rest)).toEqual(['egress 11'])
  })
})
