import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ecs, bySignature, given, type Sdk, sdk } from './clients.js'
import { type RunningServer, startServer } from './running-server.js'

const regionId = 'cn-hangzhou'

let server: RunningServer
let clients: Sdk
beforeAll(async () => {
  server = await startServer()
  clients = sdk(server)
})
afterAll(() => server.stop())

const minutes = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/) as string

describe.each(bySignature)('the ECS SDK with %s', (signature, ecsOf) => {
  let ecs: Sdk['ecs']
  let securityGroupId: string
  let prefixListId: string
  let portRangeListId: string
  const name = signature.replace(' ', '-')

  beforeAll(async () => {
    ecs = ecsOf(clients)
    const { body } = await ecs.createSecurityGroup(new Ecs.CreateSecurityGroupRequest({ regionId }))
    securityGroupId = given(body?.securityGroupId)
  })

  it('makes a prefix list with entries and tags, and reads it back', async () => {
    const made = await ecs.createPrefixList(
      new Ecs.CreatePrefixListRequest({
        ...{ regionId, prefixListName: name, addressFamily: 'IPv4', maxEntries: 5, description: 'offices' },
        entry: [
          new Ecs.CreatePrefixListRequestEntry({ cidr: '192.168.1.0/24', description: 'first' }),
          new Ecs.CreatePrefixListRequestEntry({ cidr: '192.168.1.100' }),
        ],
        tag: [new Ecs.CreatePrefixListRequestTag({ key: 'k', value: 'v' })],
      }),
    )
    prefixListId = given(made.body?.prefixListId)
    const { body } = await ecs.describePrefixLists(
      new Ecs.DescribePrefixListsRequest({ regionId, prefixListId: [prefixListId], addressFamily: 'IPv4' }),
    )
    expect(body?.nextToken).toBe('')
    expect(body?.prefixLists?.prefixList).toMatchObject([
      {
        ...{ prefixListId, prefixListName: name, addressFamily: 'IPv4', description: 'offices' },
        ...{ maxEntries: 5, associationCount: 0, creationTime: minutes },
        tags: { tag: [{ tagKey: 'k', tagValue: 'v' }] },
      },
    ])
  })

  it('edits its entries', async () => {
    await ecs.modifyPrefixList(
      new Ecs.ModifyPrefixListRequest({
        ...{ regionId, prefixListId },
        addEntry: [new Ecs.ModifyPrefixListRequestAddEntry({ cidr: '10.0.0.0/8', description: 'ten' })],
        removeEntry: [new Ecs.ModifyPrefixListRequestRemoveEntry({ cidr: '192.168.1.0/24' })],
      }),
    )
    const { body } = await ecs.describePrefixListAttributes(
      new Ecs.DescribePrefixListAttributesRequest({ regionId, prefixListId }),
    )
    expect(body).toMatchObject({
      ...{ prefixListId, prefixListName: name, maxEntries: 5, creationTime: minutes },
      entries: {
        entry: [
          { cidr: '192.168.1.100/32', description: '' },
          { cidr: '10.0.0.0/8', description: 'ten' },
        ],
      },
    })
  })

  it('makes and edits a port list, whose answers hold plain lists', async () => {
    const made = await ecs.createPortRangeList(
      new Ecs.CreatePortRangeListRequest({
        ...{ regionId, portRangeListName: name, maxEntries: 3 },
        entry: [new Ecs.CreatePortRangeListRequestEntry({ portRange: '80/80', description: 'http' })],
        tag: [new Ecs.CreatePortRangeListRequestTag({ key: 'k', value: 'v' })],
      }),
    )
    portRangeListId = given(made.body?.portRangeListId)
    await ecs.modifyPortRangeList(
      new Ecs.ModifyPortRangeListRequest({
        ...{ regionId, portRangeListId, description: 'web ports' },
        addEntry: [new Ecs.ModifyPortRangeListRequestAddEntry({ portRange: '8000/8999' })],
      }),
    )
    const entries = await ecs.describePortRangeListEntries(
      new Ecs.DescribePortRangeListEntriesRequest({ regionId, portRangeListId }),
    )
    expect(entries.body?.entries).toMatchObject([
      { portRange: '80/80', description: 'http' },
      { portRange: '8000/8999', description: '' },
    ])
    const { body } = await ecs.describePortRangeLists(
      new Ecs.DescribePortRangeListsRequest({ regionId, portRangeListId: [portRangeListId] }),
    )
    expect(body?.portRangeLists).toMatchObject([
      {
        ...{ portRangeListId, portRangeListName: name, description: 'web ports' },
        ...{ maxEntries: 3, associationCount: 0, creationTime: minutes },
        tags: [{ tagKey: 'k', tagValue: 'v' }],
      },
    ])
  })

  it('names both in a rule, and finds the group among what is associated with each', async () => {
    const permission = new Ecs.AuthorizeSecurityGroupEgressRequestPermissions({
      ...{ ipProtocol: 'TCP', portRangeListId, destPrefixListId: prefixListId, policy: 'drop' },
    })
    await ecs.authorizeSecurityGroupEgress(
      new Ecs.AuthorizeSecurityGroupEgressRequest({ regionId, securityGroupId, permissions: [permission] }),
    )
    const { body } = await ecs.describeSecurityGroupAttribute(
      new Ecs.DescribeSecurityGroupAttributeRequest({ regionId, securityGroupId }),
    )
    expect(body?.permissions?.permission).toMatchObject([
      {
        ...{ direction: 'egress', portRange: '', portRangeListId, portRangeListName: name },
        ...{ destPrefixListId: prefixListId, destPrefixListName: name, policy: 'Drop' },
      },
    ])
    const ofPrefixes = await ecs.describePrefixListAssociations(
      new Ecs.DescribePrefixListAssociationsRequest({ regionId, prefixListId }),
    )
    expect(ofPrefixes.body?.prefixListAssociations?.prefixListAssociation).toMatchObject([
      { resourceId: securityGroupId, resourceType: 'securitygroup' },
    ])
    const ofPorts = await ecs.describePortRangeListAssociations(
      new Ecs.DescribePortRangeListAssociationsRequest({ regionId, portRangeListId }),
    )
    expect(ofPorts.body?.portRangeListAssociations).toMatchObject([
      { resourceId: securityGroupId, resourceType: 'SecurityGroup' },
    ])
  })

  it('deletes both once no rule names them', async () => {
    const dropPrefixes = () =>
      ecs.deletePrefixList(new Ecs.DeletePrefixListRequest({ regionId, prefixListId }))
    const dropPorts = () =>
      ecs.deletePortRangeList(new Ecs.DeletePortRangeListRequest({ regionId, portRangeListId }))
    await expect(dropPrefixes()).rejects.toMatchObject({ code: 'NotAllowed.AssociationExist' })
    await expect(dropPorts()).rejects.toMatchObject({ code: 'InvalidPortRangeListId.AssociationExist' })
    await ecs.deleteSecurityGroup(new Ecs.DeleteSecurityGroupRequest({ regionId, securityGroupId }))
    await dropPrefixes()
    await dropPorts()
    await expect(dropPrefixes()).rejects.toMatchObject({ code: 'InvalidPrefixListId.NotFound' })
    await expect(dropPorts()).rejects.toMatchObject({ code: 'InvalidPortRangeListId.NotFound' })
  })
})
