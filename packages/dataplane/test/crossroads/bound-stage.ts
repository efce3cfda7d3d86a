import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { execFileSync, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Bound } from '../../src/bindings/binding.js'
import { placeKey } from '../../src/bindings/binding.js'
import { newMark, sh } from '../topology.js'
import { frameOf, parcel } from './frames.js'
import type { Answers, Crossroads } from './stage.js'
import { SILENCE, answersOf, macOf } from './stage.js'
import { residents, worldFor } from './world.js'

const program = fileURLToPath(new URL('./post.py', import.meta.url))

/** A crossroads of links that plain `ip` makes, with what binds them. */
export interface BoundCrossroads extends Crossroads {
  readonly bindings: readonly Bound[]
}

const residentMac = (at: number): string => `02:00:5e:07:00:0${at + 1}`

/**
 * The residents behind links of a namespace that is not ours: `routed`, each behind a link with routes to it, or `bridged`,
 * each at a port of one bridge, which the outside is routed to. Neighbours are told, so that no packet waits for them.
 */
export function makeBoundCrossroads(kind: 'routed' | 'bridged'): BoundCrossroads {
  const mark = newMark()
  const vpc = `vpc-${mark}`
  const host = `spt-${mark}`
  const outside = `${host}-out`
  const nameOf = (name: string): string => `${mark}-${name}`
  const interfaces = residents.map(({ name }) => `eni-${nameOf(name)}`)
  const namespaces = [...residents.map(({ name }) => `${host}-${name}`), outside]
  const links = [...residents.map(({ name }) => `v${name}`), 'out']
  let child: ChildProcessWithoutNullStreams | undefined
  let answers: Answers | undefined

  function makeLinks(): void {
    sh(`ip netns add ${host}; ip -n ${host} link set lo up
      ip netns exec ${host} sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0`)
    if (kind === 'bridged')
      sh(`ip -n ${host} link add br0 address 02:00:5e:07:01:00 type bridge; ip -n ${host} link set br0 up`)
    for (const [at, namespace] of namespaces.entries()) {
      sh(`ip netns add ${namespace}; ip -n ${namespace} link set lo up
        ip link add ${links[at]} netns ${host} type veth peer name eth0 address ${residentMac(at)} netns ${namespace}
        ip -n ${namespace} link set eth0 addrgenmode none up; ip -n ${host} link set ${links[at]} addrgenmode none up`)
      execFileSync('nsenter', [`--net=/run/netns/${namespace}`, 'nft', '-f', '-'], { input: SILENCE })
    }
  }

  function makeWays(): void {
    const lines = residents.flatMap(({ addresses }, at) => {
      const link = kind === 'routed' ? links[at]! : 'br0'
      return addresses.flatMap((address) => [
        `route add ${address}/${address.includes(':') ? 128 : 32} dev ${link}`,
        `neigh add ${address} lladdr ${residentMac(at)} dev ${link} nud permanent`,
      ])
    })
    const far = residentMac(residents.length)
    const ways = ['192.0.2.254', 'fe80::254'].flatMap((via) => [
      `neigh add ${via} lladdr ${far} dev out nud permanent`,
      `route add default via ${via} dev out onlink`,
    ])
    execFileSync('ip', ['-n', host, '-batch', '-'], { input: `${[...lines, ...ways].join('\n')}\n` })
    // Without an address of its own a link is no way of IPv4.
    if (kind === 'bridged')
      for (const name of links.slice(0, -1)) sh(`ip -n ${host} link set ${name} master br0`)
  }

  const worldOfSeed = (seed: number) => worldFor(seed, vpc, nameOf)
  return {
    ...{ mark, vpc, router: host, uplinkNetns: outside, interfaces, worldFor: worldOfSeed },
    bindings: interfaces.map((id, at): Bound => ({
      ...{
        interface: id,
        link: links[at]!,
        netns: host,
        as: 'peer',
        mac: null,
        bridge: null,
        confirmBy: null,
      },
    })),
    async open(enforcer) {
      makeLinks()
      makeWays()
      const { problems } = await enforcer.reconcile(worldOfSeed(0), [vpc, placeKey(host)], true)
      if (problems.length > 0) throw new Error(problems.join('\n'))
      child = spawn('python3', [program, host, ...namespaces.map((namespace) => `${namespace}/eth0`)])
      answers = answersOf(child)
      await answers.next()
    },
    async send(trips, first, expected) {
      const isOutside = (place: number): boolean => place === residents.length
      const macs = links.map((link) => macOf(host, link))
      const bridge = kind === 'bridged' ? macOf(host, 'br0') : ''
      const next = (from: number, to: number): string => {
        if (kind === 'routed' || isOutside(from)) return macs[from]!
        return isOutside(to) ? bridge : residentMac(to)
      }
      const frames = trips.map((trip, at) => {
        const { from, to } = trip
        return { from, frame: frameOf(trip, first + at, { mac: residentMac(from), router: next(from, to) }) }
      })
      child!.stdin.write(`${JSON.stringify({ frames: parcel(frames), expected })}\n`)
      return (JSON.parse(await answers!.next()) as { arrived: [number, number][] }).arrived
    },
    close() {
      child?.kill('SIGKILL')
      sh([host, ...namespaces].map((name) => `ip netns del ${name} 2>/dev/null || true`).join('; '))
    },
  }
}
