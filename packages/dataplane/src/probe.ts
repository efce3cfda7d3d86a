import { existsSync, readFileSync } from 'node:fs'
import type { Socket } from './netlink/socket.js'
import { apart } from './netlink/socket.js'
import type { Feature } from './nftables/features.js'
import { absentOf, needed, tables, wished } from './nftables/features.js'
import { messageOf, run } from './run.js'

/** Whether this host can enforce, and if not, one line: what it lacks, and what to do about it. */
export type Probe = { readonly ok: true } | { readonly ok: false; readonly missing: string }

/** What differs between kernels that can enforce. */
export interface Capabilities {
  readonly ipv6: boolean
  /** Whether the kernel can masquerade, by address family. */
  readonly nat4: boolean
  readonly nat6: boolean
  /** Whether connections can have timeouts of their own. */
  readonly timeouts: boolean
  /** Whether there are rules for frames of bridges. */
  readonly bridges: boolean
  /** Whether dropped packets can be told of (NFLOG). */
  readonly drops: boolean
}

/** Bits of /proc/self/status CapEff (capabilities(7)). */
const CAP_NET_ADMIN = 12n
const CAP_SYS_ADMIN = 21n

function effectiveCapabilities(): bigint {
  const found = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))
  return BigInt(`0x${found?.[1] ?? '0'}`)
}

function whyNotPrivileged(): string | undefined {
  const held = effectiveCapabilities()
  const lacks = [
    { name: 'CAP_NET_ADMIN', bit: CAP_NET_ADMIN },
    { name: 'CAP_SYS_ADMIN', bit: CAP_SYS_ADMIN },
  ].filter(({ bit }) => ((held >> bit) & 1n) === 0n)
  if (lacks.length === 0) return undefined
  return `${lacks.map(({ name }) => name).join(' and ')}: run as root on the host or in a privileged container`
}

async function whyNotRunnable(): Promise<string | undefined> {
  const programs: [string, string[], string][] = [
    ['ip', ['-V'], 'ip (install the package iproute2)'],
    ['nsenter', ['--version'], 'nsenter (install the package util-linux)'],
  ]
  for (const [program, args, missing] of programs) {
    try {
      await run(program, args)
    } catch {
      return missing
    }
  }
  return undefined
}

/**
 * What the kernel lacks that rules cannot do without, in words. It is tried in a namespace of its own, which goes with the
 * trial.
 */
async function whyNotSupported(): Promise<string | undefined> {
  try {
    const absent = await apart(async (socket) => {
      const nothing = await absentOf(socket, [tables])
      return nothing.length > 0 ? nothing : absentOf(socket, needed)
    })
    if (absent.length === 0) return undefined
    return absent.map(({ what, why }) => `${what}: ${why}`).join('; ')
  } catch (error) {
    return `netfilter in a network namespace: ${messageOf(error)}`
  }
}

/** What the host lacks to run namespaces with rules in force, in one line. Changes nothing. */
export async function probe(): Promise<Probe> {
  if (process.platform !== 'linux') {
    return { ok: false, missing: `Linux: this is ${process.platform}, which has no network namespaces` }
  }
  const missing = whyNotPrivileged() ?? (await whyNotRunnable()) ?? (await whyNotSupported())
  return missing === undefined ? { ok: true } : { ok: false, missing }
}

/** What this kernel can do beyond what `probe` demands. */
export async function capabilitiesOf(): Promise<Capabilities> {
  const found = await apart(async (socket) => ({
    nat4: await has(socket, wished.nat4),
    nat6: await has(socket, wished.nat6),
    timeouts: await has(socket, wished.timeouts),
    bridges: await has(socket, wished.bridges),
    drops: await has(socket, wished.drops),
  }))
  return { ipv6: existsSync('/proc/sys/net/ipv6'), ...found }
}

/** What a kernel lacks by its capabilities, and what comes of it: `masquerading of IPv6 (NFT_MASQ): ...`. */
export const shortcomingsOf = (can: Readonly<Record<string, boolean>>): string[] => [
  ...(can['ipv6'] === false ? ['IPv6: addresses of instances are IPv4 only'] : []),
  ...Object.entries(wished)
    .filter(([name]) => can[name] === false)
    .map(([, { what, without }]) => `${what}: ${without}`),
]

const has = async (socket: Socket, feature: Feature): Promise<boolean> =>
  (await absentOf(socket, [feature])).length === 0
