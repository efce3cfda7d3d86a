import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTarget, type Target } from './target.js'

const folder = fileURLToPath(new URL('../python', import.meta.url))
const python = join(folder, '.venv', 'bin', 'python')

/** Ends a journey whose client retries for minutes. */
const LIMIT_MS = 120_000

let target: Target
beforeAll(async () => {
  target = await openTarget()
})
afterAll(() => target.close())

/** Runs a journey and answers with its exit code and all that it printed. */
function journey(name: string): Promise<{ code: number | null; printed: string }> {
  const child = spawn(python, [join(folder, `${name}.py`)], {
    cwd: folder,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    timeout: LIMIT_MS,
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text))
  }
  const [host, port] = target.ecs.split(':')
  const given = { host, port: port === undefined ? null : Number(port), secure: target.secure }
  child.stdin.end(JSON.stringify({ ...given, ...target.key, region: target.region }))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, printed }))
  })
}

// The ordinary test command installs the clients, or says why it cannot.
describe.skipIf(!existsSync(python))('the Python client', () => {
  it.each([
    ['alibabacloud-ecs20140526', 'sdk_v3'],
    ['aliyun-python-sdk-ecs', 'sdk_v1'],
    ['apache-libcloud, with XML', 'libcloud_xml'],
    ['footmark, which Ansible uses', 'footmark_rpc'],
  ])(
    '%s goes from its first call to its last',
    async (_, name) => {
      const { code, printed } = await journey(name)
      expect(code, printed).toBe(0)
      expect(printed).toMatch(/^ok /m)
    },
    LIMIT_MS + 10_000,
  )
})
