import { boxesInOrder, linearScan, rulesInOrder, V6_BASE } from './linear-scan.mjs'
import { drawsFrom, randomSource } from './random-source.mjs'
import { overlap, sizeOf, stepsOf, uncovered } from './rectangles.mjs'

/** Flows drawn where rules begin and end, one step inside and outside, so that off-by-one errors show. */

/** @typedef {import('./naive-decision.js').Situation} Situation */
/** @typedef {ReturnType<typeof boxesInOrder>[number]} Box */

const PROTOCOLS = [6, 17, 1, 47, 50, 132]

/**
 * One flow at the edges of a box, or one step beyond when `outside` allows it.
 * @param {ReturnType<typeof drawsFrom>} draws
 * @param {Box} box
 * @param {boolean} outside
 */
function flowAt(draws, { protocol, remote, local, remotePorts, localPorts }, outside) {
  const edge = (/** @type {number} */ first, /** @type {number} */ last, /** @type {number} */ most) => {
    const step = outside && draws.chance(0.25) ? 1 : 0
    const value = draws.chance(0.5) ? first - step : last + step
    return Math.min(Math.max(value, 0), most)
  }
  const address = (/** @type {readonly [bigint, bigint]} */ [first, last]) =>
    edge(Number(first), Math.min(Number(last), 2 ** 32 - 1), 2 ** 32 - 1)
  const number = protocol ?? draws.one(PROTOCOLS)
  const ported = number === 6 || number === 17
  return {
    protocol: number,
    remote: address(remote),
    local: address(local),
    remotePort: ported ? edge(remotePorts[0], remotePorts[1], 65_535) : 0,
    localPort: ported ? edge(localPorts[0], localPorts[1], 65_535) : 0,
  }
}

/**
 * Columns for that many IPv4 flows.
 * @param {number} length
 */
const columns = (length) => ({
  family: /** @type {const} */ (4),
  length,
  protocols: new Uint8Array(length),
  remotes: new Uint32Array(length),
  locals: new Uint32Array(length),
  remotePorts: new Uint16Array(length),
  localPorts: new Uint16Array(length),
  icmpTypes: new Uint8Array(length),
})

/**
 * That many IPv4 flows: a few aimed at every rule in turn, the others at rules by chance. The rarer verdict gets 40 %
 * of them, unless it is hardly to be had.
 * @param {Situation} situation
 * @param {number} length
 * @param {number} seed
 */
export function boundaryFlows(situation, length, seed) {
  const draws = drawsFrom(randomSource(seed))
  const boxes = boxesInOrder(situation).filter(({ remote }) => remote[0] < V6_BASE)
  const accepts = rulesInOrder(situation).map(({ policy }) => policy === 'accept')
  const scan = linearScan(situation)
  const batch = columns(length)
  const most = Math.floor(length * 0.6)
  const counts = { accept: 0, drop: 0 }
  for (let at = 0, tries = 0; at < length; tries++) {
    const inTurn = tries < 4 * boxes.length
    const box = inTurn ? boxes[tries % boxes.length] : draws.one(boxes)
    const flow = flowAt(draws, box, !inTurn)
    batch.protocols[at] = flow.protocol
    batch.remotes[at] = flow.remote
    batch.locals[at] = flow.local
    batch.remotePorts[at] = flow.remotePort
    batch.localPorts[at] = flow.localPort
    const rule = scan(batch, at)
    const verdict = rule >= 0 && accepts[rule] ? 'accept' : 'drop'
    if (counts[verdict] >= most && tries < 20 * length) continue
    counts[verdict]++
    at++
  }
  shuffle(draws, batch)
  return batch
}

/**
 * Puts flows in any order, so that the first ones are as good as all.
 * @param {ReturnType<typeof drawsFrom>} draws
 * @param {ReturnType<typeof columns>} batch
 */
function shuffle(draws, batch) {
  for (let at = batch.length - 1; at > 0; at--) {
    const other = draws.between(0, at)
    for (const name of /** @type {const} */ ([
      'protocols',
      'remotes',
      'locals',
      'remotePorts',
      'localPorts',
    ])) {
      const column = batch[name]
      ;[column[at], column[other]] = [column[other], column[at]]
    }
  }
}

/** Pieces that a search for a flow of one rule may cut. */
const PIECES = 100_000

/**
 * Those that overlap with a box, the largest overlap first: what covers most leaves the fewest pieces.
 * @param {import('./rectangles.mjs').Box} box
 * @param {readonly import('./rectangles.mjs').Box[]} others
 */
const largestFirst = (box, others) =>
  overlap([box], others)
    .map((common) => ({ common, size: sizeOf([common]) }))
    .sort((a, b) => (a.size > b.size ? -1 : 1))
    .map(({ common }) => common)

/**
 * What flows of these columns leave out: for each rule that decides none of them, an IPv4 flow that it decides, proven by
 * cutting the stronger rules out of it. `dead` are the rules without any, `unknown` those whose search was given up.
 * @param {Situation} situation
 * @param {ReturnType<typeof boundaryFlows>} batch
 */
export function missedRules(situation, batch) {
  const scan = linearScan(situation)
  const rules = rulesInOrder(situation)
  const met = new Set(Array.from({ length: batch.length }, (_, flow) => scan(batch, flow)))
  const { steps } = stepsOf(situation)
  const v4 = steps.map(({ boxes }) => boxes.filter(([, remote]) => remote[0] < V6_BASE))
  const places = new Map(steps.map(({ name }, place) => [name, place]))
  /** @type {{ flows: (readonly bigint[])[], dead: string[], unknown: string[] }} */
  const missed = { flows: [], dead: [], unknown: [] }
  for (const [index, { id }] of rules.entries()) {
    if (met.has(index)) continue
    const place = places.get(id) ?? 0
    // The first step, what is always reachable, is none of the rules'.
    const stronger = v4.slice(1, place).flat()
    const budget = { left: PIECES }
    let found = /** @type {readonly bigint[] | null | undefined} */ (null)
    for (const box of v4[place]) {
      found = uncovered(box, largestFirst(box, stronger), budget)
      if (found !== null) break
    }
    if (found) missed.flows.push(found)
    else (found === null ? missed.dead : missed.unknown).push(id)
  }
  return missed
}

/**
 * The columns with flows for the live rules that none met, in place of their last ones.
 * @param {Situation} situation
 * @param {ReturnType<typeof boundaryFlows>} batch
 */
export function withEveryLiveRule(situation, batch) {
  const { flows, dead, unknown } = missedRules(situation, batch)
  for (const [index, [protocol, remote, local, remotePort, localPort, icmpType]] of flows.entries()) {
    const at = batch.length - 1 - index
    batch.protocols[at] = Number(protocol)
    batch.remotes[at] = Number(remote)
    batch.locals[at] = Number(local)
    batch.remotePorts[at] = Number(remotePort)
    batch.localPorts[at] = Number(localPort)
    batch.icmpTypes[at] = Number(icmpType)
  }
  return { batch, dead, unknown }
}
