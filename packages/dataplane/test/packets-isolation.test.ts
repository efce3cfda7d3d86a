import { afterAll, beforeAll, expect, it } from 'vitest'
import { namespaceOf, tearDown } from '../src/index.js'
import { eventually } from './eventually.js'
import { eni, group, rule, vpc, without } from './facts.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'
import type { Station } from './topology.js'
import { newMark, sh, station } from './topology.js'

const OUT = '203.0.113.1'

describePackets('isolation', () => {
  let stage: Stage
  let other: string
  let otherA: Station
  const changes = () => [
    group('sg-a', stage.vpc, { innerAccess: 'accept' }),
    stage.eni('a', ['10.0.0.1', 'fd01::1'], ['sg-a'], { mac: '02:00:5e:10:00:01' }),
    stage.eni('b', ['10.0.0.2', 'fd01::2'], ['sg-a'], { mac: '02:00:5e:10:00:02' }),
  ]
  beforeAll(async () => {
    stage = await setStage([`${OUT}/32`], { uplinkRoutes: true })
    other = `vpc-${stage.mark}-o`
    await stage.feed.change(
      ...changes(),
      // Another VPC with the same block and the same addresses.
      vpc(other, '10.0.0.0/16'),
      group('sg-o', other),
      rule('r-o', 'sg-o'),
      eni(`${stage.mark}-oa`, other, ['10.0.0.1'], ['sg-o'], { instance: `i-${stage.mark}-oa` }),
    )
    otherA = station(namespaceOf(`i-${stage.mark}-oa`))
    for (const name of ['a', 'b']) {
      await stage.at(name).serve('tcp', 80)
      await stage.at(name).serve('udp', 53)
    }
    await otherA.serve('tcp', 80)
    await stage.outside.station.serve('tcp', 80)
  })
  afterAll(async () => {
    otherA.stop()
    await stage.end()
  })

  it('two VPCs with one block do not see each other, and both reach outside', async () => {
    const before = await otherA.received('tcp/80')
    expect(await stage.at('b').tcp({ host: '10.0.0.1', port: 80 })).toBe(true)
    expect(await otherA.received('tcp/80')).toBe(before)
    expect(await otherA.tcp({ host: '10.0.0.2', port: 80 })).toBe(false)
    const outward = [stage.at('a'), otherA].map((one) => one.tcp({ host: OUT, port: 80 }))
    expect(await Promise.all(outward)).toEqual([true, true])
  })

  it('an address that both have is reached in the first from outside, and the second is reported', () => {
    const report = stage.feed.reports.at(-1)
    expect(report?.errors).toEqual([
      expect.stringMatching(/^10\.0\.0\.1\/32 is not reachable from outside: .*routes it already/),
    ])
  })

  it('a running interface has its addresses and MAC exactly, an alias with its id, and default routes', () => {
    const show = (what: string) => sh(`ip -n ${stage.namespace('a')} ${what}`)
    const addresses = [...show('-o addr show dev eth0').matchAll(/inet6? (\S+)/g)].map(
      ([, address]) => address,
    )
    expect(addresses).toEqual(['10.0.0.1/32', 'fd01::1/128'])
    expect(show('link show eth0')).toContain('02:00:5e:10:00:01')
    expect(show('link show eth0')).toContain(`alias sallyport:${stage.mark}:eni-${stage.mark}-a`)
    expect(show('link show lo')).toContain(`alias sallyport:${stage.mark}:i-${stage.mark}-a`)
    expect(show('-4 route')).toContain('default via 169.254.1.1')
    expect(show('-6 route')).toContain('default via fe80::1')
  })

  it('a session is remembered 910 s at most', () => {
    const value = sh(
      `nsenter --net=/run/netns/sp-${stage.vpc} cat /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established`,
    )
    expect(value.trim()).toBe('910')
  })

  it('a packet with another source address, or another MAC, goes nowhere', async () => {
    const before = await stage.at('b').received('udp/53')
    await stage.at('a').spoof('10.0.0.2', '10.0.0.2', 53)
    await stage.at('a').spoof('10.0.0.9', '10.0.0.2', 53)
    await stage.at('a').spoof('203.0.113.9', '10.0.0.2', 53)
    // From the true address it arrives, so the others did not just come late.
    await stage.at('a').spoof('10.0.0.1', '10.0.0.2', 53)
    await eventually(() => stage.at('b').received('udp/53')).toBe(before + 1)
    sh(`ip -n ${stage.namespace('a')} link set eth0 address 02:00:5e:99:99:99`)
    expect(await stage.at('a').tcp({ host: '10.0.0.2', port: 80 })).toBe(false)
    sh(`ip -n ${stage.namespace('a')} link set eth0 address 02:00:5e:10:00:01`)
    expect(await stage.at('a').tcp({ host: '10.0.0.2', port: 80 })).toBe(true)
  })

  it('nothing from outside passes as a member of the VPC', async () => {
    const before = await stage.at('b').received('udp/53')
    await stage.outside.station.spoof('10.0.0.1', '10.0.0.2', 53)
    await stage.outside.station.spoof('10.0.77.7', '10.0.0.2', 53)
    await stage.at('a').spoof('10.0.0.1', '10.0.0.2', 53)
    await eventually(() => stage.at('b').received('udp/53')).toBe(before + 1)
  })

  it('an address of the VPC that is not running is not looked for outside', async () => {
    sh(`ip -n ${stage.outside.namespace} addr add 10.0.0.77/32 dev lo`)
    expect(await stage.at('a').tcp({ host: '10.0.0.77', port: 80 })).toBe(false)
    sh(`ip -n ${stage.outside.namespace} addr del 10.0.0.77/32 dev lo`)
  })

  it('an interface without any group drops everything but the carve-outs', async () => {
    await stage.feed.change(stage.eni('a', ['10.0.0.1', 'fd01::1'], [], { mac: '02:00:5e:10:00:01' }))
    const tries = [
      stage.at('a').tcp({ host: OUT, port: 80 }),
      stage.at('b').tcp({ host: '10.0.0.1', port: 80 }),
    ]
    expect(await Promise.all(tries)).toEqual([false, false])
    await stage.feed.change(...changes())
  })

  it('an address moves to another interface in one change', async () => {
    const swapped = [
      stage.eni('a', ['10.0.0.2', 'fd01::1'], ['sg-a'], { mac: '02:00:5e:10:00:01' }),
      stage.eni('b', ['10.0.0.1', 'fd01::2'], ['sg-a'], { mac: '02:00:5e:10:00:02' }),
    ]
    await stage.feed.change(...swapped)
    const before = await stage.at('a').received('tcp/80')
    expect(await stage.at('b').tcp({ host: '10.0.0.2', port: 80 })).toBe(true)
    expect(await stage.at('a').received('tcp/80')).toBe(before + 1)
    await stage.feed.change(...changes())
    expect(await stage.at('a').tcp({ host: '10.0.0.2', port: 80 })).toBe(true)
  })
})

describePackets('what is not ours', () => {
  it('stays: namespaces, links, routes, rules and settings of others; and a VPC goes when nothing of it runs', async () => {
    const stage = await setStage([`${OUT}/32`], { uplinkRoutes: true })
    const { namespace: out } = stage.outside
    const stranger = `sp-stranger-${newMark()}`
    const collision = namespaceOf(`i-${stage.mark}-taken`)
    try {
      sh(`ip netns add ${stranger}; ip netns add ${collision}
        nsenter --net=/run/netns/${out} nft -f - <<'X'
table inet theirs {
  chain c {
    type filter hook input priority 0; policy accept;
  }
}
X
        ip -n ${out} link add v0 type veth peer name v1; ip -n ${out} link set v0 up
        ip -n ${out} route add 10.0.0.3/32 dev v0; ip -n ${out} route add 192.0.2.0/24 dev v0 proto 83`)
      const settings =
        "find /proc/sys/net -type f ! -path '*/spu*' ! -name '*random*' -readable | sort | xargs grep -H . 2>/dev/null | grep -v -e nf_conntrack_count -e /neigh/ -e inet_peer -e rt_cache -e dev/snmp || true"
      const look = () => ({
        rules: sh(`nsenter --net=/run/netns/${out} nft list ruleset`),
        settings: sh(`nsenter --net=/run/netns/${out} sh -c "${settings}"`),
        routes: sh(`ip -n ${out} route show | grep -v spu; ip -n ${out} -br link | grep -v spu`),
        stranger: sh(`ip -n ${stranger} -d addr show`),
      })
      const taken = sh(`ip -n ${collision} -d addr show`)
      const before = look()
      expect(before.settings).toContain('ip_forward')
      const report = await stage.feed.change(
        group('sg-a', stage.vpc),
        stage.eni('a', ['10.0.0.1'], ['sg-a']),
        stage.eni('c', ['10.0.0.3'], ['sg-a']),
        stage.eni('taken', ['10.0.0.4'], ['sg-a']),
      )
      expect(report.errors).toEqual([
        expect.stringContaining(`namespace ${collision} exists and is not marked ${stage.mark}`),
        expect.stringContaining('10.0.0.3/32 is not reachable from outside'),
      ])
      expect(sh(`ip -n ${out} route show`)).toContain('10.0.0.1 via')
      expect(look()).toEqual(before)
      expect(sh(`ip -n ${collision} -d addr show`)).toBe(taken)

      // What was in the way is gone: bound without being asked again.
      sh(`ip netns del ${collision}`)
      await eventually(() => stage.feed.reports.at(-1)?.errors.length).toBe(1)
      expect(sh('ip netns list')).toContain(collision)

      const stopped = ['a', 'c', 'taken'].map((name) => without(stage.eni(name, ['10.0.0.1'], [])))
      expect((await stage.feed.change(...stopped)).errors).toEqual([])
      expect(sh('ip netns list')).not.toContain(stage.mark)
      expect(sh(`ip -n ${out} -br link`)).not.toContain('spu')
      expect(look()).toEqual(before)
      await expect(tearDown(stage.mark, { uplinkNetns: out })).rejects.toThrow('stop it')
      await stage.agent.stop()
      expect(await tearDown(stage.mark, { uplinkNetns: out })).toEqual([])
      expect(sh('ip netns list')).toContain(stranger)
    } finally {
      sh(`ip netns del ${stranger}; ip netns del ${collision} 2>/dev/null || true`)
      await stage.end()
    }
  })
})
