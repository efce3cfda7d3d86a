import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach } from 'vitest'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const command = join(root, 'packages/cli/bin/sallyport.js')

/** A process of a test, with what it wrote so far. */
export interface Running {
  readonly child: ChildProcess
  stdout(): string
  stderr(): string
  /** Resolves with the match once stdout matches; rejects when the process ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>
  /** Exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

const cleanUps: (() => unknown)[] = []

/** Runs `work` after the test, last added first. */
export const afterThisTest = (work: () => unknown): void => void cleanUps.push(work)

afterEach(async () => {
  for (const work of cleanUps.splice(0).reverse()) await work()
})

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-cli-'))
  afterThisTest(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The environment without settings of whoever runs the tests. */
export const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SALLYPORT_')))

/** Starts a program; it is killed after the test if it still runs. */
export function start(program: string, args: readonly string[], options: SpawnOptions = {}): Running {
  const child = spawn(program, args, {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const exited = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 0))
  })
  // Not the event "close", which never comes after `disconnect`.
  const ended = Promise.all([exited, endOf(child.stdout), endOf(child.stderr)]).then(([end]) => end)
  ended.catch(() => undefined)
  afterThisTest(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await ended
  })
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(stdout)
          if (match) resolve(match)
        }
        child.stdout?.on('data', look)
        void ended.then((end) =>
          reject(new Error(`ended with ${end} before ${String(pattern)}: ${stdout}${stderr}`)),
        )
        look()
      }),
  }
}

const endOf = (stream: Readable | null): Promise<void> =>
  new Promise((resolve) => void (stream ? stream.once('close', () => resolve()) : resolve()))

/** Starts the built command; `--config none` keeps a file in the working folder out. */
export const sallyport = (args: readonly string[], options: SpawnOptions = {}): Running =>
  start(process.execPath, [command, ...args, '--config', 'none'], options)

/** Starts `serve` on a free port without a TCP admin listener. */
export const serveOn = (data: string, ...args: string[]): Running =>
  sallyport(['serve', '--listen', '127.0.0.1:0', '--admin', 'none', '--data', data, ...args])
