import { existsSync, readFileSync } from 'node:fs'
import { messageOf, run } from './run.js'

/** Whether this host can enforce, and if not, one line that says what to do. */
export type Probe = { readonly ok: true } | { readonly ok: false; readonly missing: string }

/** What differs between kernels that can enforce. */
export interface Capabilities {
  readonly ipv6: boolean
  /** Whether the kernel can masquerade, by address family. */
  readonly nat4: boolean
  readonly nat6: boolean
  /** Whether connections can have timeouts of their own. */
  readonly timeouts: boolean
  /** Whether dropped packets can be told of (NFLOG). */
  readonly drops: boolean
}

/** Bits of /proc/self/status CapEff (capabilities(7)). */
const CAP_NET_ADMIN = 12n
const CAP_SYS_ADMIN = 21n

/** What rule sets need of the kernel: an inet table, connection state, verdict maps, concatenated sets. */
const WHAT_RULES_NEED = `table inet sallyport_probe {
  set s { type ifname . ether_addr . ipv4_addr; }
  map m { type ifname : verdict; }
  chain g { type filter hook prerouting priority -300; policy drop;
    iifname . ether saddr . ip saddr @s accept
  }
  chain f { type filter hook forward priority 0; policy drop;
    ct state established,related accept
    iifname vmap @m
  }
}
`

const natTable = (family: string): string => `table inet sallyport_probe {
  chain n { type nat hook postrouting priority 100; policy accept;
    meta nfproto ${family} oifname "uplink" masquerade
  }
}
`

const TIMEOUTS = `table inet sallyport_probe {
  ct timeout t { protocol udp; policy = { replied : 30 }; }
  chain f { type filter hook forward priority 0; policy drop;
    meta l4proto 17 ct timeout set "t"
  }
}
`

const DROPS = `table inet sallyport_probe {
  chain d { limit rate 1/second log group 1 drop; }
}
`

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
  return `no ${lacks.map(({ name }) => name).join(' and ')}: run as root on the host or in a privileged container`
}

async function whyNotRunnable(): Promise<string | undefined> {
  const programs: [string, string[], string][] = [
    ['ip', ['-V'], 'ip (install the package iproute2)'],
    ['nft', ['--version'], 'nft (install the package nftables)'],
    ['nsenter', ['--version'], 'nsenter (install the package util-linux)'],
    ['unshare', ['--version'], 'unshare (install the package util-linux)'],
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

/** Loads a rule set in a network namespace that vanishes with the command. */
const tryRules = (text: string): Promise<string> => run('unshare', ['--net', 'nft', '-f', '-'], text)

/** What the host lacks to run namespaces with rules in force, in one line. Changes nothing. */
export async function probe(): Promise<Probe> {
  if (process.platform !== 'linux') {
    return { ok: false, missing: `Linux: this is ${process.platform}, which has no network namespaces` }
  }
  const missing = whyNotPrivileged() ?? (await whyNotRunnable())
  if (missing !== undefined) return { ok: false, missing }
  try {
    await run('unshare', ['--net', 'true'])
  } catch (error) {
    return { ok: false, missing: `network namespaces: ${messageOf(error)}` }
  }
  try {
    await tryRules(WHAT_RULES_NEED)
  } catch (error) {
    return { ok: false, missing: `nftables with connection tracking in this kernel: ${messageOf(error)}` }
  }
  return { ok: true }
}

/** What this kernel can do beyond what `probe` demands. */
export async function capabilitiesOf(): Promise<Capabilities> {
  const can = (rules: string): Promise<boolean> =>
    tryRules(rules).then(
      () => true,
      () => false,
    )
  const [nat4, nat6, timeouts, drops] = await Promise.all([
    can(natTable('ipv4')),
    can(natTable('ipv6')),
    can(TIMEOUTS),
    can(DROPS),
  ])
  return { ipv6: existsSync('/proc/sys/net/ipv6'), nat4, nat6, timeouts, drops }
}
