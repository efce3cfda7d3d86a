import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Outside } from '../../packages/dataplane/test/topology.js'
import { makeOutside } from '../../packages/dataplane/test/topology.js'
import type { Try } from './packets-agreement.js'
import { passes } from './packets-agreement.js'
import { Ecs } from './clients.js'
import type { Cloud, Machine } from './packets-cloud.js'
import { cloudOf } from './packets-cloud.js'
import type { Product } from './packets-product.js'
import { describeProduct, startProduct } from './packets-product.js'

const OUT = '203.0.113.1'
const OUT6 = '2001:db8:1::1'
const METADATA = '100.100.100.200'
const RESOLVER = '100.100.2.136'
const all = { ipProtocol: 'ALL', portRange: '-1/-1' }
const tcpPorts = (portRange: string) => ({ ipProtocol: 'TCP', portRange })

describeProduct('rules made with the SDK decide real packets, as POST /v1/decide says', () => {
  let outside: Outside
  let product: Product
  let cloud: Cloud
  let vpcId: string
  let vSwitchId: string
  let clients: string
  let servers: string
  let others: string
  let a: Machine
  let b: Machine

  beforeAll(async () => {
    outside = makeOutside([`${OUT}/32`, `${OUT6}/128`, `${METADATA}/32`, `${RESOLVER}/32`])
    product = await startProduct(['--uplink-netns', outside.namespace, '--uplink-routes'])
    cloud = cloudOf(product)
    vpcId = await cloud.vpc('10.30.0.0/16')
    vSwitchId = await cloud.vSwitch(vpcId, '10.30.1.0/24')
    clients = await cloud.group(vpcId)
    servers = await cloud.group(vpcId)
    others = await cloud.group(vpcId)
    ;[a, b] = [
      ...(await cloud.machines(vSwitchId, [clients], 1)),
      ...(await cloud.machines(vSwitchId, [servers], 1)),
    ] as [Machine, Machine]
    for (const port of [79, 80, 85, 90, 91]) await b.station.serve('tcp', port)
    for (const port of [53, 54]) await b.station.serve('udp', port)
    await a.station.serve('tcp', 80)
    await outside.station.serve('tcp', 80)
    for (const [port, host] of [
      [53, OUT],
      [67, OUT],
      [53, RESOLVER],
    ] as const)
      await outside.station.serve('udp', port, host)
  })
  afterAll(async () => {
    for (const machine of [a, b]) machine?.station.stop()
    await product?.end()
    outside?.remove()
  })
  beforeEach(() => cloud.clear(clients, servers, others))

  /** What becomes of all tries, made at the same time. */
  const results = (...tries: Try[]): Promise<boolean[]> =>
    Promise.all(tries.map((attempt) => passes(product, attempt)))
  const aToB = (more: Partial<Try> = {}): Try => ({ from: a, to: b, protocol: 'tcp', port: 80, ...more })
  const outwards = (more: Partial<Try> = {}): Try => ({
    from: a,
    to: OUT,
    protocol: 'tcp',
    port: 80,
    ...more,
  })
  const inwards = (more: Partial<Try> = {}): Try => ({
    from: { outside: outside.station, address: OUT },
    ...{ to: b, protocol: 'tcp', port: 80, ...more },
  })
  const six = { family: 6 } as const

  it('without rules a basic group lets everything out and nothing in', async () => {
    expect(
      await results(
        aToB(),
        aToB(six),
        aToB({ protocol: 'udp', port: 53 }),
        aToB({ protocol: 'icmp' }),
        inwards(),
      ),
    ).toEqual([false, false, false, false, false])
    const out6 = { to: OUT6, ...six }
    expect(
      await results(
        outwards(),
        outwards(out6),
        outwards({ protocol: 'udp', port: 53 }),
        outwards({ protocol: 'icmp' }),
        outwards({ protocol: 'icmp', ...out6 }),
      ),
    ).toEqual([true, true, true, true, true])
  })

  it('an analysis of the path says what the packets do', async () => {
    await cloud.ingress(servers, { ...tcpPorts('80/90'), sourceCidrIp: '0.0.0.0/0' })
    await cloud.egress(clients, { ...tcpPorts('85/85'), destCidrIp: '10.30.0.0/16', policy: 'drop' })
    const nis = cloud.sdk.popOf('2021-12-16')
    const analysed = async (from: object, port: number): Promise<unknown> => {
      const target = { TargetType: 'ecs', TargetId: b.instance, TargetPort: port }
      const path = { RegionId: 'cn-hangzhou', ...from, ...target }
      const made = await nis.request<{ NetworkReachableAnalysisId: string }>(
        'CreateAndAnalyzeNetworkPath',
        path,
      )
      const { NetworkReachableAnalysisId } = made
      const found = await nis.request<{ Reachable: boolean }>('GetNetworkReachableAnalysis', {
        NetworkReachableAnalysisId,
      })
      return found.Reachable
    }
    for (const port of [79, 80, 85, 90, 91]) {
      const packets = await results(aToB({ port }), inwards({ port }))
      const source = { SourceType: 'ecs', SourceId: a.instance }
      const beyond = { SourceType: 'internetIp', SourceId: OUT }
      expect([port, await analysed(source, port), await analysed(beyond, port)]).toEqual([port, ...packets])
    }
  })

  it('without rules an advanced group lets nothing out', async () => {
    const advanced = await cloud.group(vpcId, 'enterprise')
    const [c] = (await cloud.machines(vSwitchId, [advanced], 1)) as [Machine]
    try {
      await cloud.ingress(servers, { ...all, sourceCidrIp: '0.0.0.0/0' })
      expect(await results(outwards({ from: c }), aToB({ from: c }), aToB())).toEqual([false, false, true])
      await cloud.egress(advanced, { ...tcpPorts('80/80'), destCidrIp: `${b.v4}/32` })
      expect(await results(outwards({ from: c }), aToB({ from: c }))).toEqual([false, true])
    } finally {
      c.station.stop()
      await cloud.remove(c)
    }
  })

  it('a range of TCP ports holds both its ends and nothing beside them', async () => {
    await cloud.ingress(servers, { ...tcpPorts('80/90'), sourceCidrIp: `${a.v4}/32` })
    const ports = [79, 80, 85, 90, 91]
    expect(await results(...ports.map((port) => aToB({ port })))).toEqual([false, true, true, true, false])
    await cloud.egress(clients, { ...tcpPorts('81/90'), destCidrIp: '10.30.0.0/16', policy: 'drop' })
    expect(await results(...ports.map((port) => aToB({ port })))).toEqual([false, true, false, false, false])
  })

  it('a prefix list and a port list decide as they are edited, while their rule stays as it is', async () => {
    const { ecs } = cloud.sdk
    const regionId = 'cn-hangzhou'
    const blocks = { regionId, prefixListName: 'peers', addressFamily: 'IPv4', maxEntries: 4 }
    const madeBlocks = await ecs.createPrefixList(new Ecs.CreatePrefixListRequest(blocks))
    const prefixListId = String(madeBlocks.body?.prefixListId)
    const madePorts = await ecs.createPortRangeList(
      new Ecs.CreatePortRangeListRequest({ regionId, portRangeListName: 'ports', maxEntries: 4 }),
    )
    const portRangeListId = String(madePorts.body?.portRangeListId)
    const edit = async (cidrs: object, ports: object): Promise<void> => {
      await ecs.modifyPrefixList(new Ecs.ModifyPrefixListRequest({ regionId, prefixListId, ...cidrs }))
      await ecs.modifyPortRangeList(
        new Ecs.ModifyPortRangeListRequest({ regionId, portRangeListId, ...ports }),
      )
      expect(await product.enforced()).toEqual([])
    }
    const block = (cidr: string) => [new Ecs.ModifyPrefixListRequestAddEntry({ cidr })]
    const range = (portRange: string) => [new Ecs.ModifyPortRangeListRequestAddEntry({ portRange })]
    await cloud.ingress(servers, {
      ...{ ipProtocol: 'TCP', portRangeListId, sourcePrefixListId: prefixListId },
    })
    const tried = () => results(...[80, 85, 91].map((port) => aToB({ port })), inwards(), aToB(six))
    expect(await tried()).toEqual([false, false, false, false, false])
    await edit({ addEntry: block(a.v4) }, { addEntry: range('80/80') })
    expect(await tried()).toEqual([true, false, false, false, false])
    await edit({ addEntry: block(`${OUT}/32`) }, { addEntry: range('90/91') })
    expect(await tried()).toEqual([true, false, true, true, false])
    await edit({ removeEntry: block(a.v4) }, { removeEntry: range('90/91') })
    expect(await tried()).toEqual([false, false, false, true, false])
  })

  it('UDP is judged by its own rules, and its answers need none', async () => {
    await cloud.ingress(servers, { ipProtocol: 'UDP', portRange: '53/53', sourceCidrIp: '10.30.0.0/16' })
    await cloud.egress(servers, { ...all, destCidrIp: '0.0.0.0/0', policy: 'drop' })
    expect(
      await results(
        aToB({ protocol: 'udp', port: 53 }),
        aToB({ protocol: 'udp', port: 54 }),
        aToB(),
        aToB({ protocol: 'icmp' }),
        outwards({ from: b, protocol: 'udp', port: 53 }),
      ),
    ).toEqual([true, false, false, false, false])
  })

  it('ICMP and ICMPv6 are two protocols', async () => {
    const icmp = (family?: 6): Try => aToB({ protocol: 'icmp', ...(family && { family }) })
    await cloud.ingress(servers, { ipProtocol: 'ICMP', portRange: '-1/-1', sourceCidrIp: '0.0.0.0/0' })
    expect(await results(icmp(), icmp(6), aToB())).toEqual([true, false, false])
    await cloud.clear(servers)
    await cloud.ingress(servers, { ipProtocol: 'ICMPv6', portRange: '-1/-1', ipv6SourceCidrIp: '::/0' })
    expect(await results(icmp(), icmp(6), aToB(six))).toEqual([false, true, false])
  })

  it('a rule for IPv6 says nothing of IPv4, inwards and outwards', async () => {
    await cloud.ingress(servers, { ...tcpPorts('80/80'), ipv6SourceCidrIp: `${a.v6}/128` })
    expect(await results(aToB(), aToB(six), aToB({ port: 90, ...six }))).toEqual([false, true, false])
    await cloud.egress(clients, { ...all, ipv6DestCidrIp: '2001:db8::/32', policy: 'drop' })
    expect(await results(outwards(), outwards({ to: OUT6, ...six }), aToB(six))).toEqual([true, false, true])
  })

  it('a rule for a group follows its members as they join and leave', async () => {
    await cloud.ingress(servers, { ...tcpPorts('80/80'), sourceGroupId: others })
    expect(await results(aToB(), aToB(six))).toEqual([false, false])
    await cloud.join(others, a)
    expect(await results(aToB(), aToB(six), aToB({ port: 90 }), inwards())).toEqual([
      true,
      true,
      false,
      false,
    ])
    await cloud.leave(others, a)
    expect(await results(aToB(), aToB(six))).toEqual([false, false])
  })

  it('of equal priority the drop wins; the smaller number beats it', async () => {
    const out = { ...tcpPorts('80/80'), destCidrIp: OUT }
    await cloud.egress(clients, { ...out, policy: 'accept', priority: '5' })
    await cloud.egress(clients, { ...out, policy: 'drop', priority: '5' })
    expect(await results(outwards())).toEqual([false])
    await cloud.egress(clients, { ...out, policy: 'accept', priority: '4' })
    expect(await results(outwards())).toEqual([true])
    await cloud.ingress(servers, {
      ...tcpPorts('80/80'),
      sourceCidrIp: '10.0.0.0/8',
      policy: 'drop',
      priority: '9',
    })
    await cloud.ingress(servers, {
      ...tcpPorts('80/80'),
      sourceCidrIp: a.v4,
      policy: 'accept',
      priority: '9',
    })
    expect(await results(aToB())).toEqual([false])
  })

  it('rules of two joined groups are one list', async () => {
    await cloud.join(others, b)
    try {
      await cloud.ingress(servers, { ...tcpPorts('80/90'), sourceCidrIp: '0.0.0.0/0', priority: '10' })
      await cloud.ingress(others, {
        ...tcpPorts('85/85'),
        sourceCidrIp: '0.0.0.0/0',
        policy: 'drop',
        priority: '1',
      })
      await cloud.ingress(others, { ...tcpPorts('91/91'), sourceCidrIp: '0.0.0.0/0', priority: '100' })
      const ports = [79, 80, 85, 90, 91]
      expect(await results(...ports.map((port) => aToB({ port })))).toEqual([false, true, false, true, true])
    } finally {
      await cloud.leave(others, b)
    }
  })

  it('replies of an accepted connection pass where nothing may go out, from inside and from outside', async () => {
    await cloud.ingress(servers, { ...tcpPorts('80/80'), sourceCidrIp: '0.0.0.0/0' })
    await cloud.egress(servers, { ...all, destCidrIp: '0.0.0.0/0', policy: 'drop' })
    expect(await results(aToB(), inwards(), outwards({ from: b }), { ...aToB(), from: b, to: a })).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('metadata, resolvers and DHCP survive a policy that drops everything', async () => {
    await cloud.egress(clients, { ...all, destCidrIp: '0.0.0.0/0', policy: 'drop', priority: '1' })
    expect(
      await results(
        outwards({ to: METADATA }),
        outwards({ to: RESOLVER, protocol: 'udp', port: 53 }),
        outwards({ protocol: 'udp', port: 67, sourcePort: 68 }),
        outwards({ protocol: 'udp', port: 67, sourcePort: 69 }),
        outwards(),
      ),
    ).toEqual([true, true, true, false, false])
  })

  it('Drop, a Priority-1 Accept over it, and its revocation follow one another in the packets', async () => {
    const rule = { ...tcpPorts('80/80'), policy: 'accept', priority: '1', destCidrIp: OUT }
    expect(await results(outwards())).toEqual([true])
    await cloud.egress(clients, {
      ...tcpPorts('80/80'),
      destCidrIp: '0.0.0.0/0',
      policy: 'drop',
      priority: '2',
    })
    expect(await results(outwards())).toEqual([false])
    await cloud.egress(clients, rule)
    expect(await results(outwards())).toEqual([true])
    await cloud.revokeEgress(clients, rule)
    expect(await results(outwards())).toEqual([false])
  })
})
