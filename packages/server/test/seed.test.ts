import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { control, mustControl, withAdmin } from './control-calls.js'
import { testServer, type TestServer } from './harness.js'

const example = parse(
  readFileSync(fileURLToPath(new URL('../../../docs/examples/seed.yaml', import.meta.url)), 'utf8'),
) as unknown

const peerKey = { id: 'peer-key', secret: 'peer-key-secret' }
const peer = { id: '3000000000000001', name: 'Peer@aliyun.com', keys: [peerKey] }

let server: TestServer
beforeEach(async () => {
  server = await testServer({ ...withAdmin, accounts: JSON.stringify([peer]) })
})
afterEach(() => server.stop())

const seed = (document: unknown) => control(server, 'POST', '/v1/seed', document)
const mustSeed = async (document: unknown) =>
  (await mustControl(server, 'POST', '/v1/seed', document))['resources'] as Resource[]
const stateOf = () => mustControl(server, 'GET', '/v1/state')

interface Resource {
  readonly kind: string
  readonly name: string
  readonly id: string
  readonly account: string
  readonly created: boolean
}

const region = { RegionId: 'cn-hangzhou' }

/** A VPC with a group and whatever else. */
const shop = (parts: object = {}, vpc: object = {}) => ({
  accounts: [{ vpcs: [{ name: 'shop', cidr: '10.0.0.0/16', groups: [{ name: 'web', ...parts }], ...vpc }] }],
})

const idNamed = (resources: readonly Resource[], name: string): string =>
  resources.find((resource) => resource.name === name)?.id ?? ''

describe('a seed', () => {
  it('makes what it names, as a client would find it', async () => {
    const resources = await mustSeed(example)
    expect(resources.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'prefix-list offices',
      'port-list web-ports',
      'vpc shop',
      'vswitch shop/shop-h',
      'group shop/web',
      'group shop/database',
      'instance shop/web-1',
      'instance shop/db-1',
    ])
    const web = idNamed(resources, 'shop/web')
    const { Permissions } = await server.ok('DescribeSecurityGroupAttribute', {
      ...region,
      SecurityGroupId: web,
    })
    const { Permission } = Permissions as { Permission: object[] }
    expect(Permission).toHaveLength(4)
    expect(Permission).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          Description: 'maintenance',
          SourcePrefixListId: idNamed(resources, 'offices'),
        }),
        expect.objectContaining({ DestGroupId: idNamed(resources, 'shop/database'), PortRange: '5432/5432' }),
      ]),
    )
    const { Instances } = await server.ok('DescribeInstances', { ...region, InstanceName: 'web-1' })
    expect(Instances).toMatchObject({
      Instance: [{ VpcAttributes: { PrivateIpAddress: { IpAddress: ['10.0.1.10'] } } }],
    })
  })

  it('changes nothing the second time', async () => {
    const first = await mustSeed(example)
    const state = await stateOf()
    const second = await mustSeed(example)
    expect(await stateOf()).toEqual(state)
    expect(second).toEqual(first.map((resource) => ({ ...resource, created: false })))
  })

  it('adds rules and entries that are missing, and removes none', async () => {
    const resources = await mustSeed(example)
    const web = { ...region, SecurityGroupId: idNamed(resources, 'shop/web') }
    const rule = {
      IpProtocol: 'TCP',
      PortRange: '5432/5432',
      DestGroupId: idNamed(resources, 'shop/database'),
    }
    await server.ok('RevokeSecurityGroupEgress', { ...web, ...rule })
    await server.ok('AuthorizeSecurityGroup', {
      ...{ ...web, IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '10.9.0.0/16' },
    })
    const list = { ...region, PrefixListId: idNamed(resources, 'offices') }
    await server.ok('ModifyPrefixList', { ...list, RemoveEntry: [{ Cidr: '203.0.113.0/24' }] })
    await mustSeed(example)
    const { Permissions } = await server.ok('DescribeSecurityGroupAttribute', web)
    expect((Permissions as { Permission: unknown[] }).Permission).toHaveLength(5)
    const { Entries } = await server.ok('DescribePrefixListAttributes', list)
    expect((Entries as { Entry: unknown[] }).Entry).toHaveLength(2)
  })

  it('gives each resource a place of its own in lists, so that paging leaves none out', async () => {
    const groups = Array.from({ length: 23 }, (_, index) => ({ name: `group-${index}` }))
    await mustSeed({ accounts: [{ vpcs: [{ name: 'shop', cidr: '10.0.0.0/16', groups }] }] })
    const seen: string[] = []
    let token: string | undefined
    do {
      const page = await server.ok('DescribeSecurityGroups', { ...region, MaxResults: 10, NextToken: token })
      const { SecurityGroup } = page['SecurityGroups'] as { SecurityGroup: { SecurityGroupName: string }[] }
      seen.push(...SecurityGroup.map(({ SecurityGroupName }) => SecurityGroupName))
      token = page['NextToken'] === '' ? undefined : (page['NextToken'] as string | undefined)
    } while (token !== undefined)
    expect(seen.sort()).toEqual(groups.map(({ name }) => name).sort())
  })

  it('is for several accounts, whose rules may name groups of one another', async () => {
    const resources = await mustSeed({
      accounts: [
        {
          vpcs: [
            {
              ...{ name: 'mine', cidr: '10.0.0.0/16' },
              groups: [
                {
                  name: 'web',
                  ingress: [
                    {
                      protocol: 'tcp',
                      ports: 80,
                      from: { account: 'peer@aliyun.com', vpc: 'theirs', group: 'app' },
                    },
                  ],
                },
              ],
            },
          ],
        },
        { account: peer.id, vpcs: [{ name: 'theirs', cidr: '10.0.0.0/16', groups: [{ name: 'app' }] }] },
      ],
    })
    expect(resources.find(({ name }) => name === 'theirs/app')?.account).toBe(peer.id)
    const id = idNamed(resources, 'mine/web')
    const { Permissions } = await server.ok('DescribeSecurityGroupAttribute', {
      ...region,
      SecurityGroupId: id,
    })
    expect(Permissions).toMatchObject({
      Permission: [{ SourceGroupId: idNamed(resources, 'theirs/app'), SourceGroupOwnerAccount: peer.id }],
    })
  })

  it('may use the default VPC', async () => {
    const instances = [{ name: 'one', groups: ['web'] }]
    const resources = await mustSeed({
      accounts: [{ vpcs: [{ default: true, groups: [{ name: 'web' }], instances }] }],
    })
    expect(resources.map(({ name, created }) => [name, created])).toEqual([
      ['default', false],
      ['default/web', true],
      ['default/one', true],
    ])
  })
})

describe('a seed that is refused', () => {
  const rule = { protocol: 'tcp', ports: 80, from: '10.0.0.0/8' }
  it.each<[string, unknown, string, string]>([
    ['no document', [], 'the document', ''],
    ['unknown keys', shop({ rules: [] }), 'accounts[0].vpcs[0].groups[0].rules', 'no known key'],
    ['missing keys', { accounts: [{ vpcs: [{ name: 'shop' }] }] }, 'accounts[0].vpcs[0].cidr', ''],
    [
      'a bad rule',
      shop({ ingress: [rule, { ...rule, protocol: 'sctp' }] }),
      'groups[0].ingress[1].protocol',
      '',
    ],
    [
      'ports that ICMP has not',
      shop({ ingress: [{ ...rule, protocol: 'icmp' }] }),
      'ingress[0].ports',
      'no ports',
    ],
    [
      'an unknown group',
      shop({ egress: [{ protocol: 'all', to: { group: 'db' } }] }),
      'egress[0].to.group',
      'no group',
    ],
    [
      'a name given twice',
      shop({}, { groups: [{ name: 'web' }, { name: 'web' }] }),
      'groups[1].name',
      'twice',
    ],
    ['an unknown account', { accounts: [{ account: '77' }] }, 'accounts[0].account', 'no account 77'],
    [
      'what an operation refuses',
      shop({}, { cidr: '10.0.0.0/40' }),
      'accounts[0].vpcs[0]',
      'InvalidParameter',
    ],
    [
      'an unknown zone',
      shop({}, { vswitches: [{ name: 'vs', zone: 'z', cidr: '10.0.1.0/24' }] }),
      'vswitches[0]',
      '',
    ],
    [
      'a rule that is refused',
      shop({ ingress: [rule, { ...rule, from: '10.0.0.0/99' }] }),
      'groups[0].ingress',
      '',
    ],
  ])('for %s names the place and changes nothing', async (_, document, path, why) => {
    const before = await stateOf()
    const { status, body } = await seed(document)
    expect([status, body['error']]).toEqual([400, expect.stringContaining(path)])
    expect(body['error']).toContain(why)
    expect(Array.isArray(body['path'])).toBe(true)
    expect(await stateOf()).toEqual(before)
    await server.ok('CreateSecurityGroup', region)
    expect((await stateOf())['revision']).toBe(Number(before['revision']) + 1)
  })

  it('because the server has it otherwise says both', async () => {
    await mustSeed(shop())
    const { body } = await seed(shop({}, { cidr: '10.1.0.0/16' }))
    expect(body['error']).toBe(
      'accounts[0].vpcs[0].cidr: is "10.1.0.0/16" here and "10.0.0.0/16" on the server',
    )
    const { body: type } = await seed(shop({ type: 'enterprise' }))
    expect(type['error']).toContain('groups[0].type')
  })

  it('because of a quota leaves nothing of it', async () => {
    const groups = Array.from({ length: 101 }, (_, index) => ({ name: `group-${index}` }))
    const before = await stateOf()
    const { body } = await seed(shop({}, { groups }))
    expect(body['error']).toContain('accounts[0].vpcs[0].groups[100]: QuotaExceed.SecurityGroup')
    expect(await stateOf()).toEqual(before)
  })
})
