import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { type Snapshot, snapshotOf } from '@sallyport/engine'
import { UserError } from '@sallyport/server'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { connectControl } from '../src/control-client.js'
import { exportWorld } from '../src/export.js'
import { importAccount } from '../src/import.js'
import { liveClient } from '../src/live/client.js'
import { endpointOf } from '../src/live/endpoints.js'
import { readAccount } from '../src/live/read-account.js'
import { openSource } from '../src/world/open-world.js'
import { afterThisTest, root, temporaryFolder } from './running-command.js'
import { captured } from './static-server.js'
import { comparable, testKey, type WorldServer, worldServer } from './world-server.js'

const region = 'cn-hangzhou'
const credentials = () =>
  Promise.resolve({ accessKeyId: testKey.id, accessKeySecret: testKey.secret, securityToken: undefined })
const example = parse(readFileSync(join(root, 'docs/examples/seed.yaml'), 'utf8')) as object

/** A quintuple, IPv6, secondary interfaces, a stopped instance, and more of each list than a page holds. */
const large = {
  accounts: [
    {
      prefixLists: Array.from({ length: 100 }, (_, index) => ({
        ...{ name: `list-${index}`, maxEntries: 2, entries: [{ cidr: `10.0.0.${index}/32` }] },
      })),
      portLists: [{ name: 'ports', maxEntries: 2, entries: [{ ports: 80 }, { ports: '8000-8080' }] }],
      vpcs: [
        {
          ...{ name: 'big', cidr: '10.0.0.0/8', ipv6: true, secondaryCidrs: ['172.16.0.0/16'] },
          vswitches: [{ name: 'big-h', zone: 'cn-hangzhou-h', cidr: '10.0.0.0/16', ipv6: 9 }],
          groups: [
            {
              ...{
                name: 'many',
                innerAccess: 'drop',
                description: 'rules of "every" kind',
                tags: { tier: 'a' },
              },
              ingress: Array.from({ length: 99 }, (_, index) => ({
                ...{
                  protocol: 'tcp',
                  ports: index + 1,
                  from: '192.0.2.5/24',
                  description: `number ${index}`,
                },
              })),
              egress: [
                {
                  protocol: 'udp',
                  ports: { list: 'ports' },
                  to: '2001:db8::/32',
                  sourcePorts: 53,
                  local: 'fd00::/8',
                },
                { protocol: 'all', policy: 'drop', priority: 100, to: { prefixList: 'list-99' } },
                { protocol: 'icmp', to: { group: 'other-0' } },
              ],
            },
            { name: 'advanced', type: 'enterprise' },
            ...Array.from({ length: 98 }, (_, index) => ({ name: `other-${index}` })),
          ],
          instances: [
            { name: 'one', vswitch: 'big-h', groups: ['many', 'other-1'], ips: ['10.0.7.7'] },
            { name: 'two', vswitch: 'big-h', groups: ['advanced'], running: false },
          ],
          interfaces: [
            {
              ...{ name: 'loose', vswitch: 'big-h', groups: ['many'], ip: '10.0.9.9' },
              timeouts: { tcpEstablished: 100, tcpClosed: 5, udp: 60 },
            },
            { name: 'second', vswitch: 'big-h', groups: ['other-2'], instance: 'one' },
          ],
        },
      ],
    },
  ],
}

let account: WorldServer
const live = (whole = false) =>
  readAccount({ region, endpoint: account.running.endpoint, credentials }, whole)

/** What a server holds in the region: it has a default VPC in every region. */
async function inRegion(server: WorldServer): Promise<Snapshot> {
  const state = await server.state()
  return { ...state, vpcs: state.vpcs.filter(({ id }) => id.startsWith('vpc-bp')) }
}

/** The standard chain finds the key of the account; nothing of whoever runs the tests. */
function withKey(): void {
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', testKey.id)
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', testKey.secret)
  vi.stubEnv('ALIBABA_CLOUD_SECURITY_TOKEN', '')
  afterThisTest(() => void vi.unstubAllEnvs())
}

beforeEach(async () => {
  account = await worldServer()
})

describe('a live account read through its API', () => {
  it.each([
    ['the example', example],
    ['more than a page of everything', large],
  ])('is the state of the server, fact by fact: %s', async (_, document) => {
    await account.seed(document)
    const { snapshot, details, notes } = await live(true)
    expect(comparable(snapshot)).toEqual(comparable(await inRegion(account)))
    expect(notes).toEqual([])
    expect(details.names.size).toBeGreaterThan(5)
  })

  it('only sends operations that describe', async () => {
    await account.seed(example)
    const before = await sentTo(account)
    await live(true)
    const sent = (await sentTo(account)).slice(before.length)
    expect(sent.length).toBeGreaterThan(10)
    expect(sent.filter((name) => !name.startsWith('Describe'))).toEqual([])
    const client = liveClient({ region, endpoint: account.running.endpoint, credentials })
    await expect(client('ecs', 'DeleteSecurityGroup' as 'Describe', {})).rejects.toThrow('does not only read')
    await expect(client('ecs', 'Describe/../Delete', {})).rejects.toThrow('does not only read')
  })

  it('is asked again when it throttles', async () => {
    await account.seed(example)
    const ask = connectControl(account.settings.data)
    await ask('POST', '/v1/faults', {
      operation: 'DescribeSecurityGroupAttribute',
      throttle: { retryAfterMs: 1000 },
      count: 3,
    })
    const { snapshot } = await readAccount({
      region,
      endpoint: account.running.endpoint,
      credentials,
      backOff: 1,
    })
    expect(snapshot.rules).toHaveLength((await account.state()).rules.length)
    const calls = await sentTo(account)
    expect(calls.filter((name) => name === 'DescribeSecurityGroupAttribute')).toHaveLength(5)
  })

  it('is given up when it goes on throttling', async () => {
    const ask = connectControl(account.settings.data)
    await ask('POST', '/v1/faults', { operation: 'DescribeInstances', throttle: { retryAfterMs: 1000 } })
    const reading = readAccount({ region, endpoint: account.running.endpoint, credentials, backOff: 1 })
    await expect(reading).rejects.toThrow(/^DescribeInstances was refused: 400 Throttling/)
    expect((await sentTo(account)).filter((name) => name === 'DescribeInstances')).toHaveLength(7)
  })
})

async function sentTo({ settings }: WorldServer): Promise<string[]> {
  const { calls } = (await connectControl(settings.data)('GET', '/v1/calls?limit=1000')) as {
    calls: { operation: string }[]
  }
  return calls.map(({ operation }) => operation)
}

/** Answers as a listener says; how many requests were under way at most. */
async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  afterThisTest(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('the client of a live account', () => {
  it('has ten requests under way at most', async () => {
    let [now, most] = [0, 0]
    const endpoint = await answering((_, response) => {
      most = Math.max(most, ++now)
      setTimeout(() => {
        now--
        response.end('{}')
      }, 20)
    })
    const client = liveClient({ region, endpoint, credentials })
    await Promise.all(Array.from({ length: 40 }, () => client('ecs', 'DescribeInstances', {})))
    expect(most).toBe(10)
  })

  it('follows no redirect, and tells no secret', async () => {
    let followed = 0
    const endpoint = await answering((request, response) => {
      if (request.url === '/elsewhere') followed++
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    const client = liveClient({ region, endpoint, credentials, backOff: 1 })
    const error: unknown = await client('ecs', 'DescribeInstances', {}).catch((problem: unknown) => problem)
    expect(error).toBeInstanceOf(UserError)
    expect(followed).toBe(0)
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(testKey.secret)
  })

  it('says which permission is missing', async () => {
    const endpoint = await answering((_, response) => {
      response.writeHead(403).end(JSON.stringify({ Code: 'Forbidden.RAM', Message: 'no', RequestId: 'r' }))
    })
    const client = liveClient({ region, endpoint, credentials, backOff: 1 })
    await expect(client('vpc', 'DescribeVpcs', {})).rejects.toMatchObject({
      message: 'DescribeVpcs was refused: 403 Forbidden.RAM: no (request r)',
      hint: expect.stringContaining('permission for DescribeVpcs') as string,
    })
  })

  it.each([
    ['cn-hangzhou', 'ecs', 'https://ecs-cn-hangzhou.aliyuncs.com/'],
    ['cn-hangzhou', 'vpc', 'https://vpc.aliyuncs.com/'],
    ['eu-central-1', 'ecs', 'https://ecs.eu-central-1.aliyuncs.com/'],
    ['eu-central-1', 'vpc', 'https://vpc.eu-central-1.aliyuncs.com/'],
  ] as const)('asks %s for %s at %s', (place, product, url) => {
    expect(endpointOf(product, place, undefined).href).toBe(url)
  })

  it.each([
    ['x.evil.example/', undefined],
    ['cn-hangzhou', 'ftp://a.example'],
    ['cn-hangzhou', 'https://a.example/path'],
    ['cn-hangzhou', 'https://user:word@a.example'],
  ])('goes nowhere with region %s and endpoint %s', (place, endpoint) => {
    expect(() => endpointOf('ecs', place, endpoint)).toThrow(UserError)
  })
})

describe('the commands on a live account', () => {
  it('a question may be asked of it', async () => {
    withKey()
    await account.seed(example)
    const { world, names } = await openSource({
      ...{ settings: account.settings, account: true, endpoint: account.running.endpoint },
    })
    expect(comparable(snapshotOf(world))).toEqual(comparable(await inRegion(account)))
    expect([...names.values()]).toContain('web-1')
  })

  it('import --output writes a file that is the same world', async () => {
    withKey()
    await account.seed(large)
    const output = join(temporaryFolder(), 'world.yaml')
    const { endpoint } = account.running
    await captured(() => importAccount(account.settings, { endpoint, output, json: false }))
    const { world, names } = await openSource({ settings: account.settings, file: output })
    expect(comparable(snapshotOf(world))).toEqual(comparable(await inRegion(account)))
    expect([...names.values()]).toContain('big/many')
    await expect(importAccount(account.settings, { endpoint, output, json: false })).rejects.toThrow(
      'cannot write',
    )
  })

  it('import copies it into another server, with ids of its own', async () => {
    withKey()
    await account.seed(large)
    const copy = await worldServer()
    const { result, stdout } = await captured(() =>
      importAccount(copy.settings, { endpoint: account.running.endpoint, output: undefined, json: false }),
    )
    expect(result).toBe(0)
    const renamed = new Map(
      [...stdout.matchAll(/^\S+ +\S+ +\S+ +(\S+) +-> +(\S+)$/gm)].map(([, from = '', to = '']) => [from, to]),
    )
    const before = await account.state()
    const after = await copy.state()
    expect(after.rules).toHaveLength(before.rules.length)
    const inCopy = new Set(renamed.values())
    const groupsOf = (id: string, state: typeof before): unknown =>
      state.rules
        .filter(({ group }) => group === id)
        .map(({ priority, protocol, direction, local, sourcePorts }) =>
          JSON.stringify([priority, protocol, direction, local, sourcePorts]),
        )
        .sort()
    for (const { id } of before.groups)
      expect(groupsOf(renamed.get(id) ?? '', after)).toEqual(groupsOf(id, before))
    expect(after.groups.filter(({ id }) => inCopy.has(id))).toHaveLength(before.groups.length)
    const addresses = (state: typeof before) =>
      state.interfaces.map((one) => [...one.addresses].sort().join()).sort()
    expect(addresses(after)).toEqual(addresses(before))
  })

  it('import without a server to copy into asks nothing of the account', async () => {
    withKey()
    const settings = { ...account.settings, data: temporaryFolder() }
    const before = (await sentTo(account)).length
    const options = { endpoint: account.running.endpoint, output: undefined, json: false }
    await expect(importAccount(settings, options)).rejects.toThrow('no server runs')
    expect(await sentTo(account)).toHaveLength(before)
  })

  it('export --yaml is what import writes, and a format is needed', async () => {
    withKey()
    await account.seed(example)
    const options = { settings: account.settings, account: true, endpoint: account.running.endpoint }
    const { stdout } = await captured(() =>
      exportWorld(options, { yaml: true, terraform: false, output: undefined }),
    )
    expect(stdout).toContain('{ name: web-1')
    await expect(exportWorld(options, { yaml: true, terraform: true, output: undefined })).rejects.toThrow(
      'both',
    )
    await expect(exportWorld(options, { yaml: false, terraform: false, output: undefined })).rejects.toThrow(
      'no format',
    )
  })
})

it.each([
  [{ file: 'x', account: true }, 'both given'],
  [{ endpoint: 'https://a.example' }, '--endpoint is given without --account'],
  [{ account: true, at: '3' }, '--at is a place'],
])('sources that exclude one another are refused: %j', async (options, message) => {
  await expect(openSource({ settings: account.settings, ...options })).rejects.toThrow(message)
})
