import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, progress, rate } from './comparison.mjs'
import { engineRowNames, engineRows } from './engine-rows.mjs'
import { batchRow, describeAttributeRows, describeGroupsRows } from './group-rows.mjs'
import { print } from './print.mjs'
import {
  authorize,
  CONNECTIONS,
  createGroups,
  RULES_PER_GROUP,
  startBare,
  startSallyport,
} from './subjects.mjs'
import { countSynchronisations, measureSynchronisation, tracingProblem } from './synchronisation.mjs'

/**
 * Signed calls beside a bare node:http server, from the same client in the same run: durable authorizations, alone and
 * by the hundred, and descriptions of large groups and of many; and what the engine reaches by itself. `--json` prints
 * one object a row: {name, value, unit, baseline, ratio}. `--only TEXT` measures the rows whose names begin with it.
 */

const ROUNDS = 3
/** No server here authorizes faster than this, so that many groups never run out. */
const MOST_CALLS_PER_SECOND = 60_000

const groupsFor = (seconds, connections) =>
  Math.ceil((seconds * MOST_CALLS_PER_SECOND) / RULES_PER_GROUP) + connections

/** Alternates between the servers, so that a busy spell of the machine falls on both. */
async function interleave(real, bare, { connections, seconds, warmupSeconds }) {
  const reports = { real: [], bare: [] }
  for (let round = 0; round < ROUNDS; round++) {
    const groups = await createGroups(real, groupsFor(seconds + warmupSeconds, connections))
    reports.bare.push(await authorize(bare, groups, connections, seconds, warmupSeconds))
    reports.real.push(await authorize(real, groups, connections, seconds, warmupSeconds))
    progress(
      `c${connections} round ${round + 1}: bare ${rate(reports.bare.at(-1)).toFixed(0)} req/s, p50 ${reports.bare.at(-1).p50.toFixed(2)} ms; ` +
        `durable ${rate(reports.real.at(-1)).toFixed(0)} req/s, p50 ${reports.real.at(-1).p50.toFixed(2)} ms, p99 ${reports.real.at(-1).p99.toFixed(2)} ms`,
    )
  }
  return reports
}

async function throughputRow(real, bare) {
  const reports = await interleave(real, bare, { connections: CONNECTIONS, seconds: 4, warmupSeconds: 0.5 })
  const value = median(reports.real.map(rate))
  const baseline = median(reports.bare.map(rate))
  return {
    name: 'authorize.durable.c32',
    value,
    unit: 'req/s',
    baseline,
    ratio: value / baseline,
    meaning: '32 connections, every answer after its rule is on disk; baseline: bare node:http',
    target: 'ratio >= 0.35',
  }
}

async function latencyRow(real, bare, folder) {
  const costs = [measureSynchronisation(folder)]
  const reports = await interleave(real, bare, {
    connections: 1,
    seconds: 2,
    warmupSeconds: 0.5,
  })
  costs.push(measureSynchronisation(folder), measureSynchronisation(folder))
  const [append, overwrite] = ['append', 'overwrite'].map((kind) => median(costs.map((cost) => cost[kind])))
  const bareP50 = median(reports.bare.map(({ p50 }) => p50))
  progress(
    `c1: bare p50 ${bareP50.toFixed(3)} ms; fsync of an appended page ${append.toFixed(3)} ms, fdatasync of an overwritten one ${overwrite.toFixed(3)} ms`,
  )
  const value = median(reports.real.map(({ p50 }) => p50))
  // The stricter of the two, so that the row says the least.
  const baseline = bareP50 + 2 * overwrite
  return {
    name: 'authorize.p50.c1',
    value,
    unit: 'ms',
    baseline,
    ratio: value / baseline,
    meaning: 'one connection, median; baseline: bare node:http + 2 x fdatasync of one page that is there',
    target: 'ratio <= 1',
  }
}

async function synchronisationRow(folder) {
  const row = {
    name: 'authorize.fsyncs.c32',
    value: null,
    unit: 'per call',
    baseline: null,
    ratio: null,
    meaning: '32 connections, fsync and fdatasync of the server for each answered call',
    target: 'value <= 0.25',
  }
  const problem = tracingProblem()
  if (problem !== null) return { ...row, reason: problem }
  const traceFile = join(folder, 'trace')
  const server = await startSallyport(join(folder, 'traced'), traceFile)
  try {
    const groups = await createGroups(server, groupsFor(2, CONNECTIONS))
    const before = countSynchronisations(traceFile)
    // All calls count, so none may fall into a warm-up.
    const { count } = await authorize(server, groups, CONNECTIONS, 2, 0)
    const made = countSynchronisations(traceFile) - before
    progress(`c32 traced: ${made} synchronisations for ${count} calls`)
    return { ...row, value: made / count }
  } finally {
    await server.stop()
  }
}

async function sampleOf(real) {
  const groups = await createGroups(real, groupsFor(1, CONNECTIONS))
  return (await authorize(real, groups, CONNECTIONS, 1, 0)).sample
}

/** One server; the bare one beside it answers as it does. */
async function authorizeRows(folder) {
  const real = await startSallyport(join(folder, 'data'))
  try {
    const bare = await startBare(await sampleOf(real))
    try {
      const throughput = await throughputRow(real, bare)
      const latency = await latencyRow(real, bare, folder)
      return [throughput, await synchronisationRow(folder), latency]
    } finally {
      await bare.stop()
    }
  } finally {
    await real.stop()
  }
}

/** What measures which rows; each that needs a server has one with a folder of its own. */
const measurements = [
  { rows: ['authorize.durable.c32', 'authorize.fsyncs.c32', 'authorize.p50.c1'], measure: authorizeRows },
  ...[
    { rows: ['authorize.batch100'], work: batchRow },
    { rows: ['describe-attribute.200', 'describe-attribute.changing'], work: describeAttributeRows },
    {
      rows: ['describe-groups.50000', 'describe-groups.changing', 'describe-groups.growth'],
      work: describeGroupsRows,
    },
  ].map(({ rows, work }) => ({ rows, measure: (folder) => withServer(join(folder, rows[0]), work) })),
  { rows: engineRowNames, measure: (_folder, wanted) => engineRows(wanted) },
]

async function withServer(data, work) {
  const real = await startSallyport(data)
  try {
    return await work(real)
  } finally {
    await real.stop()
  }
}

async function measure(folder, only) {
  const wanted = (name) => name.startsWith(only)
  const measured = []
  for (const { rows, measure } of measurements) {
    if (rows.some(wanted)) measured.push(...[await measure(folder, wanted)].flat())
  }
  return measured.filter(({ name }) => wanted(name))
}

const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
try {
  const only = process.argv.indexOf('--only')
  const rows = await measure(folder, only < 0 ? '' : (process.argv[only + 1] ?? ''))
  print(rows, process.argv.includes('--json'))
} finally {
  rmSync(folder, { recursive: true })
}
