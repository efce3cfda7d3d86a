import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root, sallyport } from './running-command.js'

const seed = join(root, 'docs/examples/seed.yaml')

it('diff takes a number of regions, which is no setting', async () => {
  const run = sallyport(['diff', seed, seed, '--regions', '3'])
  expect(await run.ended).toBe(0)
  expect(run.stdout()).toContain('both mean the same')
})

it.each([
  [['diff', seed, seed, '--regions', '0'], '--regions is "0"'],
  [['diff', seed, '--file', seed], 'diff has no --file'],
  [['diff', '--from', '1', '--at', '2'], 'diff has no --at'],
  [['diff', seed, seed, '--to', '5'], '--to is given without --from'],
  [['reach', '--file', seed, '--to', 'db-1', '--protocol', 'tcp', '--source-port', '53'], 'without --from'],
])('%j is refused, not passed over', async (args, message) => {
  const run = sallyport(args)
  expect(await run.ended).toBe(2)
  expect(run.stderr()).toContain(message)
  expect(run.stdout()).toBe('')
})
