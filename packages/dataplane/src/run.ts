import { spawn } from 'node:child_process'
import { namespaceFile } from './names.js'

/** A command that hangs would stop every VPC, so each has this long, in milliseconds. */
export const TIME_LIMIT = 20_000

/**
 * Runs a program with text on its standard input and returns its standard output. Throws with the program's own
 * words when it cannot start, fails or takes longer than 20 s.
 */
export function run(program: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: TIME_LIMIT })
    let output = ''
    let complaint = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
    // A program that ends before reading everything closes the pipe; its exit status says what happened.
    child.stdin.on('error', () => undefined)
    child.on('error', (error) => reject(new Error(`cannot run ${program}: ${error.message}`)))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output)
      const how = signal ? `was ended by ${signal}` : `failed with status ${code}`
      reject(new Error(`${[program, ...args].join(' ')} ${how}: ${complaint.trim().slice(0, 2000)}`))
    })
    child.stdin.end(input)
  })
}

/** The words before a command that runs it in a network namespace; null means the namespace of this process. */
export const networkArguments = (namespace: string | null): string[] =>
  namespace === null ? [] : ['nsenter', `--net=${namespaceFile(namespace)}`]

/** Runs a program inside a network namespace; null means the namespace of this process. */
export function runIn(
  namespace: string | null,
  program: string,
  args: readonly string[],
  input = '',
): Promise<string> {
  const [first = program, ...rest] = [...networkArguments(namespace), program, ...args]
  return run(first, rest, input)
}

/** What an unknown thrown value says. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
