import { startBare } from './subjects.mjs'

/** How a subject compares with a bare node:http server that sends the same bytes. */

const ROUNDS = 3

export const progress = (text) => process.stderr.write(`${text}\n`)
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
export const rate = ({ count, seconds }) => count / seconds

/**
 * Alternates between the subjects, so that a busy spell of the machine falls on all; median rates by name.
 * `loads` makes one load each: `{name: () => report}`.
 */
export async function alternate(title, loads, rounds = ROUNDS) {
  const rates = Object.fromEntries(Object.keys(loads).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const said = []
    for (const [name, load] of Object.entries(loads)) {
      const report = await load()
      rates[name].push(rate(report))
      said.push(`${name} ${rate(report).toFixed(0)} req/s, p50 ${report.p50.toFixed(2)} ms`)
    }
    progress(`${title} round ${round + 1}: ${said.join('; ')}`)
  }
  return Object.fromEntries(Object.entries(rates).map(([name, values]) => [name, median(values)]))
}

/** Runs `work` with a bare server that answers as in `sample`. */
export async function withBare(sample, work) {
  const bare = await startBare(sample)
  try {
    return await work(bare)
  } finally {
    await bare.stop()
  }
}

/** A row of requests per second beside those of the bare server. */
export const throughputRow = (name, value, baseline, target, meaning) => ({
  ...{ name, value, unit: 'req/s', baseline, ratio: value / baseline },
  meaning: `${meaning}; baseline: bare node:http`,
  target,
})
