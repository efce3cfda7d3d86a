import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journey, JOURNEY_MS } from './journey.js'
import { openTarget, type Target } from './target.js'

const folder = fileURLToPath(new URL('../python', import.meta.url))
const python = join(folder, '.venv', 'bin', 'python')

let target: Target
beforeAll(async () => {
  target = await openTarget()
})
afterAll(() => target.close())

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
      const { code, printed } = await journey(target, python, ['-B', join(folder, `${name}.py`)])
      expect(code, printed).toBe(0)
      expect(printed).toMatch(/^ok /m)
    },
    JOURNEY_MS + 10_000,
  )
})
