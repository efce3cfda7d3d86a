import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, newGroup, region } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'
import { findPortLists, newPortList, ports, rangesOf } from './list-calls.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const create = (extra: object) =>
  server.call('CreatePortRangeList', {
    ...{ RegionId: region, PortRangeListName: 'ports', MaxEntries: 10, ...extra },
  })
const modify = (id: string, change: object) =>
  server.call('ModifyPortRangeList', { RegionId: region, PortRangeListId: id, ...change })

describe('CreatePortRangeList', () => {
  it('makes a list that is described in plain lists, without the inner member of other answers', async () => {
    const id = await newPortList(server, {
      ...{ PortRangeListName: 'web', Description: 'web ports', MaxEntries: 2000 },
      Entry: [{ PortRange: '80/80', Description: 'http' }, { PortRange: '8000/8999' }],
      Tag: [{ Key: 'k', Value: 'v' }],
    })
    expect(id).toMatch(/^prl-bp[a-z0-9]{18}$/)
    const lists = await server.ok('DescribePortRangeLists', { RegionId: region, PortRangeListId: [id] })
    expect(lists).toEqual({
      RequestId: lists.RequestId,
      NextToken: '',
      PortRangeLists: [
        {
          PortRangeListId: id,
          PortRangeListName: 'web',
          Description: 'web ports',
          MaxEntries: 2000,
          AssociationCount: 0,
          CreationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/) as string,
          ResourceGroupId: '',
          Tags: [{ TagKey: 'k', TagValue: 'v' }],
        },
      ],
    })
    const entries = await server.ok('DescribePortRangeListEntries', { RegionId: region, PortRangeListId: id })
    expect(entries).toEqual({
      RequestId: entries.RequestId,
      Entries: [
        { PortRange: '80/80', Description: 'http' },
        { PortRange: '8000/8999', Description: '' },
      ],
    })
  })

  it.each<[string, object, string, string]>([
    ['no name', { PortRangeListName: '' }, 'MissingParameter', 'PortRangeListName'],
    ['MaxEntries 0', { MaxEntries: 0 }, 'InvalidParameter', 'MaxEntries'],
    [
      'MaxEntries 2001',
      { MaxEntries: 2001 },
      'InvalidOperation.MaxEntriesCountExceed',
      'The specified MaxEntries exceeded the upper limit.',
    ],
    ['a reserved name', { PortRangeListName: 'com.Aliyun.x' }, 'InvalidParameter.PortRangeListName', ''],
    ['an entry without ports', { Entry: [{ Description: 'xy' }] }, 'InvalidParam.Entry', 'Entry'],
    ['all ports in the way of rules', { Entry: ports('-1/-1') }, 'InvalidParameter.PortRange', ''],
    ['port 0', { Entry: ports('0/80') }, 'InvalidParameter.PortRange', ''],
    ['port 65536', { Entry: ports('80/65536') }, 'InvalidParameter.PortRange', ''],
    ['ports out of order', { Entry: ports('81/80') }, 'InvalidParameter.PortRange', ''],
    ['one port alone', { Entry: ports('80') }, 'InvalidParameter.PortRange', ''],
    ['ports twice', { Entry: ports('80/80', '080/80') }, 'InvalidParameter.PortRangeDuplicated', ''],
    [
      'more entries than MaxEntries',
      { MaxEntries: 1, Entry: ports('80/80', '81/81') },
      'InvalidOperation.EntryCountExceedMaxEntries',
      'The number of entries in the port list exceeds MaxEntries.',
    ],
  ])('refuses %s', async (_, extra, code, text) => {
    const answer = await create({ PortRangeListName: 'refused', ...extra })
    expectRefusal(answer, 400, code)
    expect(answer.body.Message).toContain(text)
    expect(await findPortLists(server, { PortRangeListName: 'refused' })).toEqual([])
  })
})

describe('ModifyPortRangeList', () => {
  it('adds and removes entries up to MaxEntries, and renames', async () => {
    const id = await newPortList(server, { MaxEntries: 2, Entry: ports('80/80', '443/443') })
    expectRefusal(
      await modify(id, { AddEntry: ports('22/22') }),
      400,
      'LimitExceed.MaxEntries',
      'The number of entries exceeds the MaxEntries of the specified PortRangeList.',
    )
    const change = { PortRangeListName: 'renamed', AddEntry: ports('22/22'), RemoveEntry: ports('80/80') }
    expect((await modify(id, change)).status).toBe(200)
    expect(await rangesOf(server, id)).toEqual(['443/443', '22/22'])
    expect(await findPortLists(server, { PortRangeListId: [id] })).toMatchObject([
      { PortRangeListName: 'renamed' },
    ])
    expectRefusal(
      await modify(id, { AddEntry: ports('1/9'), RemoveEntry: ports('1/9') }),
      400,
      'InvalidParameter.PortRangeDuplicated',
    )
    expectRefusal(await modify('prl-none', change), 400, 'InvalidPortRangeListId.NotFound')
  })

  it('is carried out once for one ClientToken', async () => {
    const id = await newPortList(server)
    const change = { ClientToken: 'one-change', AddEntry: ports('80/80') }
    expect((await modify(id, change)).status).toBe(200)
    await modify(id, { RemoveEntry: ports('80/80') })
    expect((await modify(id, change)).status).toBe(200)
    expect(await rangesOf(server, id)).toEqual([])
  })
})

describe('a port list that rules name', () => {
  it('is associated with its groups, and cannot be deleted before', async () => {
    const id = await newPortList(server)
    const group = await newGroup(server)
    const rule = { IpProtocol: 'UDP', PortRangeListId: id, SourceCidrIp: '10.0.0.0/8' }
    await server.ok('AuthorizeSecurityGroup', {
      RegionId: region,
      SecurityGroupId: group,
      Permissions: [rule],
    })
    const described = await server.ok('DescribePortRangeListAssociations', {
      ...{ RegionId: region, PortRangeListId: id },
    })
    expect(described).toEqual({
      RequestId: described.RequestId,
      NextToken: '',
      PortRangeListAssociations: [{ ResourceId: group, ResourceType: 'SecurityGroup' }],
    })
    expect(await findPortLists(server, { PortRangeListId: [id] })).toMatchObject([{ AssociationCount: 1 }])
    const drop = () => server.call('DeletePortRangeList', { RegionId: region, PortRangeListId: id })
    expectRefusal(
      await drop(),
      400,
      'InvalidPortRangeListId.AssociationExist',
      'The specified port range list has association resources.',
    )
    await server.ok('RevokeSecurityGroup', { RegionId: region, SecurityGroupId: group, Permissions: [rule] })
    expect((await drop()).status).toBe(200)
    expect(await findPortLists(server, { PortRangeListId: [id] })).toEqual([])
  })
})
