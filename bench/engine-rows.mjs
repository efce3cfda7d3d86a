import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { decide, decideBatch, policyOf, verdictBatch, worldFrom } from '@sallyport/engine'
import { boundaryFlows } from '../packages/engine/test/boundary-flows.mjs'
import { linearScan } from '../packages/engine/test/linear-scan.mjs'
import { ruleSet, setKinds } from '../packages/engine/test/rule-sets.mjs'
import { median, progress } from './comparison.mjs'
import { lintCost, whatIfCosts } from './engine-questions.mjs'
import { costOf } from './processor-time.mjs'

/**
 * What the engine reaches on one thread, on generated rule sets (packages/engine/test/rule-sets.mjs): verdicts a second
 * beside a scan of the same rules, the time until the first verdict of a changed policy, the memory of a policy that has
 * been asked, and questions about sets of flows.
 *
 * A row without the name of a set is the slowest set's.
 */

const SIZES = [10, 200, 1_000, 10_000]
const FLOWS = 40_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

/** Repeats `work`, the first time to warm up, until it has cost `least` milliseconds; the least cost of one. */
function repeated(work, least) {
  work()
  let best = Infinity
  for (let spent = 0; spent < least;) {
    const cost = costOf(work)
    best = Math.min(best, cost)
    spent += Math.max(cost, 0.01)
  }
  return best
}

const compiledFrom = (world) => policyOf(world, ['sg-1'], 'ingress')
const aFlow = {
  protocol: 6,
  remote: { family: 4, bits: 1n },
  local: { family: 4, bits: 2n },
  ...{ remotePort: 40_000, localPort: 80 },
}

/** Verdicts a second by the engine and by the scan, on the same flows. */
function verdictRates(situation, policy) {
  const batch = boundaryFlows(situation, FLOWS, 1)
  const out = verdictBatch(FLOWS)
  const scan = linearScan(situation)
  const engine = repeated(() => decideBatch(policy, batch, out), 400)
  // A scan of ten thousand rules takes its time: fewer flows do.
  const scanned = Math.max(200, Math.min(FLOWS, Math.floor(4_000_000 / situation.rules.length)))
  let sum = 0
  const linear = repeated(() => {
    for (let flow = 0; flow < scanned; flow++) sum += scan(batch, flow)
  }, 200)
  if (!Number.isFinite(sum)) throw new Error('the scan found no rule')
  return { engine: (FLOWS / engine) * 1000, linear: (scanned / linear) * 1000 }
}

/** Milliseconds from a changed set of facts to the first verdict: the median of policies made anew. */
function compileCost(world, size) {
  const times = Array.from({ length: size > 1_000 ? 5 : 15 }, () =>
    costOf(() => decide(compiledFrom(world), aFlow)),
  )
  return median(times.slice(2))
}

const oneFlow = boundaryFlows(ruleSet('acl', 10), 1, 1)

/** Bytes that a policy keeps once it has decided, single flows and many. */
function memoryOf(world) {
  const used = () => {
    // Freed buffers are counted until the next collection.
    for (let time = 0; time < 3; time++) collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = used()
  const policy = compiledFrom(world)
  decide(policy, aFlow)
  decideBatch(policy, oneFlow, verdictBatch(1))
  const bytes = used() - before
  // Whoever uses it afterwards keeps it from being collected before.
  return policy.entries.length > 0 ? bytes : 0
}

/** What can be measured of a set, as names of rows say it. */
const WHATS = ['verdicts', 'compile', 'memory', 'lint', 'whatif.p99']

const namesOf = (what, size, kinds) => [
  `engine.${what}.${size}`,
  ...kinds.map((kind) => `engine.${what}.${size}.${kind}`),
]

/** Measures one set, as far as some wanted row needs it; null for the rest. */
function measureSet(kind, size, wanted) {
  const asked = (what) => namesOf(what, size, [kind]).some(wanted)
  const situation = ruleSet(kind, size)
  const world = worldFrom({ epoch: 'bench', revision: 1, vpcs: [], ...situation })
  const compile = asked('compile') ? compileCost(world, size) : null
  const bytes = asked('memory') ? memoryOf(world) : null
  const rates = asked('verdicts') ? verdictRates(situation, compiledFrom(world)) : null
  // Of so many rules, and so unlike what an interface may have, nobody asks such questions.
  const questions = size <= 1_000 || kind === 'sg'
  const lint = questions && asked('lint') ? lintCost(world) : null
  const whatIf = questions && asked('whatif.p99') ? whatIfCosts(compiledFrom(world)) : null
  const told = [
    rates && `${(rates.engine / 1e6).toFixed(1)} M verdicts/s, scan ${(rates.linear / 1e6).toFixed(2)} M/s`,
    compile !== null && `compile ${compile.toFixed(1)} ms`,
    bytes !== null && `${(bytes / 2 ** 20).toFixed(1)} MiB`,
    lint && `lint ${lint.cost.toFixed(0)} ms${lint.complete ? '' : ' (cut short)'}`,
    whatIf &&
      `what-if p50 ${whatIf.p50.toFixed(1)} ms, p99 ${whatIf.p99.toFixed(0)} ms, ${whatIf.short} of ${whatIf.asked} cut short`,
  ].filter(Boolean)
  if (told.length > 0) progress(`engine ${kind} ${size}: ${told.join(', ')}`)
  return { kind, size, ...rates, compile, bytes, lint, whatIf }
}

const met = (holds) => (holds ? 'met' : 'missed')

/** What the rows of verdicts are to reach: a floor for all sets, an aim for those like security groups. */
function verdictTarget({ kind, size, engine }, ten) {
  if (size !== 1_000) return '-'
  const falls = ten / engine
  const floor = `>= 5 M/s: ${met(engine >= 5e6)}; within 5x of 10 rules: ${met(falls <= 5)}`
  if (kind !== 'sg') return floor
  return `${floor}; aims >= 15 M/s: ${met(engine >= 15e6)}, within 2x: ${met(falls <= 2)}`
}

const verdictRow = (name, set, ten) => ({
  ...{ name, value: set.engine, unit: 'verdicts/s', baseline: set.linear, ratio: set.engine / set.linear },
  meaning: `${set.kind} set, IPv4 flows at rule boundaries, one thread; baseline: scan of the rules`,
  target: verdictTarget(set, ten),
})

const compileRow = (name, { kind, size, compile }) => ({
  ...{ name, value: compile, unit: 'ms', baseline: null, ratio: null },
  meaning: `${kind} set, from facts to the first verdict`,
  target: size === 1_000 ? `<= 40 ms: ${met(compile <= 40)}` : '-',
})

const memoryRow = (name, { kind, bytes }) => ({
  ...{ name, value: bytes / 2 ** 20, unit: 'MiB', baseline: null, ratio: null },
  meaning: `${kind} set, kept by a policy that has decided`,
  target: '-',
})

/** A limit of milliseconds at 1,000 rules, and a stricter aim for sets like security groups. */
const costTarget = ({ kind, size }, cost, most, aim) =>
  size !== 1_000
    ? '-'
    : `<= ${most} ms: ${met(cost <= most)}${kind === 'sg' ? `; aim <= ${aim} ms: ${met(cost <= aim)}` : ''}`

const lintRow = (name, { kind, size, lint }) => ({
  ...{ name, value: lint.cost, unit: 'ms', baseline: null, ratio: null },
  meaning: `${kind} set, dead and redundant rules, lists and limits, from facts on${lint.complete ? '' : '; cut short after 10 s'}`,
  target: costTarget({ kind, size }, lint.complete ? lint.cost : Infinity, 1_000, 300),
})

const whatIfRow = (name, { kind, size, whatIf: { p50, p99, asked, short } }) => ({
  ...{ name, value: p99, unit: 'ms', baseline: null, ratio: null },
  meaning:
    `${kind} set, one rule less, ${asked} times, each with a budget of 2 s; the median ${p50.toPrecision(3)} ms` +
    (short > 0 ? `; ${short} answers cut short` : ''),
  target: costTarget({ kind, size }, p99, 300, 100),
})

const worst = (sets, cost) => sets.reduce((a, b) => (cost(b) > cost(a) ? b : a))

/** The rows of one thing measured at one size: the worst set's without its name, then every set's. */
function rowsOf(what, sets, cost, row) {
  const known = sets.filter((set) => Number.isFinite(cost(set)))
  if (known.length === 0) return []
  const [{ size }] = known
  return [
    row(`engine.${what}.${size}`, worst(known, cost)),
    ...known.map((set) => row(`engine.${what}.${size}.${set.kind}`, set)),
  ]
}

function rowsOfSize(measured, size) {
  const sets = measured.filter((set) => set.size === size)
  const ten = (kind) => measured.find((set) => set.kind === kind && set.size === 10)?.engine ?? NaN
  return [
    ...rowsOf('verdicts', sets, ({ engine }) => -engine, (name, set) => verdictRow(name, set, ten(set.kind))), // prettier-ignore
    ...rowsOf('compile', sets, ({ compile }) => compile ?? NaN, compileRow),
    ...rowsOf('memory', sets, ({ bytes }) => bytes ?? NaN, memoryRow),
    ...rowsOf('lint', sets, ({ lint }) => lint?.cost ?? NaN, lintRow),
    ...rowsOf('whatif.p99', sets, ({ whatIf }) => whatIf?.p99 ?? NaN, whatIfRow),
  ]
}

/** Names of all rows, so that some of them can be asked for. */
export const engineRowNames = WHATS.flatMap((what) => SIZES.flatMap((size) => namesOf(what, size, setKinds)))

/** All rows of the engine that are wanted. Those of verdicts are judged beside the sets of ten rules. */
export function engineRows(wanted) {
  const measured = SIZES.flatMap((size) =>
    setKinds.map((kind) =>
      measureSet(
        kind,
        size,
        (name) => wanted(name) || (size === 10 && wanted(name.replace('.10.', '.1000.'))),
      ),
    ),
  )
  return SIZES.flatMap((size) => rowsOfSize(measured, size))
}
