import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const page = fileURLToPath(new URL('../../../docs/testing.md', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))

it('the example in the documents runs as it is printed there', () => {
  const [, example = ''] = /```js\n(import assert.*?)```/s.exec(readFileSync(page, 'utf8')) ?? []
  expect(example).toContain('startSallyport()')
  // Beside this file, so that its imports are found as a user's are.
  const folder = mkdtempSync(join(here, 'example-'))
  try {
    const file = join(folder, 'example.test.mjs')
    writeFileSync(file, example)
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', file], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    })
    expect(stdout + stderr).toMatch(/pass 3\b/)
    expect(status, stdout + stderr).toBe(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
