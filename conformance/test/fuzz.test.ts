import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const program = fileURLToPath(new URL('../fuzz/run.mjs', import.meta.url))

// A slice; `npm run test:fuzz` sends 200,000.
describe('mutated requests', () => {
  it('leave the server alive, within its memory, and answering only what is documented', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--requests', '3000'], {
      encoding: 'utf8',
    })
    expect(status, stdout + stderr).toBe(0)
    expect(stdout).toMatch(/: 3000 requests/)
  }, 180_000)
})
