import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { TIME_LIMIT, networkArguments } from './run.js'

/** What a shell is doing for a caller. */
interface Job {
  readonly command: string
  readonly name: string
  readonly resolve: (output: string) => void
  readonly reject: (error: Error) => void
}

/** A shell that stays, and what it has said since the running job began. */
interface Shell {
  readonly child: ChildProcessWithoutNullStreams
  readonly nonce: string
  output: string
  complaint: string
}

const waiting: Job[] = []
let running: Job | null = null
let shell: Shell | null = null
let alarm: NodeJS.Timeout | undefined

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/**
 * Runs a program in a network namespace like `runIn`, but started by a small shell that stays: starting a process
 * from this one costs ten times as much. Jobs run one after another.
 */
export function runSoon(
  namespace: string | null,
  program: string,
  args: readonly string[],
  input: string,
): Promise<string> {
  const words = [...networkArguments(namespace), program, ...args]
  const name = words.join(' ')
  const command = `{ printf %s ${quoted(input)} | ${words.map(quoted).join(' ')}; }`
  return new Promise((resolve, reject) => {
    waiting.push({ command, name, resolve, reject })
    next()
  })
}

function next(): void {
  if (running) return
  const job = waiting.shift()
  if (!job) return
  shell ??= open()
  running = job
  hold(shell, true)
  const { child, nonce } = shell
  alarm = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT)
  // INVARIANT: the braces and quotes make a command that arrives in part a syntax error: when this process is
  // killed while writing, the shell runs all of the transaction or nothing of it.
  child.stdin.write(`${job.command}\nprintf '\\n%s %s\\n' ${nonce} $?; printf %s ${nonce} >&2\n`)
}

function open(): Shell {
  const child = spawn('sh', [], { stdio: 'pipe' })
  const opened: Shell = { child, nonce: randomUUID(), output: '', complaint: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    opened.output += text
    finish(opened)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    opened.complaint += text
    finish(opened)
  })
  child.stdin.on('error', () => undefined)
  child.on('error', (error) => lose(opened, error.message))
  child.on('close', (code, signal) => lose(opened, `the shell ended (${signal ?? code})`))
  return opened
}

/** An idle shell does not keep this process alive. */
function hold({ child }: Shell, needed: boolean): void {
  for (const thing of [child, child.stdout, child.stderr, child.stdin] as unknown as NodeJS.Timeout[]) {
    if (needed) thing.ref()
    else thing.unref()
  }
}

/** Both streams end a job with the nonce; the output also with the exit status. */
function finish(from: Shell): void {
  const ending = from.output.lastIndexOf(`\n${from.nonce} `)
  if (ending < 0 || !from.output.endsWith('\n') || !from.complaint.endsWith(from.nonce)) return
  const status = from.output.slice(ending).trim().split(' ')[1]
  const [output, complaint] = [from.output.slice(0, ending), from.complaint.slice(0, -from.nonce.length)]
  from.output = from.complaint = ''
  settle((job) => {
    if (status === '0') job.resolve(output)
    else job.reject(new Error(`${job.name} failed with status ${status}: ${complaint.trim().slice(0, 2000)}`))
  })
}

function lose(from: Shell, why: string): void {
  if (shell === from) shell = null
  settle((job) => job.reject(new Error(`${job.name} failed: ${why}`)))
}

function settle(how: (job: Job) => void): void {
  const job = running
  clearTimeout(alarm)
  running = null
  if (shell) hold(shell, false)
  if (job) how(job)
  next()
}
