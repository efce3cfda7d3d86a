/**
 * Metrics in the text format of Prometheus, version 0.0.4 (its page on exposition formats): the three kinds that are
 * needed here.
 */

/** Something that is asked for its lines whenever metrics are read. */
export interface Metric {
  readonly lines: () => readonly string[]
}

/** One value of a metric with labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const header = (name: string, kind: string, help: string): string[] => [
  `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
  `# TYPE ${name} ${kind}`,
]

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`

function sampleText(name: string, { labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${quoted(text)}`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`
}

/** A count that only grows, by the values of its labels. */
export interface Counter extends Metric {
  readonly add: (labels: Sample['labels'], by?: number) => void
}

/** Combinations of labels that a counter tells apart; what comes beyond them is counted under `other`. */
const MOST_SERIES = 5000

export function counter(name: string, help: string): Counter {
  const series = new Map<string, { readonly labels: Sample['labels']; value: number }>()
  const at = (labels: Sample['labels']) => {
    const key = JSON.stringify(labels)
    const known = series.get(key)
    if (known || series.size < MOST_SERIES) return { key, labels, known }
    const other = Object.fromEntries(Object.keys(labels).map((label) => [label, 'other']))
    const rest = JSON.stringify(other)
    return { key: rest, labels: other, known: series.get(rest) }
  }
  return {
    add: (labels, by = 1) => {
      const { key, known, labels: kept } = at(labels)
      if (known) known.value += by
      else series.set(key, { labels: kept, value: by })
    },
    lines: () => [
      ...header(name, 'counter', help),
      ...[...series.values()].map((sample) => sampleText(name, sample)),
    ],
  }
}

/** What a function says at the moment: a `gauge`, or a `counter` where it only grows. */
export const read = (
  kind: 'gauge' | 'counter',
  name: string,
  help: string,
  samples: () => readonly Sample[],
): Metric => ({
  lines: () => [...header(name, kind, help), ...samples().map((sample) => sampleText(name, sample))],
})

/** How often values were at most so large. */
export interface Histogram extends Metric {
  readonly observe: (value: number) => void
}

/** `bounds` ascend. */
export function histogram(name: string, help: string, bounds: readonly number[]): Histogram {
  const counts = new Array<number>(bounds.length + 1).fill(0)
  let sum = 0
  return {
    observe: (value) => {
      const at = bounds.findIndex((bound) => value <= bound)
      counts[at < 0 ? bounds.length : at]! += 1
      sum += value
    },
    lines: () => {
      let below = 0
      const buckets = counts.map((count, at) => {
        below += count
        return `${name}_bucket{le="${bounds[at] ?? '+Inf'}"} ${below}`
      })
      return [...header(name, 'histogram', help), ...buckets, `${name}_sum ${sum}`, `${name}_count ${below}`]
    },
  }
}

export const contentType = 'text/plain; version=0.0.4; charset=utf-8'

/** Metrics as one text. */
export const expositionOf = (metrics: readonly Metric[]): string =>
  metrics
    .flatMap((metric) => metric.lines())
    .map((line) => `${line}\n`)
    .join('')
