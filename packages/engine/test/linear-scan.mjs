/**
 * The plainest way to decide: every rule in turn, in the order that the reference page gives. It shares no code with
 * the engine and knows inbound rules of one group only. The benchmark's baseline, and an oracle for large rule sets.
 */

/** @typedef {import('./naive-decision.js').Situation} Situation */

const NUMBERS = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58, gre: 47, all: null }

/** @typedef {readonly [bigint, bigint]} Range */

/**
 * The addresses of a block; those of IPv6 begin after those of IPv4, so that one number says the family too.
 * @param {string} cidr
 * @returns {Range}
 */
export function blockRange(cidr) {
  const [text, length] = cidr.split('/')
  const v6 = text.includes(':')
  const width = v6 ? 128 : 32
  const free = BigInt(width - (length === undefined ? width : Number(length)))
  const first = (v6 ? v6Number(text) : v4Number(text)) >> free << free // prettier-ignore
  const base = v6 ? V6_BASE : 0n
  return [base + first, base + first + (1n << free) - 1n]
}

/** Where IPv6 addresses begin among all. */
export const V6_BASE = 1n << 32n

const v4Number = (/** @type {string} */ text) =>
  text.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n)

function v6Number(/** @type {string} */ text) {
  const [head, tail] = text.split('::')
  const left = head ? head.split(':') : []
  const right = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...new Array(zeros).fill('0'), ...right]
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
}

/**
 * @param {Situation} situation
 * @param {import('../src/index.js').Rule} rule
 * @returns {Range[]}
 */
function remotesOf({ interfaces, prefixLists }, { peer }) {
  if (peer.kind === 'cidr') return [blockRange(peer.cidr)]
  if (peer.kind === 'prefix-list') {
    return prefixLists.filter(({ id }) => id === peer.list).flatMap(({ cidrs }) => cidrs.map(blockRange))
  }
  const members = interfaces.filter(({ groups }) => groups.includes(peer.group))
  return members.flatMap(({ addresses }) => addresses.map(blockRange))
}

/**
 * @param {Situation} situation
 * @param {import('../src/index.js').Rule['destinationPorts']} ports
 * @returns {(readonly [number, number])[]}
 */
function portsOf({ portLists }, ports) {
  if (ports === null) return [[0, 65_535]]
  const ranges = 'list' in ports ? (portLists.find(({ id }) => id === ports.list)?.ranges ?? []) : [ports]
  return ranges.map(({ first, last }) => [first, last])
}

/** "A smaller value indicates a higher priority"; "with the same priority, drop rules take precedence". */
export const rulesInOrder = (/** @type {Situation} */ { rules }) =>
  [...rules].sort(
    (a, b) =>
      a.priority - b.priority ||
      Number(a.policy === 'accept') - Number(b.policy === 'accept') ||
      (a.id < b.id ? -1 : 1),
  )

const everyAddress = /** @type {Range} */ ([0n, V6_BASE + (1n << 128n) - 1n])

/**
 * Each rule as products of ranges, in decision order. `rule` is the place in that order.
 * @param {Situation} situation
 */
export function boxesInOrder(situation) {
  return rulesInOrder(situation).flatMap((rule, place) =>
    remotesOf(situation, rule).flatMap((remote) =>
      portsOf(situation, rule.destinationPorts).map((localPorts) => ({
        rule: place,
        id: rule.id,
        accept: rule.policy === 'accept',
        protocol: NUMBERS[rule.protocol],
        remote,
        local: rule.local === null ? everyAddress : blockRange(rule.local),
        remotePorts: portsOf(situation, rule.sourcePorts)[0],
        localPorts,
      })),
    ),
  )
}

/**
 * Columns of the boxes that IPv4 flows can match, and the scan over them: the place of the deciding rule in
 * `rulesInOrder`, -1 without one.
 * @param {Situation} situation
 * @returns {(batch: import('../src/index.js').FlowBatch, flow: number) => number}
 */
export function linearScan(situation) {
  const boxes = boxesInOrder(situation).filter(({ remote }) => remote[0] < V6_BASE)
  const column = (/** @type {(box: (typeof boxes)[number]) => bigint | number} */ read) =>
    Float64Array.from(boxes, (box) => Number(read(box)))
  const rule = Int32Array.from(boxes, (box) => box.rule)
  const protocol = Int32Array.from(boxes, (box) => box.protocol ?? -1)
  const [r0, r1] = [column(({ remote }) => remote[0]), column(({ remote }) => remote[1])]
  const [l0, l1] = [column(({ local }) => local[0]), column(({ local }) => local[1])]
  const [s0, s1] = [column(({ remotePorts }) => remotePorts[0]), column(({ remotePorts }) => remotePorts[1])]
  const [d0, d1] = [column(({ localPorts }) => localPorts[0]), column(({ localPorts }) => localPorts[1])]
  return ({ protocols, remotes, locals, remotePorts, localPorts }, flow) => {
    const [p, r, l] = [protocols[flow], remotes[flow], locals[flow]]
    const [s, d] = [remotePorts[flow], localPorts[flow]]
    for (let at = 0; at < rule.length; at++) {
      if (protocol[at] >= 0 && protocol[at] !== p) continue
      if (r < r0[at] || r > r1[at] || d < d0[at] || d > d1[at]) continue
      if (l < l0[at] || l > l1[at] || s < s0[at] || s > s1[at]) continue
      return rule[at]
    }
    return -1
  }
}
