import { blockRange, boxesInOrder, V6_BASE } from './linear-scan.mjs'

/**
 * Sets of flows as lists of boxes, and set algebra by cutting boxes into pieces: slow, exact, and nothing like the
 * engine's classes and diagrams. An oracle for small rule sets.
 */

/** @typedef {import('./naive-decision.js').Situation} Situation */

/**
 * A product of ranges: protocol, remote address, local address, remote port, local port, ICMP type. IPv6 addresses come
 * after those of IPv4.
 * @typedef {readonly (readonly [bigint, bigint])[]} Box
 */

/** @typedef {{ readonly name: string, readonly accept: boolean, readonly boxes: readonly Box[] }} Step */

const PORT = /** @type {const} */ ([0n, 65_535n])
const NONE = /** @type {const} */ ([0n, 0n])
const BYTE = /** @type {const} */ ([0n, 255n])
const V4 = /** @type {const} */ ([0n, V6_BASE - 1n])
const V6 = /** @type {const} */ ([V6_BASE, V6_BASE + (1n << 128n) - 1n])

/** Protocols without ports and types. */
const PLAIN = /** @type {const} */ ([[0n, 0n], [2n, 5n], [7n, 16n], [18n, 57n], [59n, 255n]]) // prettier-ignore

const one = (/** @type {bigint | number} */ value) => /** @type {const} */ ([BigInt(value), BigInt(value)])

/** All flows there are: ports exist for TCP and UDP, types for ICMP and ICMPv6, both addresses are of one family. */
export const everyFlow = [V4, V6].flatMap((family) => [
  ...[6, 17].map((number) => [one(number), family, family, PORT, PORT, NONE]),
  ...[1, 58].map((number) => [one(number), family, family, NONE, NONE, BYTE]),
  ...PLAIN.map((range) => [range, family, family, NONE, NONE, NONE]),
])

/** @type {(a: Box, b: Box) => Box | undefined} */
export function intersection(a, b) {
  /** @type {(readonly [bigint, bigint])[]} */
  const result = []
  for (const [field, [first, last]] of a.entries()) {
    const from = first > b[field][0] ? first : b[field][0]
    const to = last < b[field][1] ? last : b[field][1]
    if (from > to) return undefined
    result.push([from, to])
  }
  return result
}

/** The parts of a box outside another one. @type {(box: Box, other: Box) => Box[]} */
export function outside(box, other) {
  const common = intersection(box, other)
  if (!common) return [box]
  /** @type {Box[]} */
  const parts = []
  const rest = [...box]
  for (const [field, [from, to]] of common.entries()) {
    const [first, last] = rest[field]
    if (first < from) parts.push(rest.with(field, [first, from - 1n]))
    if (to < last) parts.push(rest.with(field, [to + 1n, last]))
    rest[field] = [from, to]
  }
  return parts
}

/** @type {(sets: readonly Box[], others: readonly Box[]) => Box[]} */
export const difference = (boxes, others) =>
  others.reduce((left, other) => left.flatMap((box) => outside(box, other)), [...boxes])

/** @type {(a: readonly Box[], b: readonly Box[]) => Box[]} */
export const overlap = (a, b) =>
  a.flatMap((box) =>
    b.flatMap((other) => {
      const common = intersection(box, other)
      return common ? [common] : []
    }),
  )

/** How many flows disjoint boxes hold. @type {(boxes: readonly Box[]) => bigint} */
export const sizeOf = (boxes) =>
  boxes.reduce((sum, box) => sum + box.reduce((size, [first, last]) => size * (last - first + 1n), 1n), 0n)

/** The flows of one box that the fields of a rule describe. */
const flowsIn = (/** @type {Box} */ box) => overlap([box], everyFlow)

const ANY = /** @type {Box} */ ([BYTE, [0n, V6[1]], [0n, V6[1]], PORT, PORT, BYTE])

/** What is always reachable (see carve-outs.yaml). @type {(direction: Situation['direction']) => Box[]} */
function alwaysReachable(direction) {
  const dhcp = (
    /** @type {Box[number]} */ family,
    /** @type {number} */ mine,
    /** @type {number} */ theirs,
  ) => /** @type {Box} */ ([one(17), family, family, one(theirs), one(mine), NONE])
  const services = ['100.100.100.200', '100.100.2.136', '100.100.2.138'].map((address) =>
    ANY.with(1, blockRange(address)).with(2, V4),
  )
  const discovery = /** @type {Box} */ ([one(58), V6, V6, NONE, NONE, [133n, 136n]])
  return [...(direction === 'egress' ? services : []), dhcp(V4, 68, 67), dhcp(V6, 546, 547), discovery]
}

/** ICMP and GRE are protocols of IPv4, ICMPv6 is one of IPv6. */
const familyOf = (/** @type {number | null} */ protocol) =>
  protocol === 1 || protocol === 47 ? V4 : protocol === 58 ? V6 : /** @type {const} */ ([0n, V6[1]])

/**
 * What decides, in order: what is always reachable, members of an open group, the rules. Flows that are left get
 * `fallback`.
 * @param {Situation} situation
 * @returns {{ steps: Step[], fallback: boolean }}
 */
export function stepsOf(situation) {
  const { groups, joined, direction, interfaces, rules } = situation
  const mine = groups.filter(({ id }) => joined.includes(id))
  const carveOut = { name: 'carve-out', accept: true, boxes: alwaysReachable(direction).flatMap(flowsIn) }
  const open = mine.filter(({ type, innerAccess }) => type === 'basic' && innerAccess === 'accept')
  const inside = direction === 'egress' ? [] : open.map(({ id }) => {
    const addresses = interfaces.filter((one) => one.groups.includes(id)).flatMap((one) => one.addresses)
    return { name: id, accept: true, boxes: addresses.flatMap((text) => flowsIn(ANY.with(1, blockRange(text)))) }
  }) // prettier-ignore
  const own = rules.filter((rule) => rule.direction === direction && joined.includes(rule.group))
  /** @type {Map<string, Step & { boxes: Box[] }>} */
  const steps = new Map()
  for (const { id, accept, protocol, remote, local, remotePorts, localPorts } of boxesInOrder({ ...situation, rules: own })) {
    const step = steps.get(id) ?? { name: id, accept, boxes: [] }
    steps.set(id, step)
    // `boxesInOrder` sees the packet from the inbound side.
    const [theirs, ours] = direction === 'ingress' ? [remotePorts, localPorts] : [localPorts, remotePorts]
    const ports = [theirs, ours].map(([first, last]) => /** @type {const} */ ([BigInt(first), BigInt(last)]))
    const fields = [protocol === null ? BYTE : one(protocol), remote, local, ports[0], ports[1], BYTE]
    const family = familyOf(protocol)
    step.boxes.push(...overlap(flowsIn(fields), [ANY.with(1, family)]))
  } // prettier-ignore
  for (const rule of own) {
    if (!steps.has(rule.id))
      steps.set(rule.id, { name: rule.id, accept: rule.policy === 'accept', boxes: [] })
  }
  const basic = mine.some(({ type }) => type === 'basic')
  return { steps: [carveOut, ...inside, ...steps.values()], fallback: direction === 'egress' && basic }
}

/**
 * Disjoint boxes that each step decides, and those that are left.
 * @param {readonly Step[]} steps
 */
export function decidedBy(steps) {
  let left = /** @type {Box[]} */ (everyFlow)
  const parts = steps.map((step) => {
    /** @type {Box[]} */
    const decided = []
    for (const box of step.boxes) {
      decided.push(...overlap(left, [box]))
      left = difference(left, [box])
    }
    return { ...step, decided }
  })
  return { parts, left }
}

/** The flows that are accepted, as disjoint boxes. */
export function accepted(/** @type {Situation} */ situation) {
  const { steps, fallback } = stepsOf(situation)
  const { parts, left } = decidedBy(steps)
  return [
    ...parts.filter(({ accept }) => accept).flatMap(({ decided }) => decided),
    ...(fallback ? left : []),
  ]
}

/**
 * A flow of the box that none of the others holds, by cutting the first of them out and trying the pieces in turn;
 * null where there is none, undefined where `steps.left` ran out.
 * @param {Box} box
 * @param {readonly Box[]} others
 * @param {{ left: number }} budget
 * @param {number} [from]
 * @returns {readonly bigint[] | null | undefined}
 */
export function uncovered(box, others, budget, from = 0) {
  if (budget.left-- <= 0) return undefined
  for (let at = from; at < others.length; at++) {
    const other = others[at]
    if (!intersection(box, other)) continue
    for (const part of outside(box, other)) {
      const found = uncovered(part, others, budget, at + 1)
      if (found !== null) return found
    }
    return null
  }
  return box.map(([first]) => first)
}
