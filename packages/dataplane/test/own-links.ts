import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { socketIn } from '../src/index.js'
import type { Station } from './topology.js'
import { newMark, sh, station } from './topology.js'

/** What an agent's socket answered. */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** Asks the agent of a state folder. */
export async function askAgent(state: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ socketPath: socketIn(state), method, path }, resolve)
      .on('error', reject)
      .end(body === undefined ? '' : JSON.stringify(body))
  })
  return {
    status: response.statusCode ?? 0,
    body: JSON.parse(await text(response)) as Record<string, unknown>,
  }
}

/** A namespace that Sallyport did not make, with guests behind links of its own. */
export interface Farm {
  /** The namespace with the links. */
  readonly host: string
  /** The namespace of a guest. */
  guest(name: string): string
  at(name: string): Station
  /** Runs a command in the namespace of the host. */
  inside(command: string): string
  /** All rules there, in every table. */
  rules(): string
  /** A state folder for an agent. */
  readonly state: string
  remove(): void
}

/** A guest: its MAC and addresses. */
export interface Guest {
  readonly mac: string
  readonly v4: string
  readonly v6: string
}

/**
 * Makes a namespace and guests by plain `ip`. `routed`: each guest is behind the host's end of a veth pair, `v<name>`, with
 * routes to it; else these ends are ports of the bridge `br0`, which has 10.0.0.254.
 */
export function makeFarm(guests: Readonly<Record<string, Guest>>, kind: 'routed' | 'bridged'): Farm {
  const mark = newMark()
  const host = `spt-${mark}`
  const guest = (name: string): string => `spt-${mark}-${name}`
  const state = mkdtempSync(join(tmpdir(), 'sallyport-bind-'))
  const stations = new Map<string, Station>()
  sh(`ip netns add ${host}; ip -n ${host} link set lo up`)
  const inside = (command: string): string => sh(`ip netns exec ${host} sh -ec '${command}'`)
  inside(`sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
    ip addr add 169.254.1.1/32 dev lo; ip addr add 192.0.2.1/32 dev lo; ip -6 addr add fd09::1/128 dev lo`)
  if (kind === 'bridged')
    inside(`ip link add br0 type bridge; ip link set br0 up; ip addr add 10.0.0.254/24 dev br0
      ip -6 addr add fd01::254/64 dev br0 nodad`)
  for (const [name, { mac, v4, v6 }] of Object.entries(guests)) {
    const n = guest(name)
    sh(`ip netns add ${n}; ip -n ${n} link set lo up
      ip link add v${name} netns ${host} type veth peer name eth0 address ${mac} netns ${n}
      ip -n ${host} link set v${name} up; ip -n ${n} link set eth0 up`)
    if (kind === 'routed')
      sh(`ip -n ${n} addr add ${v4}/32 dev eth0; ip -n ${n} -6 addr add ${v6}/128 dev eth0 nodad
        ip -n ${n} route add 169.254.1.1 dev eth0 scope link; ip -n ${n} route add default via 169.254.1.1 dev eth0
        ip netns exec ${host} sh -ec 'echo 1 > /proc/sys/net/ipv4/conf/v${name}/proxy_arp; echo 0 > /proc/sys/net/ipv4/neigh/v${name}/proxy_delay'
        ip -n ${host} route add ${v4}/32 dev v${name}; ip -n ${host} -6 addr add fe80::1/64 dev v${name} nodad
        ip -n ${n} -6 route add default via fe80::1 dev eth0; ip -n ${host} -6 route add ${v6}/128 dev v${name}`)
    else
      sh(`ip -n ${host} link set v${name} master br0
        ip -n ${n} addr add ${v4}/24 dev eth0; ip -n ${n} -6 addr add ${v6}/64 dev eth0 nodad
        ip -n ${n} route add default via 10.0.0.254`)
  }
  return {
    host,
    guest,
    at(name) {
      const known = stations.get(name) ?? station(name === 'host' ? host : guest(name))
      stations.set(name, known)
      return known
    },
    inside,
    rules: () => inside('nft list ruleset'),
    state,
    remove() {
      for (const one of stations.values()) one.stop()
      sh([host, ...Object.keys(guests).map(guest)].map((name) => `ip netns del ${name}`).join('; '))
      rmSync(state, { recursive: true, force: true })
    },
  }
}
