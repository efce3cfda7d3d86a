import { appendFile, readFile } from 'node:fs/promises'
import type { Log } from '../settings/log.js'
import { fits, type CallFilter } from './filter.js'
import type { CallRecord } from './record.js'
import {
  findSegments,
  forgetOldest,
  placeLines,
  removeSegment,
  segmentPath,
  type AuditLimits,
} from './segments.js'

/**
 * The audit trail of a data folder: lines of JSON in files of their own, so that no API call waits for it. Lines are
 * gathered and appended every `FLUSH_MS` without an fsync: a clean stop keeps all, a crash may lose the last moments.
 */
export interface Journal {
  append(record: CallRecord): void
  /** The latest `limit` calls that fit, oldest first, and whether there are older ones that fit too. */
  query(filter: CallFilter, limit: number): Promise<{ calls: CallRecord[]; more: boolean }>
  /** Every call that fits, oldest first, as lines of JSON; file by file. */
  lines(filter: CallFilter): AsyncIterable<string>
  /** Calls `listener` with each new record; returns the way to stop. */
  subscribe(listener: (record: CallRecord) => void): () => void
  /** Forgets every call. */
  clear(): Promise<void>
  /** Writes what is gathered. */
  close(): Promise<void>
}

const FLUSH_MS = 100
/** What may wait in memory when the disk does not keep up; more is lost, and the log says so. */
const MOST_WAITING = 16 * 1024 * 1024

/** Opens the trail in a folder. */
export function openJournal(folder: string, limits: AuditLimits, log: Log): Journal {
  const segments = findSegments(folder)
  const listeners = new Set<(record: CallRecord) => void>()
  let waiting: string[] = []
  let waitingLength = 0
  let lost = 0
  let timer: NodeJS.Timeout | undefined
  let last: Promise<void> = Promise.resolve()
  beginAnew(segments)
  prune()

  function prune(): void {
    for (const number of forgetOldest(segments, limits)) removeSegment(folder, number)
  }

  async function write(): Promise<void> {
    const lines = waiting
    waiting = []
    waitingLength = 0
    for (const { number, text } of placeLines(segments, lines, limits)) {
      await appendFile(segmentPath(folder, number), text, { mode: 0o600 })
    }
    prune()
    if (lost > 0)
      log('error', 'the disk does not keep up: calls are missing in the audit trail', { calls: lost })
    lost = 0
  }

  /** One after another: lines keep their order. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work)
    last = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }

  /** Never rejects: neither who reads or clears the trail nor the end of the server depends on the last lines. */
  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    return inTurn(write).catch((error: unknown) =>
      log('error', 'the audit trail cannot be written', { error: String(error) }),
    )
  }

  const flushLater = (): void => {
    timer ??= setTimeout(() => void flush(), FLUSH_MS)
    timer.unref()
  }

  const read = async (number: number): Promise<string[]> => {
    const text = await readFile(segmentPath(folder, number), 'utf8').catch((error: NodeJS.ErrnoException) => {
      // Forgotten in the meantime.
      if (error.code === 'ENOENT') return ''
      throw error
    })
    return text.split('\n')
  }

  return {
    append(record) {
      for (const listener of listeners) listener(record)
      if (waitingLength > MOST_WAITING) {
        lost++
        return
      }
      const line = `${JSON.stringify(record)}\n`
      waiting.push(line)
      waitingLength += line.length
      flushLater()
    },
    async query(filter, limit) {
      await flush()
      const newestFirst: CallRecord[] = []
      for (const { number } of [...segments].reverse()) {
        for (const line of (await read(number)).reverse()) {
          const call = fitting(line, filter)
          if (call) newestFirst.push(call)
          if (newestFirst.length > limit) break
        }
        if (newestFirst.length > limit) break
      }
      return { calls: newestFirst.slice(0, limit).reverse(), more: newestFirst.length > limit }
    },
    async *lines(filter) {
      await flush()
      for (const { number } of [...segments]) {
        const found = (await read(number)).filter((line) => fitting(line, filter))
        if (found.length > 0) yield `${found.join('\n')}\n`
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    clear: async () => {
      await flush()
      await inTurn(() => {
        const next = (segments.at(-1)?.number ?? 0) + 1
        for (const { number } of segments.splice(0)) removeSegment(folder, number)
        segments.push({ number: next, calls: 0, bytes: 0 })
        return Promise.resolve()
      })
    },
    close: flush,
  }
}

/** A crash may have cut the last line of a file short, so that nothing may be appended to it. */
function beginAnew(segments: { number: number; calls: number; bytes: number }[]): void {
  const last = segments.at(-1)
  if (last) segments.push({ number: last.number + 1, calls: 0, bytes: 0 })
}

/** The call of a line, if it fits; a line that was cut short does not. */
function fitting(line: string, filter: CallFilter): CallRecord | undefined {
  // Most lines are another operation's: that is seen without parsing them.
  if (filter.operation !== undefined && !line.includes(`"operation":${JSON.stringify(filter.operation)}`))
    return undefined
  try {
    const call = JSON.parse(line) as CallRecord
    return fits(filter, call) ? call : undefined
  } catch {
    return undefined
  }
}
