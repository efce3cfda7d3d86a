import type { Socket } from '../netlink/socket.js'
import { transact } from '../netlink/transaction.js'
import { DROPS_GROUP } from '../nflog/listeners.js'
import { messageOf } from '../run.js'
import type { Base, Command, DataType, ElementSet, Statement, TableFamily } from './ruleset.js'
import { match, verdict } from './statements.js'

/** Something that a kernel may lack. */
export interface Feature {
  /** In words for the operator, with the kernel's own name for it. */
  readonly what: string
  /** What a kernel that has it takes as one transaction. */
  readonly commands: readonly Command[]
  /** The kind of table that it is about; `inet` without it. */
  readonly table?: TableFamily
}

/** What a kernel lacks, and its words about that. */
export interface Absent {
  readonly what: string
  readonly why: string
}

const forward: Base = { type: 'filter', hook: 'forward', priority: 0, policy: 'drop' }
const accept = verdict('accept')

const chain = (name: string, base: Base | null): Command => ({ do: 'add-chain', name, base })
const rule = (at: string, ...statements: readonly Statement[]): Command => ({
  do: 'add-rule',
  chain: at,
  rule: { statements, comment: 'probe' },
})

/** A set that holds something, since some kinds are made only then. */
function filled(name: string, set: Omit<ElementSet, 'elements'>, ...elements: [string, string][]): Command[] {
  const whole: ElementSet = { ...set, elements: new Map(elements) }
  return [
    { do: 'add-set', name, set: whole },
    { do: 'add-elements', name, set: whole, elements },
  ]
}

const map = (key: DataType, data: 'verdict' | 'mark', interval = false) => ({ key: [key], data, interval })

const TABLE: Command = { do: 'add-table' }
const FORWARD: readonly Command[] = [TABLE, chain('forward', forward)]

/** What all the others take. */
export const tables: Feature = {
  what: 'nftables for IPv4 and IPv6 together (NF_TABLES_INET)',
  commands: FORWARD,
}

/** What rules cannot do without. */
export const needed: readonly Feature[] = [
  {
    what: 'connection tracking in nftables (NFT_CT)',
    commands: [
      ...FORWARD,
      rule('forward', { kind: 'state', operator: '==', states: ['established', 'related'] }, accept),
      rule('forward', match('ct direction', 'original'), { kind: 'set-mark', of: 'ct', value: 1 }, accept),
      rule('forward', match('ct original ip daddr', '10.0.0.1'), match('ct mark', '1'), accept),
    ],
  },
  {
    what: 'maps of verdicts and of marks (NFT_HASH)',
    commands: [
      ...FORWARD,
      ...filled('links', map('ifname', 'verdict'), ['"lo"', 'accept']),
      ...filled('marks', map('ipv4_addr', 'mark'), ['10.0.0.1', '1']),
      rule('forward', { kind: 'vmap', selectors: ['iifname'], map: 'links' }),
      rule('forward', { kind: 'map-mark', selectors: ['ip saddr'], map: 'marks' }),
    ],
  },
  {
    what: 'maps of intervals (NFT_RBTREE)',
    commands: [
      ...FORWARD,
      ...filled('ranges', map('ipv4_addr', 'verdict', true), ['10.0.0.0/8', 'drop']),
      rule('forward', { kind: 'vmap', selectors: ['ip saddr'], map: 'ranges' }),
    ],
  },
  {
    what: 'sets of concatenated fields',
    commands: [
      ...FORWARD,
      ...filled('bound', { key: ['ifname', 'ether_addr', 'ipv4_addr'], data: null, interval: false }, [
        '"lo" . 02:00:00:00:00:01 . 10.0.0.1',
        '',
      ]),
      chain('guard', { ...forward, hook: 'prerouting', priority: -300 }),
      rule(
        'guard',
        {
          kind: 'lookup',
          selectors: ['iifname', 'ether saddr', 'ip saddr'],
          operator: '==',
          set: 'bound',
        },
        accept,
      ),
    ],
  },
  {
    what: 'named counters (NFT_OBJREF)',
    commands: [
      ...FORWARD,
      { do: 'add-counter', name: 'c' },
      rule('forward', { kind: 'counter', name: 'c' }, accept),
    ],
  },
]

const masquerade = (family: 'ipv4' | 'ipv6'): readonly Command[] => [
  TABLE,
  chain('leave', { type: 'nat', hook: 'postrouting', priority: 100, policy: 'accept' }),
  rule('leave', match('meta nfproto', family), match('oifname', '"uplink"'), { kind: 'masquerade' }),
]

/** A feature that rules can do without, and the price of that. */
export interface Wish extends Feature {
  readonly without: string
}

/** What rules can do without. */
export const wished = {
  nat4: {
    what: 'masquerading of IPv4 (NFT_MASQ)',
    without: 'instances reach no IPv4 outside',
    commands: masquerade('ipv4'),
  },
  nat6: {
    what: 'masquerading of IPv6 (NFT_MASQ)',
    without: 'instances reach no IPv6 outside',
    commands: masquerade('ipv6'),
  },
  timeouts: {
    what: 'timeouts of single connections (NF_CONNTRACK_TIMEOUT)',
    without: 'those that interfaces have are not applied',
    commands: [
      ...FORWARD,
      { do: 'add-timeout', name: 't', timeout: { protocol: 'udp', seconds: { replied: 30 } } },
      rule('forward', match('meta l4proto', '17'), { kind: 'set-timeout', name: 't' }),
    ],
  },
  bridges: {
    what: 'nftables for bridges (NF_TABLES_BRIDGE)',
    without: 'links in bridges cannot be bound',
    table: 'bridge',
    commands: [
      TABLE,
      chain('from-ports', { ...forward, hook: 'prerouting', priority: -300 }),
      ...filled('ports', { key: ['ifname'], data: null, interval: false }, ['"lo"', '']),
      rule(
        'from-ports',
        { kind: 'lookup', selectors: ['iifname'], operator: '==', set: 'ports' },
        match('arp saddr ip', '10.0.0.1'),
        accept,
      ),
    ],
  },
  drops: {
    what: 'telling of dropped packets (NFT_LOG, NETFILTER_NETLINK_LOG)',
    without: 'drops are counted and not listed',
    commands: [
      ...FORWARD,
      rule(
        'forward',
        { kind: 'limit', rate: 1, per: 'second', burst: 1 },
        { kind: 'log', group: DROPS_GROUP, prefix: 'probe' },
      ),
    ],
  },
} satisfies Readonly<Record<string, Wish>>

/**
 * What the kernel behind a socket lacks of features. Each is tried as a table of its own, one after another, and
 * taken back: nothing else may use our table there.
 */
export async function absentOf(socket: Socket, features: readonly Feature[]): Promise<readonly Absent[]> {
  const absent: Absent[] = []
  for (const { what, commands, table } of features) {
    try {
      await transact(socket, commands, table)
      await transact(socket, [{ do: 'delete-table' }], table)
    } catch (error) {
      absent.push({ what, why: messageOf(error) })
    }
  }
  return absent
}
