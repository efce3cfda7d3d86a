import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Way } from '../../packages/dataplane/test/leak-probes.js'
import { PORTS, SOURCES, faultsOf, startProbes, tell } from '../../packages/dataplane/test/leak-probes.js'
import type { Outside } from '../../packages/dataplane/test/topology.js'
import { makeOutside } from '../../packages/dataplane/test/topology.js'
import { Ecs, given } from './clients.js'
import type { Cloud, Machine, Permission } from './packets-cloud.js'
import { cloudOf } from './packets-cloud.js'
import type { Product } from './packets-product.js'
import { describeProduct, startProduct } from './packets-product.js'

/** All of it with `npm run test:leak`; a slice otherwise. */
const whole = process.env.SALLYPORT_TEST_LEAK === '1'
const PER_SECOND = whole ? 20_000 : 2_000
const ROUNDS = whole ? 100 : 5

const regionId = 'cn-hangzhou'
const udp = (portRange: string, more: Permission = {}): Permission => ({
  ipProtocol: 'UDP',
  portRange,
  policy: 'accept',
  priority: '1',
  ...more,
})

describeProduct('while policies, memberships and lists change by the API', () => {
  let outside: Outside
  let product: Product
  let cloud: Cloud
  let [a, b, other]: Machine[] = []
  let groups: { senders: string; receivers: string; others: string }
  let prefixListId: string
  let way: Way

  const ends = (): [Machine, Machine, Machine] => [given(a), given(b), given(other)]

  beforeAll(async () => {
    outside = makeOutside()
    product = await startProduct(['--uplink-netns', outside.namespace])
    cloud = cloudOf(product)
    const vpcId = await cloud.vpc('10.50.0.0/16')
    const vSwitchId = await cloud.vSwitch(vpcId, '10.50.1.0/24')
    const [senders, receivers, others] = [
      await cloud.group(vpcId),
      await cloud.group(vpcId),
      await cloud.group(vpcId),
    ]
    groups = { senders, receivers, others }
    ;[a] = await cloud.machines(vSwitchId, [senders], 1)
    ;[b] = await cloud.machines(vSwitchId, [receivers], 1)
    ;[other] = await cloud.machines(vSwitchId, [others], 1)
    const [from, to] = ends()
    const made = await cloud.sdk.ecs.createPrefixList(
      new Ecs.CreatePrefixListRequest({
        ...{ regionId, prefixListName: 'probed', addressFamily: 'IPv4', maxEntries: 10 },
        entry: [new Ecs.CreatePrefixListRequestEntry({ cidr: `${from.v4}/32` })],
      }),
    )
    prefixListId = given(made.body?.prefixListId)
    await cloud.ingress(
      receivers,
      udp('10000/19999', { sourceCidrIp: '10.50.1.0/24' }),
      udp('20000/34999', { sourceGroupId: senders }),
      udp('35000/49999', { sourcePrefixListId: prefixListId }),
      udp(`50000/${PORTS.revoked}`, { sourceCidrIp: '10.50.0.0/16' }),
      udp('54000/59999', { sourceCidrIp: '0.0.0.0/0', priority: '50' }),
      udp('54000/56999', { sourceGroupId: senders, priority: '10', policy: 'drop' }),
    )
    await cloud.egress(senders, udp('57000/59999', { destCidrIp: '10.50.0.0/16', policy: 'drop' }))
    for (const kind of ['open', 'revoked'] as const) {
      await to.station.serve('udp', PORTS[kind])
      const probe = { host: to.v4, port: PORTS[kind], source: from.v4, sourcePort: SOURCES[kind] }
      expect(await from.station.udp(probe)).toBe(from.v4)
    }
    const revoked = `${PORTS.open + 1}/${PORTS.revoked}`
    await cloud.ingress(receivers, udp(revoked, { sourceCidrIp: '0.0.0.0/0', policy: 'drop' }))
    way = {
      router: `sp-${vpcId}`,
      from: { namespace: from.namespace, address: from.v4 },
      to: { namespace: to.namespace, address: to.v4 },
    }
  })
  afterAll(async () => {
    for (const machine of [a, b, other]) machine?.station.stop()
    await product?.end()
    outside?.remove()
  })

  /** Eight changes of which none is about a probe: each is answered before the next, and the agent follows as it can. */
  async function changes(round: number): Promise<void> {
    const { ecs } = cloud.sdk
    const [from, , third] = ends()
    const permissions = [
      udp(`${1000 + round}/${9000 + round}`, {
        ...{ sourceGroupId: groups.others, priority: `${1 + (round % 100)}` },
        policy: round % 2 === 0 ? 'drop' : 'accept',
      }),
    ]
    const rule = { regionId, securityGroupId: groups.receivers, permissions }
    const joining = { regionId, securityGroupId: groups.senders, instanceId: third.instance }
    const joiningToo = { regionId, securityGroupId: groups.others, instanceId: from.instance }
    const cidr = `198.51.100.${round}/32`
    await ecs.authorizeSecurityGroup(new Ecs.AuthorizeSecurityGroupRequest(rule))
    await ecs.joinSecurityGroup(new Ecs.JoinSecurityGroupRequest(joining))
    await ecs.modifyPrefixList(
      new Ecs.ModifyPrefixListRequest({
        ...{ regionId, prefixListId },
        addEntry: [new Ecs.ModifyPrefixListRequestAddEntry({ cidr })],
      }),
    )
    await ecs.joinSecurityGroup(new Ecs.JoinSecurityGroupRequest(joiningToo))
    await ecs.revokeSecurityGroup(new Ecs.RevokeSecurityGroupRequest(rule))
    await ecs.leaveSecurityGroup(new Ecs.LeaveSecurityGroupRequest(joining))
    await ecs.modifyPrefixList(
      new Ecs.ModifyPrefixListRequest({
        ...{ regionId, prefixListId },
        removeEntry: [new Ecs.ModifyPrefixListRequestRemoveEntry({ cidr })],
      }),
    )
    await ecs.leaveSecurityGroup(new Ecs.LeaveSecurityGroupRequest(joiningToo))
  }

  it('no denied probe passes and no allowed one is lost', async () => {
    const probes = await startProbes(way, PER_SECOND)
    const work = async (): Promise<readonly string[]> => {
      for (let round = 0; round < ROUNDS; round++) {
        await changes(round)
        // Some are taken together, others not.
        if (round % 3 === 0) await product.enforced()
      }
      return product.enforced()
    }
    const ended = await work().catch((error: unknown) => error)
    const result = await probes.stop()
    tell(`${ROUNDS * 8} changes by the API`, result, PER_SECOND)
    expect(ended).toEqual([])
    expect(result.allowed.arrived).toBeGreaterThan(result.allowed.sent / 2)
    expect(result.denied.entered).toBeGreaterThan(result.denied.sent / 2)
    expect(faultsOf(result)).toEqual({ lost: 0, passed: 0 })
  })
})
