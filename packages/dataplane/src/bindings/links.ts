import { existsSync } from 'node:fs'
import { namespaceFile, ownerFrom } from '../names.js'
import { runSoon } from '../shell.js'

/** A link as `ip` shows it. */
export interface FoundLink {
  /** `ether`, `none`, `loopback` and so on. */
  readonly type: string
  /** Whether it carries a mark of this product. */
  readonly isOurs: boolean
  /** The link that has it as a port, and what kind of port that makes it; null where none has. */
  readonly master: { readonly link: string; readonly kind: string } | null
  /** What it is itself, where it is a bridge: whether its frames pass iptables and nftables. */
  readonly bridge: { readonly calls4: boolean; readonly calls6: boolean } | null
}

/** `ip -j -d link show`. */
interface LinkJson {
  readonly ifname: string
  readonly ifalias?: string
  readonly link_type: string
  readonly master?: string
  readonly linkinfo?: {
    readonly info_kind?: string
    readonly info_slave_kind?: string
    readonly info_data?: { readonly nf_call_iptables?: number; readonly nf_call_ip6tables?: number }
  }
}

function linkFrom({ ifalias, link_type: type, master, linkinfo }: LinkJson): FoundLink {
  const data = linkinfo?.info_data
  return {
    type,
    isOurs: ownerFrom(ifalias) !== null,
    master: master === undefined ? null : { link: master, kind: linkinfo?.info_slave_kind ?? 'unknown' },
    bridge:
      linkinfo?.info_kind === 'bridge'
        ? { calls4: data?.nf_call_iptables === 1, calls6: data?.nf_call_ip6tables === 1 }
        : null,
  }
}

const inside = (netns: string | null): string[] => (netns === null ? [] : ['-n', netns])

/** The links of a namespace by name; null when there is no such namespace. */
export async function linksIn(netns: string | null): Promise<ReadonlyMap<string, FoundLink> | null> {
  if (!existsSync(namespaceFile(netns))) return null
  const text = await runSoon(null, 'ip', [...inside(netns), '-j', '-d', 'link', 'show'], '')
  return new Map((JSON.parse(text) as LinkJson[]).map((json) => [json.ifname, linkFrom(json)]))
}

/** Has a bridge pass its frames to iptables and nftables, or not. */
export async function setCalls(
  netns: string | null,
  bridge: string,
  { calls4, calls6 }: { readonly calls4: boolean; readonly calls6: boolean },
): Promise<void> {
  const set = (name: string, value: boolean): string[] => [name, value ? '1' : '0']
  const how = [...set('nf_call_iptables', calls4), ...set('nf_call_ip6tables', calls6)]
  await runSoon(null, 'ip', [...inside(netns), 'link', 'set', bridge, 'type', 'bridge', ...how], '')
}

/** Whether the kernel can have bridges pass their frames on (the module br_netfilter). */
export const canCall = (): boolean => existsSync('/proc/sys/net/bridge')

/** Why a link cannot be bound as it is, in words; undefined when it can. */
export function linkProblem(name: string, link: FoundLink, as: 'peer' | 'host'): string | undefined {
  const { type, isOurs, master } = link
  if (isOurs) return `link ${name} was made by Sallyport`
  if (type === 'loopback') return `link ${name} is a loopback`
  if (master && master.kind !== 'bridge')
    return `link ${name} is a port of ${master.link} (${master.kind}), whose packets pass no rules as its own`
  if (as === 'host') {
    return master ? `link ${name} is a port of ${master.link}: bind ${master.link} with --host` : undefined
  }
  if (type !== 'ether') return `link ${name} has no MAC addresses (${type}): only --host can bind it`
  if (master && !canCall())
    return `link ${name} is a port of bridge ${master.link}, and this kernel passes no frames on: modprobe br_netfilter`
  return undefined
}
