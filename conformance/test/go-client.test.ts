import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTarget, type Target } from './target.js'

const folder = fileURLToPath(new URL('../go', import.meta.url))
const program = join(folder, '.build', 'journey')

let target: Target

function journey(): Promise<{ code: number | null; printed: string }> {
  const child = spawn(program, { timeout: 120_000 })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text))
  }
  const { ecs, secure, key, region } = target
  child.stdin.end(JSON.stringify({ endpoint: ecs, secure, ...key, region }))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, printed }))
  })
}

// Compiling the SDK takes minutes, so `npm run test:go` does it and the ordinary test command does not.
describe.skipIf(process.env.SALLYPORT_TEST_GO !== '1')('alibaba-cloud-sdk-go', () => {
  beforeAll(async () => {
    const build = spawnSync('go', ['build', '-o', program, '.'], { cwd: folder, encoding: 'utf8' })
    if (build.status !== 0) throw new Error(`go build: ${build.error?.message ?? build.stderr}`)
    target = await openTarget()
  }, 1_200_000)
  afterAll(() => target.close())

  it('goes from its first call to its last, and tells a wrong secret from a wrong signature', async () => {
    const { code, printed } = await journey()
    expect(code, printed).toBe(0)
    expect(printed).toContain('ok a wrong secret is told from a wrong signature')
  }, 130_000)
})
