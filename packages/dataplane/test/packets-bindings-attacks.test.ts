import { emptyWorld } from '@sallyport/engine'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { placeKey } from '../src/bindings/binding.js'
import { forgetfulKeeper } from '../src/bindings/kept-bindings.js'
import { createPlaces } from '../src/bindings/places.js'
import { capabilitiesOf } from '../src/probe.js'
import { group } from './facts.js'
import type { Farm } from './own-links.js'
import { askAgent, makeFarm } from './own-links.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'
import { newMark, sh } from './topology.js'

const guests = {
  a: { mac: '02:00:00:00:00:0a', v4: '10.0.0.10', v6: 'fd01::a' },
  b: { mac: '02:00:00:00:00:0b', v4: '10.0.0.11', v6: 'fd01::b' },
}
type Name = keyof typeof guests

describePackets('bound links under attack', () => {
  let stage: Stage
  let farm: Farm

  const ask = (method: string, path: string, body?: unknown) => askAgent(farm.state, method, path, body)
  const id = (name: Name): string => `eni-${stage.mark}-${name}`
  const bind = (name: Name, more = {}) =>
    ask('POST', '/v1/bindings', { interface: id(name), link: `v${name}`, netns: farm.host, ...more })

  beforeAll(async () => {
    farm = makeFarm(guests, 'routed')
    stage = await setStage([], { state: farm.state, lookEvery: 200 })
    await stage.feed.change(
      group('sg-a', stage.vpc),
      group('sg-b', stage.vpc),
      ...(['a', 'b'] as const).map((name) =>
        stage.eni(name, [guests[name].v4, guests[name].v6], [`sg-${name}`], {
          mac: guests[name].mac,
          running: false,
        }),
      ),
    )
    await farm.at('b').serve('udp', 53)
    for (const name of ['a', 'b'] as const) expect(await bind(name)).toMatchObject({ status: 200 })
  })
  afterAll(async () => {
    await stage.end()
    farm.remove()
  })

  it('a connection begun on another way is judged by the link that it goes by now', async () => {
    const ask53 = () => farm.at('a').udp({ host: '10.0.0.11', port: 53, sourcePort: 5555 })
    // While b is away, its packets go where others go.
    farm.inside(`ip link add away type veth peer name yonder; ip link set away up; ip link set yonder up; ip addr add 198.51.100.1/24 dev away
      ip neigh add 198.51.100.2 lladdr 02:00:00:00:00:ff dev away
      ip route add default via 198.51.100.2; ip link set vb down`)
    expect(await ask53()).toBe(false)
    farm.inside('ip link set vb up; ip route add 10.0.0.11/32 dev vb')
    await ask53()
    expect(await farm.at('b').received('udp/53')).toBe(0)
  })

  it('a guest cannot announce itself as a router of the host', async () => {
    farm.inside(
      'echo 2 > /proc/sys/net/ipv6/conf/va/accept_ra; echo 1 > /proc/sys/net/ipv6/conf/va/accept_ra_defrtr',
    )
    const announce = `import socket, struct
s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 58); s.setsockopt(41, 18, 255)
s.sendto(struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0), ("ff02::1%eth0", 0))`
    const told = () => farm.inside('ip -6 route show default')
    sh(`nsenter --net=/run/netns/${farm.guest('a')} python3 -c '${announce}'`)
    // It came before the neighbour that is asked for afterwards.
    await farm.at('a').ping('fd09::1')
    expect(told()).toBe('')
  })

  it('a namespace with two names is one place', async () => {
    const other = `${farm.host}-too`
    expect((await ask('DELETE', `/v1/bindings/${id('a')}`)).status).toBe(200)
    sh(`touch /run/netns/${other}; mount --bind /run/netns/${farm.host} /run/netns/${other}`)
    try {
      expect(await bind('a', { netns: other })).toMatchObject({
        status: 409,
        body: { error: `namespace ${other} is namespace ${farm.host} by another name` },
      })
    } finally {
      sh(`ip netns del ${other}`)
    }
  })

  it('a namespace that comes back is found by looking, however long its retry waits', async () => {
    const netns = `${farm.host}-new`
    const keeper = forgetfulKeeper()
    const bound = { interface: 'eni-x', link: 'vx', netns, as: 'peer', mac: null, bridge: null } as const
    keeper.change((before) => ({
      ...before,
      bindings: [{ ...bound, confirmBy: null }],
      places: [netns],
    }))
    const capabilities = await capabilitiesOf()
    const places = createPlaces({ mark: newMark(), capabilities, keepTracked: false, keeper })
    const key = placeKey(netns)
    places.refresh(emptyWorld(), new Set([key]))
    expect((await places.enforce()).problems).toEqual([
      `namespace ${netns} does not exist: its bound links are not enforced`,
    ])
    expect([places.held(), await places.look(key)]).toEqual([[key], null])
    sh(`ip netns add ${netns}`)
    try {
      expect(await places.look(key)).toEqual({ vpc: key, what: 'the namespace is there again' })
      await places.enforce()
      expect(sh(`ip netns exec ${netns} nft list tables`)).toBe('table inet sallyport\n')
      expect(await places.look(key)).toBe(null)
    } finally {
      sh(`ip netns del ${netns}`)
    }
  })
})
