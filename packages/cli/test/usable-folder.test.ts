import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prepareDataFolder } from '../src/data-folder.js'
import { folderProblem } from '../src/usable-folder.js'
import { sallyport, serveOn, temporaryFolder } from './running-command.js'

/** Starts a server that cannot use its folder; the lines it says. */
async function refusal(data: string): Promise<string[]> {
  const server = serveOn(data)
  expect(await server.ended).toBe(2)
  return server.stderr().trim().split('\n')
}

describe('a data folder that cannot be used', () => {
  it('is named in one line with the cause, and the next line says what to do', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    for (const data of [file, join(file, 'below')]) {
      const lines = await refusal(data)
      expect(lines).toHaveLength(2)
      expect(lines[0]).toContain(`cannot use the data folder ${data}: `)
      expect(lines[1]).toContain('--data DIR')
      expect(() => prepareDataFolder(data)).toThrow(data)
    }
  })

  it.runIf(process.platform === 'linux')('does not keep a start busy for ever below /proc', async () => {
    expect((await refusal('/proc/sallyport'))[0]).toContain('/proc/sallyport')
    expect(() => prepareDataFolder('/proc/sallyport/data')).toThrow('/proc/sallyport')
  })

  it('with a database that is none is called damaged', async () => {
    const data = temporaryFolder()
    writeFileSync(join(data, 'sallyport.db'), 'not a database '.repeat(1000))
    const lines = await refusal(data)
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain('sallyport.db is damaged')
    const account = sallyport(['account', '--data', data])
    expect(await account.ended).toBe(2)
    expect(account.stderr()).toContain('sallyport.db is damaged')
  })

  it('that is full is told by its code, whether the error is whole, wrapped, or has lost all else', () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    for (const error of [full, new Error('migration', { cause: full }), { code: 'SQLITE_FULL' }])
      expect(folderProblem(error, '/d')?.hint).toContain('Free some space')
  })

  it('is not blamed for a defect', () => {
    for (const error of [new TypeError('x'), Object.assign(new Error('x'), { code: 'ERR_X' }), 'text', null])
      expect(folderProblem(error, '/d')).toBeUndefined()
  })
})

it('parents of the data folder are made', async () => {
  const data = join(temporaryFolder(), 'a', 'b', 'c')
  await serveOn(data).line(/^listening on /)
  mkdirSync(join(data, 'made'))
})
