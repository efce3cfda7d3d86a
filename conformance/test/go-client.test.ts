import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journey, JOURNEY_MS } from './journey.js'
import { openTarget, type Target } from './target.js'

const folder = fileURLToPath(new URL('../go', import.meta.url))
const program = join(folder, '.build', 'journey')

let target: Target

// Compiling the SDK takes minutes, so `npm run test:go` does it and the ordinary test command does not.
describe.skipIf(process.env.SALLYPORT_TEST_GO !== '1')('alibaba-cloud-sdk-go', () => {
  beforeAll(async () => {
    const build = spawnSync('go', ['build', '-o', program, '.'], { cwd: folder, encoding: 'utf8' })
    if (build.status !== 0) throw new Error(`go build: ${build.error?.message ?? build.stderr}`)
    target = await openTarget()
  }, 1_200_000)
  afterAll(() => target.close())

  it(
    'goes from its first call to its last, and tells a wrong secret from a wrong signature',
    async () => {
      const { code, printed } = await journey(target, program)
      expect(code, printed).toBe(0)
      expect(printed).toContain('ok a wrong secret is told from a wrong signature')
    },
    JOURNEY_MS + 10_000,
  )
})
