import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/**
 * Starts a command, with `input` on its stdin, and waits for its line `listening on http://HOST:PORT`. `stop` ends it
 * and waits for that.
 */
export async function startListener(command, args, { env = {}, input } = {}) {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'inherit'],
  })
  child.stdin?.end(input)
  const exited = new Promise((resolve) => child.once('close', resolve))
  const address = await Promise.race([
    firstAddress(child),
    exited.then((code) => {
      throw new Error(`${command} ${args.join(' ')} ended with ${code} before it listened`)
    }),
  ])
  return {
    ...address,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function firstAddress(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const match = /listening on http:\/\/([^\s:]+):(\d+)/.exec(line)
    if (!match) continue
    child.stdout.resume()
    return { host: match[1], port: Number(match[2]) }
  }
  return new Promise(() => undefined)
}

/** Runs the load generator with a task and answers with its report. Throws when any call failed. */
export async function generateLoad(task) {
  const child = spawn(process.execPath, [new URL('load-generator.mjs', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(task))
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => (output += chunk))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`the load generator ended with ${code}`)
  const report = JSON.parse(output)
  if (report.errors > 0) throw new Error(`${report.errors} calls failed; the first: ${report.firstError}`)
  return report
}
