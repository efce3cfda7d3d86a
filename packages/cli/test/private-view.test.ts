import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canPass, viewFor, viewScript } from '../src/private-view.js'
import { temporaryFolder } from './running-command.js'

const read = (path: string) => ({ path, writable: false })
const except =
  (...closed: string[]) =>
  (folder: string): boolean =>
    !closed.includes(folder)

describe('the view of a user', () => {
  it('is the ordinary one where the user passes every folder on the way', () => {
    expect(viewFor([read('/srv/app/code')], except('/root'))).toBeUndefined()
  })

  it('does not depend on the wanted folder itself, only on the way to it', () => {
    expect(viewFor([read('/srv/app')], except('/srv/app'))).toBeUndefined()
  })

  it('hides the outermost closed folder and keeps what is wanted below it', () => {
    expect(viewFor([read('/root/a/code'), read('/usr/bin')], except('/root', '/root/a'))).toEqual({
      hidden: ['/root'],
      kept: [read('/root/a/code')],
    })
  })

  it('hides two closed folders apart, and keeps outer paths before inner ones', () => {
    const data = { path: '/root/code/data', writable: true }
    expect(viewFor([data, read('/srv/x/node'), read('/root/code')], except('/root', '/srv/x'))).toEqual({
      hidden: ['/root', '/srv/x'],
      kept: [read('/root/code'), read('/srv/x/node'), data],
    })
  })

  it('keeps what another path made it hide, even where the way there is open to that path alone', () => {
    expect(
      viewFor([read('/a/closed/code'), read('/a/closed/open/node')], except('/a/closed'))?.kept,
    ).toHaveLength(2)
  })
})

describe('whether a user passes a folder', () => {
  it('goes by the bit of its owner, its group or others', () => {
    const folder = temporaryFolder()
    const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
    for (const [mode, owner, group, other] of [
      [0o700, true, false, false],
      [0o010, false, true, false],
      [0o001, false, false, true],
      [0o666, false, false, false],
    ] as const) {
      const path = join(folder, String(mode))
      mkdirSync(path)
      spawnSync('chmod', [mode.toString(8), path])
      expect(canPass(path, { name: '', uid, gid })).toBe(owner)
      expect(canPass(path, { name: '', uid: uid + 1, gid })).toBe(group)
      expect(canPass(path, { name: '', uid: uid + 1, gid: gid + 1 })).toBe(other)
      spawnSync('chmod', ['700', path])
    }
  })
})

const able = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0
if (!able) process.stderr.write('skipping the private view: it needs root and unshare\n')

describe.skipIf(!able)('the script of a view', () => {
  it('shows at their paths what is kept, writable only where asked, and nothing else', () => {
    const closed = join(temporaryFolder(), "it's closed")
    for (const name of ['code', 'data', 'secret']) {
      mkdirSync(join(closed, name), { recursive: true })
      writeFileSync(join(closed, name, 'file'), name)
    }
    const kept = [read(join(closed, 'code')), { path: join(closed, 'data'), writable: true }]
    const command =
      'ls "$1"; cat "$1/code/file"; touch "$1/data/new"; touch "$1/code/new" 2>&1 || echo; ls "$1/data/../.."'
    const args = [
      '--mount',
      '--propagation',
      'private',
      '/bin/sh',
      '-c',
      viewScript({ hidden: [closed], kept }),
    ]
    const { stdout, stderr } = spawnSync('unshare', [...args, 'sh', '/bin/sh', '-c', command, 'sh', closed], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^code\ndata\ncode/)
    expect(stdout).toContain('Read-only file system')
    expect(readdirSync(join(closed, 'data'))).toEqual(['file', 'new'])
    expect(readdirSync(join(closed, 'code'))).toEqual(['file'])
  })
})
