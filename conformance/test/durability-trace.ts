import { spawnSync } from 'node:child_process'

/** Reading a system-call trace for the order in which a server writes, synchronises and answers. */

const CALLS = 'trace=fdatasync,fsync,write,pwrite64,writev,sendmsg,sendto'

/**
 * The front of a command line that traces the command into a file, in the same process (`-D`), with the files behind
 * descriptors and whole database pages (`-s`).
 */
export const tracePrefix = (file: string): string[] => [
  'strace',
  '-D',
  '-f',
  '-qq',
  '-yy',
  '-s',
  '8192',
  '-e',
  CALLS,
  '-o',
  file,
]

/** Why nothing can be traced here; undefined when it can. */
export function tracingProblem(): string | undefined {
  const probe = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', 'true'], { encoding: 'utf8' })
  if (probe.error) return `strace does not run (${(probe.error as NodeJS.ErrnoException).code})`
  return probe.status === 0 ? undefined : `strace failed: ${probe.stderr.trim()}`
}

/** One finished call. Lines tell the order: `from` is where it was entered, `to` where it had returned. */
interface Call {
  readonly name: string
  /** The descriptor's file or connection. */
  readonly target: string
  readonly text: string
  readonly from: number
  readonly to: number
  readonly failed: boolean
}

const ENTERED = /^(\d+) +(\w+)\(\d+<(.*?)>(?=[,) ])/
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>/

/** The calls of a trace. A call that another thread interrupted has two lines. */
export function parseTrace(trace: string): Call[] {
  const calls: Call[] = []
  const open = new Map<string, Omit<Call, 'to' | 'failed'>>()
  for (const [line, text] of trace.split('\n').entries()) {
    const failed = / = -1 \w+ \(/.test(text.slice(-200))
    const resumed = RESUMED.exec(text)
    const waiting = resumed ? open.get(resumed[1] ?? '') : undefined
    if (resumed) {
      open.delete(resumed[1] ?? '')
      if (waiting) calls.push({ ...waiting, to: line, failed })
      continue
    }
    const [, thread = '', name = '', target = ''] = ENTERED.exec(text) ?? []
    if (name === '') continue
    const entered = { name, target, text, from: line }
    if (text.endsWith('<unfinished ...>')) open.set(thread, entered)
    else calls.push({ ...entered, to: line, failed })
  }
  return calls.sort((a, b) => a.from - b.from)
}

/** An answered write: a text that its rule holds, and the request id of its answer. */
export interface Answered {
  readonly mark: string
  readonly requestId: string
}

/**
 * What is wrong with the order of an answered write; undefined when its data went to the write-ahead log, then the
 * log was synchronised, and only then the answer left.
 */
export function orderProblem(calls: readonly Call[], { mark, requestId }: Answered): string | undefined {
  const answer = calls.find(({ target, text }) => target.startsWith('TCP') && text.includes(requestId))
  if (!answer) return `${mark}: no answer ${requestId} in the trace`
  const log = calls.filter(({ target, failed }) => target.endsWith('-wal') && !failed)
  const written = log.find(({ name, text }) => /write/.test(name) && text.includes(mark))
  if (!written) return `${mark}: not written to the log`
  const synchronised = log.find(({ name, from }) => /sync$/.test(name) && from > written.to)
  if (!synchronised) return `${mark}: the log was not synchronised after it`
  return synchronised.to < answer.from
    ? undefined
    : `${mark}: the answer left before the log was synchronised`
}
