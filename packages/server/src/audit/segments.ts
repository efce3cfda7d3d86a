import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** One file of the audit trail: whole lines of JSON, oldest first. */
export interface Segment {
  readonly number: number
  calls: number
  bytes: number
}

/** How much the trail holds at most. */
export interface AuditLimits {
  readonly calls: number
  readonly bytes: number
}

/** The trail is kept in so many files at least, so that forgetting the oldest one leaves most of it. */
const PARTS = 8

export const segmentPath = (folder: string, number: number): string =>
  join(folder, `audit-${String(number).padStart(8, '0')}.jsonl`)

/** The files of a folder, oldest first, with what they hold. */
export function findSegments(folder: string): Segment[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const number = /^audit-(\d{8,15})\.jsonl$/.exec(name)?.[1]
      return number === undefined ? [] : [Number(number)]
    })
    .sort((a, b) => a - b)
    .map((number) => {
      const content = readFileSync(segmentPath(folder, number))
      return { number, calls: countLines(content), bytes: content.length }
    })
}

function countLines(content: Buffer): number {
  let count = 0
  for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) count++
  return count
}

/**
 * Puts lines at the end of the trail: what to append to which file. A line that does not fit the last file begins a
 * new one.
 */
export function placeLines(
  segments: Segment[],
  lines: readonly string[],
  limits: AuditLimits,
): { readonly number: number; readonly text: string }[] {
  const mostCalls = Math.ceil(limits.calls / PARTS)
  const mostBytes = Math.ceil(limits.bytes / PARTS)
  const appends: { number: number; text: string }[] = []
  let last = segments.at(-1)
  for (const line of lines) {
    const length = Buffer.byteLength(line)
    if (!last || last.calls >= mostCalls || last.bytes + length > mostBytes) {
      last = { number: (last?.number ?? 0) + 1, calls: 0, bytes: 0 }
      segments.push(last)
    }
    last.calls++
    last.bytes += length
    const append = appends.at(-1)
    if (append?.number === last.number) append.text += line
    else appends.push({ number: last.number, text: line })
  }
  return appends
}

/** Takes the oldest files off the list until the limits hold; the last one stays. Returns their numbers. */
export function forgetOldest(segments: Segment[], limits: AuditLimits): number[] {
  const forgotten: number[] = []
  const sum = (member: 'calls' | 'bytes') => segments.reduce((total, segment) => total + segment[member], 0)
  while (segments.length > 1 && (sum('calls') > limits.calls || sum('bytes') > limits.bytes)) {
    const oldest = segments.shift()
    if (oldest) forgotten.push(oldest.number)
  }
  return forgotten
}

export const removeSegment = (folder: string, number: number): void =>
  rmSync(segmentPath(folder, number), { force: true })
