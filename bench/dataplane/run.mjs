import { median, progress } from '../comparison.mjs'
import { print } from '../print.mjs'
import { makeStands, standProblem } from './stand.mjs'
import { updateMeasurements } from './update-rows.mjs'

/**
 * What the rules cost real packets, beside the same topology without rules and with one nft rule for each rule, in the
 * same run, and what changes of rules cost: `npm run bench:dataplane`. Needs root. `--json` prints one object a row, `--only
 * TEXT` measures the rows whose names begin with it.
 */

const ROUNDS = 5
const RULES = [10, 200, 1000]
const MEMBERS = [10, 1000, 100_000]
const USUAL_RULES = 200
const USUAL_MEMBERS = 100

const specs = {
  nothing: { kind: 'nothing', rules: 10, members: 10 },
  tracking: { kind: 'tracking', rules: 10, members: 10 },
  ...Object.fromEntries(
    RULES.flatMap((rules) => [
      [`rules.${rules}`, { kind: 'product', rules, members: USUAL_MEMBERS }],
      [`chain.${rules}`, { kind: 'chain', rules, members: USUAL_MEMBERS }],
    ]),
  ),
  ...Object.fromEntries(
    MEMBERS.map((members) => [`members.${members}`, { kind: 'product', rules: USUAL_RULES, members }]),
  ),
}

/** Rounds go through all stands in turn, so that a busy spell of the machine falls on all. */
async function measure(stands) {
  const found = Object.fromEntries(Object.keys(stands).map((name) => [name, { est: [], newflow: [] }]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, stand] of Object.entries(stands)) {
      const est = await stand.established(200_000)
      // A list takes long for what a tree does at once.
      const newflow = await stand.newFlows(name.startsWith('chain') ? 5_000 : 50_000)
      // The first round warms up.
      if (round === 0) continue
      found[name].est.push(est)
      found[name].newflow.push(newflow)
    }
    progress(`round ${round} of ${ROUNDS}`)
  }
  return found
}

/** The median of the ratios of rounds, so that both sides of each saw the same machine. */
const paired = (values, baselines) => median(values.map((value, round) => value / baselines[round]))

function row(name, values, baselines, meaning, target) {
  const [value, baseline] = [median(values), median(baselines)]
  return { name, value, unit: 'packets/s', baseline, ratio: paired(values, baselines), meaning, target }
}

function rowsOf(found) {
  const { nothing, tracking } = found
  const [fewest, most] = [RULES.at(0), RULES.at(-1)]
  return [
    ...RULES.map((count) =>
      row(
        `dataplane.est.${count}`,
        found[`rules.${count}`].est,
        tracking.est,
        `an answered connection, ${count} rules a direction; baseline: connection tracking alone`,
        'ratio >= 0.90',
      ),
    ),
    ...RULES.map((count) =>
      row(
        `dataplane.newflow.${count}`,
        found[`rules.${count}`].newflow,
        nothing.newflow,
        `every packet a new connection, ${count} rules a direction; baseline: no firewall`,
        count === most ? 'ratio >= 0.40' : '-',
      ),
    ),
    ...RULES.map((count) =>
      row(
        `dataplane.newflow-over-chain.${count}`,
        found[`rules.${count}`].newflow,
        found[`chain.${count}`].newflow,
        'the same; baseline: one nft rule for each rule',
        count === most ? 'ratio >= 10' : '-',
      ),
    ),
    row(
      'dataplane.growth.rules',
      found[`rules.${most}`].newflow,
      found[`rules.${fewest}`].newflow,
      `new connections under ${most} rules; baseline: under ${fewest}`,
      'ratio >= 0.83',
    ),
    row(
      'dataplane.growth.members',
      found[`members.${MEMBERS.at(-1)}`].newflow,
      found[`members.${MEMBERS.at(0)}`].newflow,
      `new connections with ${MEMBERS.at(-1)} members of each of five remote groups; baseline: with ${MEMBERS.at(0)}`,
      'ratio >= 0.83',
    ),
  ]
}

/** Packets through stands of all sizes, which are measured together: the rows compare them. */
async function packetRows() {
  const { stands, end } = await makeStands(specs)
  ends.add(end)
  try {
    return rowsOf(await measure(stands))
  } finally {
    await end()
    ends.delete(end)
  }
}

const sized = (name, sizes) => sizes.map((size) => `dataplane.${name}.${size}`)
const packetRowNames = [
  ...['est', 'newflow', 'newflow-over-chain'].flatMap((name) => sized(name, RULES)),
  ...sized('growth', ['rules', 'members']),
]

/** What measures which rows. */
const measurements = [...updateMeasurements, { rows: packetRowNames, measure: packetRows }]

const problem = await standProblem()
if (problem !== null) {
  progress(`nothing was measured: ${problem}`)
  process.exit(1)
}
const ends = new Set()
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void Promise.all([...ends].map((end) => end())).finally(() => process.exit(1)))
const at = process.argv.indexOf('--only')
const only = at < 0 ? '' : (process.argv[at + 1] ?? '')
const wanted = (name) => name.startsWith(only)
const measured = []
for (const { rows, measure: rowsFor } of measurements) {
  if (rows.some(wanted)) measured.push(...[await rowsFor()].flat())
}
print(
  measured.filter(({ name }) => wanted(name)),
  process.argv.includes('--json'),
)
