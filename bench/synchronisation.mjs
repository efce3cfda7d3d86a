import { spawnSync } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** What the disk costs: how long one synchronisation takes, and how many a server makes. */

const PAGE = 4096
const PAGES = 256
const SAMPLES = 400

/**
 * Median time in ms to write one page and synchronise it, in `folder`'s file system. The file has its size already,
 * as a write-ahead log has once it was filled: growing it would cost more.
 */
export function measureSynchronisation(folder) {
  const inner = mkdtempSync(join(folder, 'sync-'))
  const file = openSync(join(inner, 'pages'), 'w')
  try {
    writeSync(file, Buffer.alloc(PAGE * PAGES), 0, PAGE * PAGES, 0)
    fdatasyncSync(file)
    const page = Buffer.alloc(PAGE, 1)
    const times = Array.from({ length: SAMPLES }, (_, index) => {
      const began = performance.now()
      writeSync(file, page, 0, PAGE, PAGE * (index % PAGES))
      fdatasyncSync(file)
      return performance.now() - began
    })
    return times.sort((a, b) => a - b)[SAMPLES / 2]
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
