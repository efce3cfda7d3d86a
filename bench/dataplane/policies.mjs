/**
 * Rule sets of given sizes, the same for every way to enforce them: as facts for the product, and as one nft rule for
 * each rule. Test traffic matches only the last rule, which is the worst case for a list.
 */

/** Repeatable numbers from 0 to below 1 (a linear congruential generator with Knuth's MMIX constants). */
export function numbers(seed) {
  let state = BigInt(seed)
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n
    return Number(state >> 32n) / 2 ** 32
  }
}

export const REMOTE_GROUPS = 5
const LIST_BLOCKS = 20

/** Where the test traffic goes. */
export const TRAFFIC = { network: '10.0.0.0/24', ports: [10_000, 59_999] }

/** What the rules name; none of it holds the ends of the test traffic. */
const listBlocks = (list) =>
  Array.from({ length: LIST_BLOCKS }, (_, index) => `100.${64 + list}.${index * 2}.0/24`)

/** Address of a member of a remote group: 10.64.0.0/10, far from the test traffic. */
const memberAddress = (index) => `10.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`

function peerOf(next) {
  const kind = next()
  if (kind < 0.55) {
    const length = 16 + Math.floor(next() * 9)
    const bits = ((172 << 24) | (16 << 20) | Math.floor(next() * 2 ** 20)) >>> 0
    const network = length === 32 ? bits : (bits - (bits % 2 ** (32 - length))) >>> 0
    const text = [24, 16, 8, 0].map((shift) => (network >>> shift) & 255).join('.')
    return { kind: 'cidr', cidr: `${text}/${length}` }
  }
  if (kind < 0.7) return { kind: 'group', group: Math.floor(next() * REMOTE_GROUPS) }
  if (kind < 0.8) return { kind: 'prefix-list', list: Math.floor(next() * 3) }
  return { kind: 'cidr', cidr: `2001:db8:${Math.floor(next() * 65_536).toString(16)}::/48` }
}

/** `count` rules of one direction; the last accepts the test traffic. */
export function rulesOf(count, direction, seed) {
  const next = numbers(seed)
  const rules = Array.from({ length: count - 1 }, () => {
    const first = 1 + Math.floor(next() * 65_000)
    return {
      direction,
      policy: next() < 0.3 ? 'drop' : 'accept',
      priority: 1 + Math.floor(next() * 99),
      protocol: next() < 0.8 ? 'tcp' : 'udp',
      peer: peerOf(next),
      ports: { first, last: Math.min(65_535, first + Math.floor(next() * 500)) },
    }
  })
  const [first, last] = TRAFFIC.ports
  const peer = { kind: 'cidr', cidr: TRAFFIC.network }
  return [
    ...rules,
    { direction, policy: 'accept', priority: 100, protocol: 'udp', peer, ports: { first, last } },
  ]
}

/** The facts of one VPC: two running interfaces that send and receive, remote groups with members, lists, rules. */
export function factsOf({ vpc, mark, rules, members, ends }) {
  const group = (name) => `sg-${vpc}-${name}`
  const change = (kind, id, value) => ({ kind, id, value: { id, ...value } })
  const remotes = Array.from({ length: REMOTE_GROUPS }, (_, index) => index)
  const interfaceOf = (name, more, number) =>
    change('interface', `eni-${vpc}-${name}`, {
      instance: `i-${mark}-${vpc.slice(4)}-${name}`,
      vpc,
      mac: `02:00:5e:${[16, 8, 0].map((shift) => ((number >> shift) & 255).toString(16).padStart(2, '0')).join(':')}`,
      running: true,
      ...more,
    })
  const peerFact = (peer) => {
    if (peer.kind === 'group') return { kind: 'group', group: group(`remote${peer.group}`) }
    return peer.kind === 'prefix-list' ? { kind: 'prefix-list', list: `pl-${vpc}-${peer.list}` } : peer
  }
  return [
    change('vpc', vpc, { cidrs: ['10.0.0.0/8'] }),
    ...['ends', ...remotes.map((index) => `remote${index}`)].map((name) =>
      change('group', group(name), { vpc, type: 'basic', innerAccess: 'drop' }),
    ),
    ...[0, 1, 2].map((list) =>
      change('prefix-list', `pl-${vpc}-${list}`, { family: 4, cidrs: listBlocks(list) }),
    ),
    ...rules.map(({ ports, peer, ...rule }, index) =>
      change('rule', `sgr-${vpc}-${index}`, {
        ...rule,
        group: group('ends'),
        peer: peerFact(peer),
        local: null,
        destinationPorts: ports,
        sourcePorts: null,
      }),
    ),
    ...Array.from({ length: members }, (_, index) =>
      interfaceOf(
        `member${index}`,
        {
          addresses: [memberAddress(index)],
          groups: remotes.map((remote) => group(`remote${remote}`)),
          running: false,
        },
        index + 16,
      ),
    ),
    ...ends.map((address, index) =>
      interfaceOf(`end${index}`, { addresses: [address], groups: [group('ends')] }, index),
    ),
  ]
}

const matchOf = ({ direction, protocol, peer, ports }) => {
  const side = direction === 'egress' ? 'daddr' : 'saddr'
  const from =
    peer.kind === 'cidr'
      ? `${peer.cidr.includes(':') ? 'ip6' : 'ip'} ${side} ${peer.cidr}`
      : `ip ${side} @${peer.kind === 'group' ? `g${peer.group}` : `l${peer.list}`}`
  return `${from} ${protocol} dport ${ports.first}-${ports.last}`
}

const inOrder = (rules) =>
  [...rules].sort(
    (a, b) => a.priority - b.priority || (a.policy === b.policy ? 0 : a.policy === 'drop' ? -1 : 1),
  )

/** One nft rule for each rule, in the order in which they decide, in a table of its own; counters on. */
export function chainTable({ rules, members, links: [sender, receiver] }) {
  const chain = (direction) =>
    inOrder(rules.filter((rule) => rule.direction === direction)).map(
      (rule) => `    ${matchOf(rule)} counter ${rule.policy === 'accept' ? 'return' : 'drop'}`,
    )
  const addresses = Array.from({ length: members }, (_, index) => memberAddress(index)).join(', ')
  const set = (name, flags, elements) =>
    `  set ${name} { type ipv4_addr; ${flags} elements = { ${elements} }; }`
  return [
    'table inet baseline {',
    ...Array.from({ length: REMOTE_GROUPS }, (_, index) => set(`g${index}`, '', addresses)),
    ...[0, 1, 2].map((list) => set(`l${list}`, 'flags interval;', listBlocks(list).join(', '))),
    '  chain egress {',
    ...chain('egress'),
    '    counter return',
    '  }',
    '  chain ingress {',
    ...chain('ingress'),
    '    counter drop',
    '  }',
    '  chain forward {',
    '    type filter hook forward priority 0; policy drop;',
    '    ct state established,related accept',
    '    ct state invalid drop',
    `    iifname "${sender}" jump egress`,
    `    oifname "${receiver}" jump ingress`,
    '    accept',
    '  }',
    '}',
    '',
  ].join('\n')
}

/** Connection tracking and nothing else: the least that a stateful firewall costs. */
export const trackingTable = [
  'table inet baseline {',
  '  chain forward {',
  '    type filter hook forward priority 0; policy accept;',
  '    ct state established,related accept',
  '    ct state invalid drop',
  '  }',
  '}',
  '',
].join('\n')
