import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sh } from './topology.js'

/**
 * Probes that must all pass and probes that must never pass, counted by the kernel: where they enter the router, where
 * they leave it, and where they arrive. User space counts nothing, so that no full buffer looks like a lost probe.
 */

const program = fileURLToPath(new URL('./leak-sender.py', import.meta.url))

/** Ports of the receiver. What of them passes is up to the rules of the test. */
export const PORTS = {
  /** New flows that are allowed. */
  allowed: [10_000, 49_999],
  /** A flow that is allowed and was answered. */
  open: 50_500,
  /** A flow that was allowed and answered, and is denied since. */
  revoked: 50_999,
  /** New flows that are denied. */
  denied: [51_000, 59_999],
} as const

/** Source ports of the flows that go on. */
export const SOURCES = { open: 7000, revoked: 7001 } as const

/** Where probes go. Addresses are IPv4. */
export interface Way {
  readonly router: string
  readonly from: { readonly namespace: string; readonly address: string }
  readonly to: { readonly namespace: string; readonly address: string }
}

/** What became of probes. */
export interface Tally {
  readonly sent: number
  /** Seen by the router, before any rule of ours. */
  readonly entered: number
  /** Seen by the router after all rules of ours. */
  readonly left: number
  readonly arrived: number
}

/** What became of all probes of a run. */
export interface Result {
  readonly allowed: Tally
  readonly denied: Tally
  readonly seconds: number
}

/** Probes that are under way. */
export interface Probes {
  /** Ends sending and says what became of the probes. */
  stop(): Promise<Result>
}

const range = ([first, last]: readonly [number, number]): string => `${first}-${last}`
const classes = {
  allowed: `{ ${range(PORTS.allowed)}, ${PORTS.open} }`,
  denied: `{ ${PORTS.revoked}, ${range(PORTS.denied)} }`,
}
const kinds = Object.keys(classes) as (keyof typeof classes)[]

const load = (namespace: string, text: string): string =>
  sh(`nsenter --net=/run/netns/${namespace} nft -f - <<'X'\n${text}\nX`)

function countIn({ router, from, to }: Way): void {
  const chain = (name: string, hook: string): string =>
    `chain ${name} { type filter hook ${hook}; policy accept;
      ${kinds.map((kind) => `ip saddr ${from.address} ip daddr ${to.address} udp dport ${classes[kind]} counter name ${name}-${kind}`).join('\n')}
    }`
  const counters = ['entered', 'left'].flatMap((place) => kinds.map((kind) => `counter ${place}-${kind} {}`))
  load(
    router,
    `table ip leaks {
      ${counters.join('\n')}
      ${chain('entered', 'prerouting priority -400')}
      ${chain('left', 'postrouting priority 400')}
    }`,
  )
  // What has arrived is dropped: nobody need read it.
  load(
    to.namespace,
    `table netdev leaks {
      ${kinds.map((kind) => `counter arrived-${kind} {}`).join('\n')}
      chain arrived { type filter hook ingress device "eth0" priority 0; policy accept;
        ${kinds.map((kind) => `udp dport ${classes[kind]} counter name arrived-${kind} drop`).join('\n')}
      }
    }`,
  )
}

interface Counter {
  readonly counter?: { readonly name: string; readonly packets: number }
}

function counted(namespace: string, family: string): Map<string, number> {
  const text = sh(`nsenter --net=/run/netns/${namespace} nft -j list counters table ${family} leaks`)
  const { nftables } = JSON.parse(text) as { readonly nftables: readonly Counter[] }
  return new Map(
    nftables.flatMap(({ counter }) => (counter ? [[counter.name, counter.packets] as const] : [])),
  )
}

/** Packets on their way are few, and are there soon. */
const SETTLE = 200

/** The kernel forgets flows that were not answered after so many seconds, so that its table has room for new ones. */
const FORGET = 3

/**
 * Sends so many allowed and as many denied probes a second, three of four in new flows, the others in two flows that were
 * answered before. Counts in a table of its own beside ours.
 */
export async function startProbes(way: Way, perSecond: number): Promise<Probes> {
  sh(`nsenter --net=/run/netns/${way.router} sysctl -qw net.netfilter.nf_conntrack_udp_timeout=${FORGET}`)
  countIn(way)
  const child = spawn('nsenter', [`--net=/run/netns/${way.from.namespace}`, 'python3', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const single = (port: number): [number, number] => [port, port]
  const order = {
    from: way.from.address,
    to: way.to.address,
    kinds: [
      { name: 'allowed', ports: PORTS.allowed, perSecond: perSecond * 0.75 },
      { name: 'open', ports: single(PORTS.open), perSecond: perSecond * 0.25, sourcePort: SOURCES.open },
      { name: 'denied', ports: PORTS.denied, perSecond: perSecond * 0.75 },
      {
        name: 'revoked',
        ports: single(PORTS.revoked),
        perSecond: perSecond * 0.25,
        sourcePort: SOURCES.revoked,
      },
    ],
  }
  child.stdin.write(`${JSON.stringify(order)}\n`)
  await lines.next()
  return {
    async stop() {
      child.stdin.end()
      const last = await lines.next()
      await ended
      const { sent, seconds } = JSON.parse(String(last.value)) as {
        sent: Record<string, number>
        seconds: number
      }
      await sleep(SETTLE)
      const found = new Map([...counted(way.router, 'ip'), ...counted(way.to.namespace, 'netdev')])
      const tally = (kind: keyof typeof classes, ...names: readonly string[]): Tally => ({
        sent: names.reduce((sum, name) => sum + (sent[name] ?? 0), 0),
        entered: found.get(`entered-${kind}`) ?? 0,
        left: found.get(`left-${kind}`) ?? 0,
        arrived: found.get(`arrived-${kind}`) ?? 0,
      })
      sh(`nsenter --net=/run/netns/${way.router} nft delete table ip leaks
          nsenter --net=/run/netns/${way.to.namespace} nft delete table netdev leaks`)
      return {
        allowed: tally('allowed', 'allowed', 'open'),
        denied: tally('denied', 'denied', 'revoked'),
        seconds,
      }
    },
  }
}

/** What the rules did to probes: how many allowed ones they kept, and how many denied ones they let through. */
export const faultsOf = ({ allowed, denied }: Result): { lost: number; passed: number } => ({
  lost: allowed.entered - allowed.left,
  passed: Math.max(denied.left, denied.arrived),
})

/** Says what a run was, for a reader of the test's output; also when the machine could not send as fast as asked. */
export function tell(what: string, { allowed, denied, seconds }: Result, perSecond: number): void {
  const [ofAllowed, ofDenied] = [allowed, denied].map(({ sent }) => Math.round(sent / seconds))
  const queues = allowed.sent - allowed.entered + allowed.left - allowed.arrived
  process.stderr.write(
    `${what}: ${allowed.sent} allowed and ${denied.sent} denied probes in ${seconds.toFixed(1)} s, ${ofAllowed} and ${ofDenied} a second` +
      (Math.min(ofAllowed ?? 0, ofDenied ?? 0) < perSecond * 0.98
        ? `; this machine could not send ${perSecond} of each`
        : '') +
      (queues > 0 ? `; ${queues} were lost in full queues outside of the rules` : '') +
      '\n',
  )
}
