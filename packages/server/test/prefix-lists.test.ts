import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, newGroup, region } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'
import { blocks, cidrsOf, entriesOf, findPrefixLists, newPrefixList } from './list-calls.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ 'quotas.prefixListsPerRegion': '200' })
})
afterAll(() => server.stop())

const create = (extra: object) =>
  server.call('CreatePrefixList', {
    ...{ RegionId: region, PrefixListName: 'blocks', AddressFamily: 'IPv4', MaxEntries: 10, ...extra },
  })
const modify = (id: string, change: object) =>
  server.call('ModifyPrefixList', { RegionId: region, PrefixListId: id, ...change })

describe('CreatePrefixList', () => {
  it('makes a list that is described with everything it was given, its time in minutes', async () => {
    const id = await newPrefixList(server, {
      ...{ PrefixListName: 'Office:1_2.3-4', Description: 'all offices', MaxEntries: 20 },
      Entry: [{ Cidr: '192.168.1.0/24', Description: 'first' }, { Cidr: '192.168.1.100' }],
      Tag: [{ Key: 'k', Value: 'v' }],
    })
    expect(id).toMatch(/^pl-bp[a-z0-9]{18}$/)
    const common = {
      PrefixListId: id,
      PrefixListName: 'Office:1_2.3-4',
      AddressFamily: 'IPv4',
      MaxEntries: 20,
      Description: 'all offices',
      CreationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/) as string,
    }
    expect(await findPrefixLists(server, { PrefixListId: [id] })).toEqual([
      {
        ...{ ...common, AssociationCount: 0, ResourceGroupId: '' },
        Tags: { Tag: [{ TagKey: 'k', TagValue: 'v' }] },
      },
    ])
    const attributes = await server.ok('DescribePrefixListAttributes', { RegionId: region, PrefixListId: id })
    expect(attributes).toEqual({
      ...{ ...common, RequestId: attributes.RequestId },
      Entries: {
        Entry: [
          { Cidr: '192.168.1.0/24', Description: 'first' },
          { Cidr: '192.168.1.100/32', Description: '' },
        ],
      },
    })
  })

  it('takes a family in any case, and answers with the documented spelling', async () => {
    const id = await newPrefixList(server, { AddressFamily: 'ipv6' })
    expect(await findPrefixLists(server, { PrefixListId: [id] })).toMatchObject([{ AddressFamily: 'IPv6' }])
  })

  it('writes IPv6 blocks compressed and in lower case, an address as a block of one', async () => {
    const id = await newPrefixList(server, {
      AddressFamily: 'IPv6',
      Entry: blocks('2001:0DB8:0000:0000:0000:0000:0000:0000/32', '2001:DB8::00A1'),
    })
    expect(await cidrsOf(server, id)).toEqual(['2001:db8::/32', '2001:db8::a1/128'])
  })

  it('does the same once for one ClientToken', async () => {
    const token = { ClientToken: 'a-list', PrefixListName: 'by-token' }
    const [one, two] = [await newPrefixList(server, token), await newPrefixList(server, token)]
    expect(two).toBe(one)
    expect(await findPrefixLists(server, { PrefixListName: 'by-token' })).toHaveLength(1)
  })

  it.each<[string, object, number, string, string]>([
    ['no name', { PrefixListName: '' }, 400, 'MissingParameter', 'PrefixListName'],
    ['no family', { AddressFamily: '' }, 400, 'MissingParameter', 'AddressFamily'],
    ['no MaxEntries', { MaxEntries: '' }, 400, 'MissingParameter', 'MaxEntries'],
    ['MaxEntries 0', { MaxEntries: 0 }, 400, 'InvalidParameter', 'MaxEntries'],
    ['MaxEntries 201', { MaxEntries: 201 }, 400, 'InvalidParameter', 'MaxEntries'],
    ['a short name', { PrefixListName: 'x' }, 400, 'InvalidParameter.PrefixListName', 'PrefixListName'],
    [
      'a name that begins with a digit',
      { PrefixListName: '1ab' },
      400,
      'InvalidParameter.PrefixListName',
      '',
    ],
    ['a web address as name', { PrefixListName: 'http://ab' }, 400, 'InvalidParameter.PrefixListName', ''],
    ['a reserved name', { PrefixListName: 'com.alibabacloud.x' }, 400, 'InvalidParameter.PrefixListName', ''],
    ['an entry without a block', { Entry: [{ Description: 'xy' }] }, 400, 'MissingParameter', 'Entry.1.Cidr'],
    ['host bits', { Entry: blocks('10.0.0.1/8') }, 400, 'InvalidParameter.CidrMalformed', 'Entry.1.Cidr'],
    ['the other family', { Entry: blocks('::/0') }, 400, 'InvalidParameter.CidrMalformed', 'Entry.1.Cidr'],
    [
      'a mask over 32',
      { Entry: blocks('10.0.0.0/33') },
      400,
      'InvalidParameter.CidrMalformed',
      'Entry.1.Cidr',
    ],
    [
      'a block twice',
      { Entry: blocks('10.0.0.0/8', '10.0.0.1', '10.0.0.1/32') },
      400,
      'InvalidParameter.CidrDuplicated',
      'Entry.3.Cidr',
    ],
    [
      'a long description of an entry',
      { Entry: [{ Cidr: '10.0.0.0/8', Description: 'x'.repeat(33) }] },
      400,
      'InvalidDescription.Malformed',
      'The specified Description is wrongly formed.',
    ],
    [
      'more entries than MaxEntries',
      { MaxEntries: 1, Entry: blocks('10.0.0.0/8', '10.0.0.0/9') },
      400,
      'LimitExceed.MaxEntries',
      'The number of entries exceeds the MaxEntries of the specified prefix list.',
    ],
    ['an unknown resource group', { ResourceGroupId: 'rg-none' }, 404, 'InvalidResourceGroup.NotFound', ''],
    ['an unknown region', { RegionId: 'nowhere' }, 404, 'InvalidRegionId.NotFound', ''],
  ])('refuses %s', async (_, extra, status, code, text) => {
    const answer = await create({ PrefixListName: 'refused', ...extra })
    expectRefusal(answer, status, code)
    expect(answer.body.Message).toContain(text)
    expect(await findPrefixLists(server, { PrefixListName: 'refused' })).toEqual([])
  })
})

describe('ModifyPrefixList', () => {
  it('changes what is given and leaves the rest', async () => {
    const id = await newPrefixList(server, { Description: 'old words' })
    await modify(id, { PrefixListName: 'renamed' })
    expect(await findPrefixLists(server, { PrefixListId: [id] })).toMatchObject([
      { PrefixListName: 'renamed', Description: 'old words' },
    ])
    await modify(id, { Description: 'new words' })
    expect(await findPrefixLists(server, { PrefixListId: [id] })).toMatchObject([
      { PrefixListName: 'renamed', Description: 'new words' },
    ])
    expect((await modify(id, {})).status).toBe(200)
  })

  it('adds, removes and redescribes entries in one call; a new description needs no removal', async () => {
    const id = await newPrefixList(server, {
      Entry: [{ Cidr: '10.0.0.0/8', Description: 'ten' }, { Cidr: '192.0.2.0/24' }],
    })
    const answer = await modify(id, {
      AddEntry: [{ Cidr: '10.0.0.0/8', Description: 'old ten' }, { Cidr: '203.0.113.7' }],
      RemoveEntry: blocks('192.0.2.0/24'),
    })
    expect(answer.status).toBe(200)
    expect(await entriesOf(server, id)).toEqual([
      { Cidr: '10.0.0.0/8', Description: 'old ten' },
      { Cidr: '203.0.113.7/32', Description: '' },
    ])
    // Without a description an entry that is there stays as it is, and removing what is not there changes nothing.
    await modify(id, { AddEntry: blocks('10.0.0.0/8'), RemoveEntry: blocks('198.51.100.0/24') })
    expect(await entriesOf(server, id)).toMatchObject([{ Description: 'old ten' }, { Description: '' }])
  })

  it('replaces entries of a full list in one call, and refuses one more', async () => {
    const id = await newPrefixList(server, { MaxEntries: 2, Entry: blocks('10.0.0.0/8', '11.0.0.0/8') })
    expectRefusal(await modify(id, { AddEntry: blocks('12.0.0.0/8') }), 400, 'LimitExceed.MaxEntries')
    const swap = {
      AddEntry: blocks('12.0.0.0/8', '13.0.0.0/8'),
      RemoveEntry: blocks('10.0.0.0/8', '11.0.0.0/8'),
    }
    expect((await modify(id, swap)).status).toBe(200)
    expect(await cidrsOf(server, id)).toEqual(['12.0.0.0/8', '13.0.0.0/8'])
  })

  it('refuses a block to add and to remove at once, however it is written, and changes nothing', async () => {
    const id = await newPrefixList(server, { Entry: blocks('10.0.0.1') })
    const both = { PrefixListName: 'never', AddEntry: blocks('10.0.0.1'), RemoveEntry: blocks('10.0.0.1/32') }
    expectRefusal(await modify(id, both), 400, 'InvalidParameter.CidrDuplicated')
    expect(await findPrefixLists(server, { PrefixListId: [id] })).toMatchObject([
      { PrefixListName: 'blocks' },
    ])
  })

  it('takes 200 entries in a call and refuses a 201st', async () => {
    const id = await newPrefixList(server, { MaxEntries: 200 })
    const many = Array.from({ length: 200 }, (_, index) => `10.0.${index}.0/24`)
    expect((await modify(id, { AddEntry: blocks(...many) })).status).toBe(200)
    expect(await cidrsOf(server, id)).toEqual(many)
    const more = [...many, '192.0.2.0/24']
    expectRefusal(await modify(id, { AddEntry: blocks(...more) }), 400, 'LimitExceed.Entry')
  })
})

describe('DescribePrefixLists', () => {
  it('finds what meets every filter, newest first', async () => {
    const four = await newPrefixList(server, {
      PrefixListName: 'filtered',
      Tag: [{ Key: 'env', Value: 'a' }],
    })
    const six = await newPrefixList(server, { PrefixListName: 'filtered', AddressFamily: 'IPv6' })
    const ids = async (filter: object) =>
      (await findPrefixLists(server, filter)).map(({ PrefixListId }) => PrefixListId)
    expect(await ids({ PrefixListName: 'filtered' })).toEqual([six, four])
    expect(await ids({ PrefixListName: 'filtered', AddressFamily: 'IPv4' })).toEqual([four])
    expect(await ids({ PrefixListId: [six, 'pl-unknown'], PrefixListName: 'filtered' })).toEqual([six])
    expect(await ids({ Tag: [{ Key: 'env', Value: 'a' }] })).toEqual([four])
    expect(await ids({ Tag: [{ Key: 'env', Value: 'b' }] })).toEqual([])
    expect(await ids({ PrefixListName: 'filter' })).toEqual([])
    expect(await ids({ PrefixListName: 'filtered', ResourceGroupId: 'rg-none' })).toEqual([])
  })

  it('shows lists of one region only', async () => {
    const away = await newPrefixList(server, { RegionId: 'cn-beijing', PrefixListName: 'away' })
    expect(away).toMatch(/^pl-2ze/)
    expect(await findPrefixLists(server, { PrefixListName: 'away' })).toEqual([])
    const here = { RegionId: region, PrefixListId: away }
    expectRefusal(await server.call('DeletePrefixList', here), 404, 'InvalidPrefixListId.NotFound')
  })

  it('pages by token: no list twice, and none missed while others come and go', async () => {
    const made: string[] = []
    for (let index = 0; index < 7; index++)
      made.unshift(await newPrefixList(server, { PrefixListName: 'paged' }))
    const seen: unknown[] = []
    let NextToken = ''
    do {
      const page = { RegionId: region, PrefixListName: 'paged', MaxResults: 3, NextToken }
      const body = await server.ok('DescribePrefixLists', page)
      const { PrefixList } = body.PrefixLists as { PrefixList: { PrefixListId: string }[] }
      expect(PrefixList.length).toBeLessThanOrEqual(3)
      seen.push(...PrefixList.map(({ PrefixListId }) => PrefixListId))
      NextToken = String(body.NextToken)
      await newPrefixList(server, { PrefixListName: 'paged' })
    } while (NextToken !== '')
    expect(seen).toEqual(made)
  })

  it('refuses a page of 101 and a token that it did not give out', async () => {
    const refused = async (extra: object) =>
      expectRefusal(
        await server.call('DescribePrefixLists', { RegionId: region, ...extra }),
        400,
        'InvalidParameter',
      )
    await refused({ MaxResults: 101 })
    await refused({ NextToken: 'x' })
  })
})

describe('a prefix list that rules name', () => {
  const named = async (list: string): Promise<string> => {
    const group = await newGroup(server)
    const rule = { IpProtocol: 'ALL', PortRange: '-1/-1', SourcePrefixListId: list }
    await server.ok('AuthorizeSecurityGroup', { RegionId: region, SecurityGroupId: group, ...rule })
    return group
  }
  const associations = async (id: string, extra: object = {}) => {
    const body = await server.ok('DescribePrefixListAssociations', {
      RegionId: region,
      PrefixListId: id,
      ...extra,
    })
    const { PrefixListAssociation } = body.PrefixListAssociations as { PrefixListAssociation: object[] }
    return { found: PrefixListAssociation, token: String(body.NextToken) }
  }

  it('is associated with each group once, and counts them', async () => {
    const id = await newPrefixList(server)
    const [one, two] = [await named(id), await named(id)]
    const again = { IpProtocol: 'TCP', PortRange: '1/1', DestPrefixListId: id }
    await server.ok('AuthorizeSecurityGroupEgress', { RegionId: region, SecurityGroupId: one, ...again })
    const of = (...groups: string[]) =>
      groups.map((ResourceId) => ({ ResourceId, ResourceType: 'securitygroup' }))
    expect((await associations(id)).found).toEqual(of(two, one))
    expect(await findPrefixLists(server, { PrefixListId: [id] })).toMatchObject([{ AssociationCount: 2 }])
    const first = await associations(id, { MaxResults: 1 })
    expect(first.found).toEqual(of(two))
    const second = await associations(id, { MaxResults: 1, NextToken: first.token })
    expect(second).toEqual({ found: of(one), token: '' })
  })

  it('cannot be deleted until the last of them is gone, with its group or by itself', async () => {
    const id = await newPrefixList(server, { Tag: [{ Key: 'gone' }] })
    const [one, two] = [await named(id), await named(id)]
    const drop = () => server.call('DeletePrefixList', { RegionId: region, PrefixListId: id })
    await server.ok('DeleteSecurityGroup', { RegionId: region, SecurityGroupId: one })
    expectRefusal(
      await drop(),
      400,
      'NotAllowed.AssociationExist',
      'The specified prefix list has associated resources.',
    )
    const rule = { IpProtocol: 'ALL', PortRange: '-1/-1', SourcePrefixListId: id }
    await server.ok('RevokeSecurityGroup', { RegionId: region, SecurityGroupId: two, ...rule })
    expect((await drop()).status).toBe(200)
    expectRefusal(
      await drop(),
      404,
      'InvalidPrefixListId.NotFound',
      'The specified prefix list was not found.',
    )
    expect(await findPrefixLists(server, { Tag: [{ Key: 'gone' }] })).toEqual([])
  })
})
