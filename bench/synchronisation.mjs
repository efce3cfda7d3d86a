import { spawnSync } from 'node:child_process'
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/** What the disk costs: how long one synchronisation takes, and how many a server makes. */

const PAGE = 4096
const SAMPLES = 400

const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]

/** Times `SAMPLES` writes of a page, each with its synchronisation; the median in ms. */
function timePages(file, offsetOf, synchronise) {
  const page = Buffer.alloc(PAGE, 1)
  return median(
    Array.from({ length: SAMPLES }, (_, index) => {
      const began = performance.now()
      writeSync(file, page, 0, PAGE, PAGE * offsetOf(index))
      synchronise(file)
      return performance.now() - began
    }),
  )
}

/**
 * What one synchronisation costs in `folder`'s file system, medians in ms:
 * `append` is a page appended to a file and fsync, what a server pays that logs before it answers;
 * `overwrite` is a page written over one that is there, and fdatasync: the least that the disk asks for.
 */
export function measureSynchronisation(folder) {
  const inner = mkdtempSync(join(folder, 'sync-'))
  const file = openSync(join(inner, 'pages'), 'w')
  try {
    const append = timePages(file, (index) => index, fsyncSync)
    const overwrite = timePages(file, (index) => index % SAMPLES, fdatasyncSync)
    return { append, overwrite }
  } finally {
    closeSync(file)
    rmSync(inner, { recursive: true })
  }
}

const traceOptions = ['-D', '-f', '-qq', '--seccomp-bpf', '-e', 'trace=fdatasync,fsync']

/** Why system calls cannot be counted here; null when they can. */
export function tracingProblem() {
  const probe = spawnSync('strace', [...traceOptions, '-o', '/dev/null', 'true'], { encoding: 'utf8' })
  if (probe.error) return `strace does not run: ${probe.error.code}`
  return probe.status === 0 ? null : `strace: ${probe.stderr.trim()}`
}

/** The command line that runs another one with its synchronisations written to a file, a line each. */
export const traced = (file, command, args) => ['strace', [...traceOptions, '-o', file, command, ...args]]

/** Synchronisations in such a file so far. An interrupted call has a second line, which does not count. */
export const countSynchronisations = (file) =>
  (readFileSync(file, 'latin1').match(/^\d+ +(fdatasync|fsync)\(/gm) ?? []).length
