import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./station.py', import.meta.url))

/** Runs a command to its end and returns what it prints; throws with its words when it fails. */
export const sh = (command: string): string => execFileSync('sh', ['-ec', command], { encoding: 'utf8' })

/** Four hex digits for names and marks, so that tests of two processes stay apart. */
export const newMark = (): string => randomBytes(4).toString('hex')

/** Where a probe goes; `source` and `sourcePort` bind its own side. Seconds in `timeout`. */
export interface Probe {
  readonly host: string
  readonly port: number
  readonly source?: string
  readonly sourcePort?: number
  readonly timeout?: number
}

/** A long-lived probe program inside one namespace. Every answer is what really happened to packets. */
export interface Station {
  /**
   * Starts an echo server, for both families or at one address. A UDP server at all addresses answers from the one
   * nearest to the asker, which need not be the one asked: give the address where a host has several.
   */
  serve(protocol: 'tcp' | 'udp', port: number, host?: string): Promise<void>
  /** Whether a TCP connection is made and echoes. */
  tcp(probe: Probe): Promise<boolean>
  /** What becomes of a connection attempt. */
  why(probe: Probe): Promise<'connected' | 'refused' | 'silence'>
  /** The address the server saw, or false when no answer came. */
  udp(probe: Probe): Promise<string | false>
  /** Whether an echo request is answered within `timeout` seconds (0.8 without it). */
  ping(host: string, timeout?: number): Promise<boolean>
  /** Counts packets of an IP protocol that arrive, under `ip/<number>`. */
  sniff(number: number): Promise<void>
  raw(host: string, number: number): Promise<void>
  /** Sends a UDP datagram with another's source address. */
  spoof(source: string, host: string, port: number): Promise<void>
  /** Opens a TCP session that `say` uses later. */
  open(key: string, probe: Probe): Promise<boolean>
  say(key: string): Promise<boolean>
  flood(key: string, host: string, port: number): Promise<void>
  /** Stops a flood and says how many were sent. */
  stopFlood(key: string): Promise<number>
  /** How many connections, datagrams or packets arrived: `tcp/80`, `udp/53`, `ip/47`. */
  received(key: string): Promise<number>
  stop(): void
}

function caller(child: ChildProcessWithoutNullStreams) {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let complaint = ''
  let last = 0
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()))
  createInterface(child.stdout).on('line', (text) => {
    const { id, value } = JSON.parse(text) as { id: number; value: unknown }
    const call = waiting.get(id)
    waiting.delete(id)
    if (typeof value === 'object' && value !== null && 'error' in value) {
      call?.reject(new Error(`station: ${String(value.error)}`))
    } else call?.resolve(value)
  })
  child.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error(`the station ended: ${complaint}`))
  })
  return <T>(op: string, details: object): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.set(++last, { resolve: resolve as (value: unknown) => void, reject })
      child.stdin.write(`${JSON.stringify({ ...details, id: last, op })}\n`)
    })
}

/** Starts a station in a namespace. */
export function station(namespace: string): Station {
  const child = spawn('nsenter', [`--net=/run/netns/${namespace}`, 'python3', program])
  const call = caller(child)
  const none = async (op: string, details: object): Promise<void> => void (await call<boolean>(op, details))
  return {
    serve: (protocol, port, host) =>
      none('serve', { protocol, port, ...(host === undefined ? {} : { host }) }),
    tcp: (probe) => call('tcp', probe),
    why: (probe) => call('why', probe),
    udp: (probe) => call('udp', probe),
    ping: (host, timeout) => call('ping', { host, ...(timeout === undefined ? {} : { timeout }) }),
    sniff: (number) => none('sniff', { number }),
    raw: (host, number) => none('raw', { host, number }),
    spoof: (source, host, port) => none('spoof', { source, host, port }),
    open: (key, probe) => call('open', { ...probe, key }),
    say: (key) => call('say', { key }),
    flood: (key, host, port) => none('flood', { key, host, port }),
    stopFlood: (key) => call('stop-flood', { key }),
    received: (key) => call('received', { key }),
    stop: () => child.kill('SIGKILL'),
  }
}

/** A namespace outside of every VPC: give its name to the agent as `uplinkNetns`. */
export interface Outside {
  readonly namespace: string
  readonly station: Station
  remove(): void
}

/** Makes a namespace with the addresses (with prefix length) on lo, and a station in it. */
export function makeOutside(addresses: readonly string[] = []): Outside {
  const namespace = `spt-${newMark()}`
  sh(`ip netns add ${namespace}; ip -n ${namespace} link set lo up`)
  for (const address of addresses) {
    sh(`ip -n ${namespace} addr add ${address} dev lo${address.includes(':') ? ' nodad' : ''}`)
  }
  const inside = station(namespace)
  return {
    namespace,
    station: inside,
    remove() {
      inside.stop()
      sh(`ip netns del ${namespace}`)
    },
  }
}

/** Whether a TCP connection from the namespace to host and port is made within a second; no server state is needed. */
export function connects(namespace: string, host: string, port: number): boolean {
  const script =
    'import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=1).close()'
  try {
    execFileSync('nsenter', [`--net=/run/netns/${namespace}`, 'python3', '-c', script, host, String(port)], {
      stdio: 'pipe',
    })
    return true
  } catch {
    return false
  }
}
