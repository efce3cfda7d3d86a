import { spawn } from 'node:child_process'
import type { Target } from './target.js'

/** Ends a journey whose client retries for minutes. */
export const JOURNEY_MS = 120_000

/**
 * Runs a program that drives a client of another language, and answers with its exit code and all that it printed.
 * One JSON object on its standard input says which server and which key.
 */
export function journey(
  { ecs: endpoint, secure, key, region }: Target,
  command: string,
  args: readonly string[] = [],
): Promise<{ code: number | null; printed: string }> {
  const child = spawn(command, args, { timeout: JOURNEY_MS })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text))
  }
  child.stdin.end(JSON.stringify({ endpoint, secure, ...key, region }))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, printed }))
  })
}
