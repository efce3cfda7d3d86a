import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from './eventually.js'
import { group, rule } from './facts.js'
import type { Farm } from './own-links.js'
import { askAgent, makeFarm } from './own-links.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'
import { sh } from './topology.js'

const guests = {
  a: { mac: '02:00:00:00:00:0a', v4: '10.0.0.10', v6: 'fd01::a' },
  b: { mac: '02:00:00:00:00:0b', v4: '10.0.0.11', v6: 'fd01::b' },
  c: { mac: '02:00:00:00:00:0c', v4: '10.0.0.12', v6: 'fd01::c' },
  d: { mac: '02:00:00:00:00:0d', v4: '10.0.0.13', v6: 'fd01::d' },
}
type Name = keyof typeof guests

describePackets('ports of a bridge that lead to interfaces', () => {
  let stage: Stage
  let farm: Farm
  let before: string
  let outside: string

  const ask = (method: string, path: string, body?: unknown) => askAgent(farm.state, method, path, body)
  const id = (name: Name): string => `eni-${stage.mark}-${name}`
  const fact = (name: Name, groups: string[]) =>
    stage.eni(name, [guests[name].v4, guests[name].v6], groups, { mac: guests[name].mac, running: false })
  const bind = (name: Name) =>
    ask('POST', '/v1/bindings', { interface: id(name), link: `v${name}`, netns: farm.host })
  const opens = (from: Name | 'host', host: string, port: number) => farm.at(from).tcp({ host, port })
  const python = (namespace: string, script: string) =>
    sh(`nsenter --net=/run/netns/${namespace} python3 -c '${script}'`)
  const settings = () => farm.inside('ip -d link show br0').match(/nf_call_ip\w+ \d/g)

  beforeAll(async () => {
    farm = makeFarm(guests, 'bridged')
    outside = `${farm.host}-o`
    sh(`ip netns add ${outside}; ip -n ${outside} link set lo up
      ip link add vo netns ${farm.host} type veth peer name eth0 netns ${outside}
      ip -n ${farm.host} link set vo up; ip -n ${farm.host} addr add 198.51.100.1/24 dev vo
      ip -n ${outside} link set eth0 up; ip -n ${outside} addr add 198.51.100.2/24 dev eth0
      ip -n ${outside} route add default via 198.51.100.1`)
    stage = await setStage([], { state: farm.state, lookEvery: 200 })
    await stage.feed.change(
      group('sg-a', stage.vpc),
      group('sg-b', stage.vpc),
      rule('web', 'sg-b', {
        ...{ protocol: 'tcp', destinationPorts: { first: 80, last: 80 } },
        peer: { kind: 'group', group: 'sg-a' },
      }),
      fact('a', ['sg-a']),
      fact('b', ['sg-b']),
      fact('c', ['sg-a']),
    )
    for (const name of ['a', 'b', 'c', 'd'] as const)
      for (const port of [80, 81]) await farm.at(name).serve('tcp', port)
    await farm.at('host').serve('tcp', 90)
    for (const name of ['b', 'c', 'd'] as const) await farm.at(name).serve('udp', 53)
    before = farm.rules()
  })
  afterAll(async () => {
    await stage.end()
    farm.remove()
    sh(`ip netns del ${outside}`)
  })

  it('a bound port obeys its groups, to and from ports that are bound or not, over IPv4 and IPv6', async () => {
    expect(await opens('a', '10.0.0.11', 81)).toBe(true)
    expect(await bind('b')).toMatchObject({ status: 200, body: { state: 'enforced', bridge: 'br0' } })
    expect(await bind('c')).toMatchObject({ status: 200 })
    for (const from of ['a', 'c'] as const) {
      for (const address of ['10.0.0.11', 'fd01::b'])
        expect(await Promise.all([80, 81].map((port) => opens(from, address, port)))).toEqual([true, false])
    }
    expect([await opens('d', '10.0.0.11', 80), await opens('a', '10.0.0.12', 80)]).toEqual([false, false])
    expect([await opens('b', '10.0.0.10', 80), await opens('b', 'fd01::d', 81)]).toEqual([true, true])
  })

  it('neighbours are found anew under a policy that drops all that comes in', async () => {
    for (const name of ['a', 'b', 'c'] as const) sh(`ip -n ${farm.guest(name)} neigh flush all`)
    expect([await opens('a', '10.0.0.11', 80), await opens('c', 'fd01::b', 80)]).toEqual([true, true])
  })

  it('ports that are not bound are left alone', async () => {
    expect([await opens('a', '10.0.0.13', 81), await opens('d', 'fd01::a', 81)]).toEqual([true, true])
  })

  it("what the bridge's host sends, receives and routes is judged as well", async () => {
    expect([await opens('host', '10.0.0.11', 80), await opens('b', '10.0.0.254', 90)]).toEqual([false, true])
    const script = (port: number) =>
      `import socket; s = socket.socket(); s.settimeout(0.8); print(s.connect_ex(("10.0.0.11", ${port})))`
    expect(python(outside, script(80)).trim()).not.toBe('0')
    await stage.feed.change(
      rule('any', 'sg-b', { protocol: 'tcp', peer: { kind: 'cidr', cidr: '198.51.100.2/32' } }),
    )
    expect(python(outside, script(81)).trim()).toBe('0')
    await stage.feed.change({ kind: 'rule', id: 'any', value: null })
  })

  it('a connection goes on through changes that allow it, and ends with the one that does not', async () => {
    expect(await farm.at('a').open('kept', { host: '10.0.0.11', port: 80 })).toBe(true)
    await stage.feed.change(rule('more', 'sg-b', { protocol: 'icmp' }))
    expect(await farm.at('a').say('kept')).toBe(true)
    await stage.feed.change(fact('a', []))
    expect(await farm.at('a').say('kept')).toBe(false)
    await stage.feed.change(fact('a', ['sg-a']))
  })

  it("a source, a MAC or a neighbour's address that is not the interface's is dropped", async () => {
    await farm.at('b').spoof('10.0.0.10', '10.0.0.13', 53)
    const claim = (mac: string, address: string) =>
      python(
        farm.guest('b'),
        `import socket; m = bytes.fromhex("${mac}"); s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("eth0", 0))
s.send(bytes.fromhex("02000000000d") + m + bytes.fromhex("08060001080006040002") + m + socket.inet_aton("${address}") + bytes.fromhex("02000000000d") + socket.inet_aton("10.0.0.13"))`,
      )
    const known = () => sh(`ip -n ${farm.guest('d')} neigh`)
    sh(
      `ip -n ${farm.guest('d')} neigh flush all; nsenter --net=/run/netns/${farm.guest('d')} sh -c 'echo 1 > /proc/sys/net/ipv4/conf/eth0/arp_accept'`,
    )
    claim('02000000000b', '10.0.0.10')
    claim('02000000000f', '10.0.0.11')
    claim('02000000000b', '10.0.0.11')
    await eventually(known).toContain('10.0.0.11 dev eth0 lladdr 02:00:00:00:00:0b')
    expect(known()).not.toContain('10.0.0.10 ')
    // Over IPv6 as well: the address that is announced is another one than the source.
    sh(`ip -n ${farm.guest('d')} -6 neigh replace fd01::a lladdr 02:00:00:00:00:0a dev eth0 nud stale`)
    sh(`ip -n ${farm.guest('d')} -6 neigh replace fd01::b lladdr 02:00:00:00:00:01 dev eth0 nud stale`)
    const announce = (address: string) =>
      python(
        farm.guest('b'),
        `import socket, struct; s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 58); s.setsockopt(41, 16, 255); s.bind(("fd01::b", 0))
s.sendto(struct.pack("!BBHI", 136, 0, 0, 0x20000000) + socket.inet_pton(socket.AF_INET6, "${address}") + bytes.fromhex("020102000000000b"), ("fd01::d", 0))`,
      )
    announce('fd01::a')
    announce('fd01::b')
    await eventually(known).toContain('fd01::b dev eth0 lladdr 02:00:00:00:00:0b')
    expect(known()).toContain('fd01::a dev eth0 lladdr 02:00:00:00:00:0a')
    await farm.at('b').spoof('10.0.0.11', '10.0.0.13', 53)
    await eventually(() => farm.at('d').received('udp/53')).toBe(1)
  })

  it('what is sent to everybody reaches no bound port', async () => {
    const sent = await farm.at('d').received('udp/53')
    python(
      farm.guest('a'),
      'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1); s.sendto(b"x", ("10.0.0.255", 53))',
    )
    await eventually(() => farm.at('d').received('udp/53')).toBe(sent + 1)
    expect([await farm.at('b').received('udp/53'), await farm.at('c').received('udp/53')]).toEqual([0, 0])
  })

  it('a port that leaves the bridge, and a bridge that is set otherwise, are noticed', async () => {
    farm.inside('ip link set br0 type bridge nf_call_iptables 0')
    await eventually(settings).toContain('nf_call_iptables 1')
    farm.inside('ip link set vc nomaster')
    const view = async () => (await ask('GET', '/v1/bindings')).body
    await eventually(view).toMatchObject({
      bindings: [{ bridge: 'br0' }, { bridge: null, state: 'enforced' }],
    })
    farm.inside('ip link set vc master br0')
    await eventually(view).toMatchObject({ bindings: [{ bridge: 'br0' }, { bridge: 'br0' }] })
    expect(await opens('a', '10.0.0.12', 80)).toBe(false)
  })

  it('an interface that is not known passes nothing, not even ARP', async () => {
    expect((await bind('d')).body['state']).toBe('closed')
    sh(`ip -n ${farm.guest('a')} neigh flush all`)
    expect([await opens('a', '10.0.0.13', 81), await opens('d', '10.0.0.10', 81)]).toEqual([false, false])
    expect(sh(`ip -n ${farm.guest('a')} neigh`)).not.toContain('02:00:00:00:00:0d')
  })

  it('unbound, all is as it was before, the bridge too', async () => {
    expect(settings()).toEqual(['nf_call_iptables 1', 'nf_call_ip6tables 1'])
    for (const name of ['b', 'c', 'd'] as const)
      expect((await ask('DELETE', `/v1/bindings/${id(name)}`)).status).toBe(200)
    expect([farm.rules(), settings()]).toEqual([before, ['nf_call_iptables 0', 'nf_call_ip6tables 0']])
    expect(await opens('d', '10.0.0.11', 81)).toBe(true)
  })
})
