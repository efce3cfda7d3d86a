import { chownSync, lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prepareDataFolder } from '../src/data-folder.js'
import { temporaryFolder } from './running-command.js'

const isRoot = process.getuid?.() === 0
if (!isRoot) process.stderr.write('skipping the data folder of another user: not root\n')

const ownerOf = (path: string): [number, number] => {
  const { uid, gid } = lstatSync(path)
  return [uid, gid]
}
/** No entry in any user database. */
const ada = 54321
const nobody = [65534, 65534]

describe.skipIf(!isRoot)('a data folder for an ordinary user', () => {
  it('is made private and given to nobody under a folder of root', () => {
    const data = join(temporaryFolder(), 'deep', 'data')
    const { path, user } = prepareDataFolder(data)
    expect([path, user.name]).toEqual([data, 'nobody'])
    expect(ownerOf(data)).toEqual(nobody)
    expect(statSync(data).mode & 0o777).toBe(0o700)
    expect(ownerOf(join(data, '..'))).toEqual([0, 0])
  })

  it('is made for the owner of its parent', () => {
    const parent = temporaryFolder()
    chownSync(parent, ada, ada)
    const { user } = prepareDataFolder(join(parent, 'data'))
    expect([user.uid, ...ownerOf(join(parent, 'data'))]).toEqual([ada, ada, ada])
  })

  it('stays with the user that owns it', () => {
    const data = temporaryFolder()
    chownSync(data, ada, ada)
    expect(prepareDataFolder(data).user.uid).toBe(ada)
    expect(ownerOf(data)).toEqual([ada, ada])
  })

  it('is given from root to nobody with our files, and what a link points to stays', () => {
    const data = temporaryFolder()
    const outside = join(temporaryFolder(), 'outside')
    writeFileSync(outside, '')
    writeFileSync(join(data, 'sallyport.db'), '')
    writeFileSync(join(data, 'sallyport.db-wal'), '')
    symlinkSync(outside, join(data, 'admin-token'))
    prepareDataFolder(data)
    for (const name of ['', 'sallyport.db', 'sallyport.db-wal'])
      expect(ownerOf(join(data, name))).toEqual(nobody)
    expect(ownerOf(outside)).toEqual([0, 0])
  })

  it('is given away with the certificates in it, and where a link in their place leads to stays', () => {
    const data = temporaryFolder()
    mkdirSync(join(data, 'tls'))
    writeFileSync(join(data, 'tls', 'ca-key.pem'), '')
    prepareDataFolder(data)
    for (const name of ['', 'tls', 'tls/ca-key.pem']) expect(ownerOf(join(data, name))).toEqual(nobody)
    const other = temporaryFolder()
    const outside = temporaryFolder()
    writeFileSync(join(outside, 'ca-key.pem'), '')
    symlinkSync(outside, join(other, 'tls'))
    prepareDataFolder(other)
    for (const name of ['', 'ca-key.pem']) expect(ownerOf(join(outside, name))).toEqual([0, 0])
  })

  it('of root with files that are not ours is refused, and nothing in it is given away', () => {
    const data = temporaryFolder()
    writeFileSync(join(data, 'sallyport.db'), '')
    writeFileSync(join(data, 'shadow'), '')
    expect(() => prepareDataFolder(data)).toThrow(
      `${data} belongs to root and holds files that are not Sallyport's: shadow`,
    )
    for (const name of ['', 'sallyport.db', 'shadow']) expect(ownerOf(join(data, name))).toEqual([0, 0])
  })

  it('of a user with a file of root in it is refused with the command that helps', () => {
    const data = temporaryFolder()
    chownSync(data, ada, ada)
    writeFileSync(join(data, 'sallyport.db'), '')
    expect(() => prepareDataFolder(data)).toThrow(
      `${join(data, 'sallyport.db')} does not belong to uid ${ada}`,
    )
    expect(ownerOf(join(data, 'sallyport.db'))).toEqual([0, 0])
  })

  it('of a user with a certificate of root in it is refused', () => {
    const data = temporaryFolder()
    mkdirSync(join(data, 'tls'))
    writeFileSync(join(data, 'tls', 'ca.pem'), '')
    for (const name of ['', 'tls']) chownSync(join(data, name), ada, ada)
    expect(() => prepareDataFolder(data)).toThrow(`${join(data, 'tls/ca.pem')} does not belong to uid ${ada}`)
  })

  it('must be a folder', () => {
    const data = join(temporaryFolder(), 'file')
    writeFileSync(data, '')
    expect(() => prepareDataFolder(data)).toThrow(`the data folder ${data} is not a folder`)
  })

  it('is named by its real path', () => {
    const parent = temporaryFolder()
    mkdirSync(join(parent, 'real'))
    symlinkSync(join(parent, 'real'), join(parent, 'link'))
    expect(prepareDataFolder(join(parent, 'link')).path).toBe(join(parent, 'real'))
  })
})
