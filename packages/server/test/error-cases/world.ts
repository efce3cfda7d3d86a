import { randomUUID } from 'node:crypto'
import { testServer, type TestCaller, type TestKey, type TestServer } from '../harness.js'
import { adminPost, adminToken } from '../world-state.js'

export const region = 'cn-hangzhou'
export const zone = 'cn-hangzhou-i'
export const vpcVersion = '2016-04-28'
export const resourceManagerVersion = '2020-03-31'

/** Well-formed ids that nothing has. */
export const nobody = {
  group: 'sg-bp1000000000000000aa',
  rule: 'sgr-bp100000000000000aa',
  instance: 'i-bp1000000000000000aaa',
  eni: 'eni-bp1000000000000000aa',
  vpc: 'vpc-bp1000000000000000aaa',
  vswitch: 'vsw-bp1000000000000000aaa',
  prefixList: 'pl-bp1000000000000000aa',
  portList: 'prl-bp1000000000000000a',
  router: 'vrt-bp1000000000000000aaa',
  routeTable: 'vtb-bp1000000000000000aaa',
}

/** The default account of the servers. */
export const accountId = '1234567890123456'

/** A cloud service's account beside it. */
export const service: TestKey & { readonly accountId: string } = {
  ...{ accountId: '2000000000000001', id: 'service-key', secret: 'service-secret' },
}

/** An account that has the classic network, and one that may not make rules in groups of VPCs. */
export const classic: TestKey = { id: 'classic-key', secret: 'classic-secret' }
export const noVpc: TestKey = { id: 'no-vpc-key', secret: 'no-vpc-secret' }

/** A user of the default account, and a role that it may assume. */
export const user: TestKey = { id: 'user-key', secret: 'user-secret' }
export const role = {
  arn: `acs:ram::${accountId}:role/worker`,
  foreign: `acs:ram::${service.accountId}:role/own`,
}

/** An account that has nothing to do with the others. */
export const stranger: TestKey = { id: 'stranger-key', secret: 'stranger-secret' }

const classicAccount = { id: '5000000000000001', name: 'classic@local', classic: true, keys: [classic] }

const accounts = [
  { id: '3000000000000001', name: 'stranger@elsewhere', keys: [stranger] },
  {
    ...{ id: accountId, name: 'sallyport@local' },
    keys: [{ ...user, user: 'alice' }],
    roles: [{ name: 'worker' }],
  },
  {
    ...{ id: service.accountId, name: 'service@cloud', service: true },
    keys: [{ id: service.id, secret: service.secret }],
    roles: [{ name: 'own' }],
  },
  classicAccount,
  { id: '4000000000000001', name: 'no-vpc@local', vpc: false, keys: [noVpc] },
]

/**
 * Three servers: one with room for everything, one where each quota is met after a call or two, and one like the
 * first that answers with the codes of today's documents.
 */
export interface World {
  readonly roomy: TestServer
  readonly tight: TestServer
  readonly current: TestServer
}

/** Groups that the tight server allows in a region: enough for the cases, and few enough to reach. */
export const TIGHT_GROUPS = 100

/** Resource groups that the tight server allows. */
export const TIGHT_RESOURCE_GROUPS = 2
/** VPCs that the tight server allows in a region, vSwitches in a VPC, and secondary blocks of it. */
export const TIGHT_NETWORKS = { vpcs: 20, vswitches: 1, blocks: 1 }

/** Saved paths that the tight server allows, and analyses of them. */
export const TIGHT_PATHS = 1
export const TIGHT_ANALYSES = 1

/** Lists of a kind that the tight server allows in a region. */
export const TIGHT_LISTS = 20

const tightQuotas = {
  'quotas.securityGroupsPerRegion': String(TIGHT_GROUPS),
  'quotas.rulesPerGroup': '2',
  'quotas.rulesPerInterface': '3',
  'quotas.groupsPerInterface': '2',
  'quotas.groupObjectsPerGroup': '1',
  'quotas.privateAddressesPerGroup': '1',
  'quotas.prefixListsPerRegion': String(TIGHT_LISTS),
  'quotas.portListsPerRegion': String(TIGHT_LISTS),
  'quotas.associationsPerPrefixList': '1',
  'quotas.resourceGroups': String(TIGHT_RESOURCE_GROUPS),
  'quotas.tagsPerResource': '2',
  'quotas.interfacesPerRegion': '1',
  'quotas.vpcsPerRegion': String(TIGHT_NETWORKS.vpcs),
  'quotas.vswitchesPerVpc': String(TIGHT_NETWORKS.vswitches),
  'quotas.secondaryBlocksPerVpc': String(TIGHT_NETWORKS.blocks),
  'quotas.classicLinksPerVpc': '1',
  'quotas.networkPaths': String(TIGHT_PATHS),
  'quotas.pathAnalyses': String(TIGHT_ANALYSES),
}

export async function openWorld(): Promise<World> {
  const room = {
    ...{ adminToken, 'quotas.securityGroupsPerRegion': '10000', 'quotas.resourceGroups': '1000' },
    accounts: JSON.stringify(accounts),
    'quotas.prefixListsPerRegion': '1000',
    'quotas.portListsPerRegion': '1000',
  }
  return {
    roomy: await testServer(room),
    tight: await testServer({ ...tightQuotas, accounts: JSON.stringify([classicAccount]) }),
    current: await testServer({ ...room, errorGeneration: 'current' }),
  }
}

export async function closeWorld({ roomy, tight, current }: World): Promise<void> {
  await roomy.stop()
  await tight.stop()
  await current.stop()
}

/** A new group in the default VPC; returns its id. */
export async function newGroup(server: TestCaller, extra: object = {}): Promise<string> {
  return String((await server.ok('CreateSecurityGroup', { RegionId: region, ...extra })).SecurityGroupId)
}

/** A new group of the default account that a service manages; returns its id. */
export async function newManagedGroup(server: TestServer): Promise<string> {
  const parameters = { RegionId: region, ServiceManaged: true, ResourceOwnerId: accountId }
  return String((await server.as(service).ok('CreateSecurityGroup', parameters)).SecurityGroupId)
}

/** A new IPv4 prefix list of at most two entries, with none; returns its id. */
export async function newPrefixList(server: TestCaller, extra: object = {}): Promise<string> {
  const parameters = {
    RegionId: region,
    PrefixListName: 'some-list',
    AddressFamily: 'IPv4',
    MaxEntries: 2,
    ...extra,
  }
  return String((await server.ok('CreatePrefixList', parameters)).PrefixListId)
}

/** A new port list of at most two entries, with none; returns its id. */
export async function newPortList(server: TestCaller, extra: object = {}): Promise<string> {
  const parameters = { RegionId: region, PortRangeListName: 'some-list', MaxEntries: 2, ...extra }
  return String((await server.ok('CreatePortRangeList', parameters)).PortRangeListId)
}

/** A rule in a new group that names a list as source or as ports, as `lists` says. */
export async function ruleOnList(server: TestCaller, lists: object): Promise<string> {
  const group = await newGroup(server)
  const rest = 'PortRangeListId' in lists ? { SourceCidrIp: '203.0.113.0/24' } : { PortRange: '443/443' }
  await server.ok('AuthorizeSecurityGroup', {
    ...{ RegionId: region, SecurityGroupId: group, IpProtocol: 'TCP', ...rest, ...lists },
  })
  return group
}

/** A new VPC 192.168.0.0/16; returns its id. */
export async function newVpc(server: TestCaller, extra: object = {}): Promise<string> {
  const parameters = { RegionId: region, CidrBlock: '192.168.0.0/16', ...extra }
  return String((await server.ok('CreateVpc', parameters, vpcVersion)).VpcId)
}

/** A new vSwitch 192.168.0.0/24; returns its id. */
export async function newVSwitch(server: TestCaller, vpc: string, extra: object = {}): Promise<string> {
  const parameters = { RegionId: region, VpcId: vpc, ZoneId: zone, CidrBlock: '192.168.0.0/24', ...extra }
  return String((await server.ok('CreateVSwitch', parameters, vpcVersion)).VSwitchId)
}

/** A new resource group; returns its id. */
export async function newResourceGroup(server: TestServer): Promise<string> {
  const parameters = { Name: `g-${randomUUID()}`, DisplayName: 'group' }
  const { ResourceGroup } = await server.ok('CreateResourceGroup', parameters, resourceManagerVersion)
  return (ResourceGroup as { Id: string }).Id
}

/** Locks an instance of a server with `adminToken` for security reasons, by the admin route. */
export const lockInstance = (server: TestServer, instanceId: string): Promise<unknown> =>
  adminPost(server, '/v1/instances/lock', { instanceId, locked: true })

export interface NewInstance {
  readonly instance: string
  readonly eni: string
}

interface DescribedInstances {
  readonly Instance: readonly {
    readonly NetworkInterfaces: {
      readonly NetworkInterface: readonly { readonly NetworkInterfaceId: string }[]
    }
  }[]
}

/** A new running instance in a group. */
export async function newInstance(
  server: TestCaller,
  group: string,
  extra: object = {},
): Promise<NewInstance> {
  const parameters = { RegionId: region, SecurityGroupId: group, ...extra }
  const { InstanceIdSets } = await server.ok('RunInstances', parameters)
  const instance = (InstanceIdSets as { InstanceIdSet: string[] }).InstanceIdSet[0] ?? ''
  const found = await server.ok('DescribeInstances', {
    RegionId: region,
    InstanceIds: JSON.stringify([instance]),
  })
  const [described] = (found.Instances as DescribedInstances).Instance
  return { instance, eni: described?.NetworkInterfaces.NetworkInterface[0]?.NetworkInterfaceId ?? '' }
}
