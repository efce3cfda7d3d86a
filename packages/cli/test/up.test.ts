import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleanEnvironment, root, start, temporaryFolder } from './running-command.js'

const able =
  process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'setpriv', '--version']).status === 0
if (!able) process.stderr.write('skipping "up" as root: it needs root, unshare and setpriv\n')

/** Shell commands that show a folder of this clone in another. Mounts of a namespace leave nothing behind. */
const showAt = (folder: string, name: string): string =>
  `mkdir -p '${folder}/${name}' && mount --bind '${root}/${name}' '${folder}/${name}'`

interface Clone {
  readonly args?: readonly string[]
  readonly mounts?: readonly string[]
}

/** Starts `up` from a clone in a folder that only root may enter; the clone is a view of this one, not a copy. */
function upInClosedFolder(closed: string, { args = [], mounts }: Clone = {}) {
  const clone = join(closed, 'clone')
  const shown = mounts ?? [showAt(clone, 'packages')]
  const script = [...shown, showAt(clone, 'node_modules'), `cd '${clone}'`, 'exec "$@"'].join(' && ')
  const command = [process.execPath, join(clone, 'packages/cli/bin/sallyport.js'), 'up', '--no-enforce']
  const where = ['--listen', '127.0.0.1:0', '--admin', 'none', '--config', 'none']
  return start(
    'unshare',
    ['--mount', '--propagation', 'private', '/bin/sh', '-c', script, 'sh', ...command, ...where, ...args],
    { env: { ...cleanEnvironment(), A_SECRET_OF_ROOT: 'x' } },
  )
}

function closedFolder(): string {
  const closed = join(temporaryFolder(), 'closed')
  mkdirSync(closed, { mode: 0o700 })
  mkdirSync(join(closed, 'secret'))
  return closed
}

const statusOf = (pid: number, field: string): string =>
  new RegExp(`^${field}:[ \\t]*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? ''

const pidIn = (data: string): number =>
  (JSON.parse(readFileSync(join(data, 'endpoints.json'), 'utf8')) as { pid: number }).pid

const banner = /enforcement +none: off as asked\n/

describe.skipIf(!able)('up as root, from a clone in a folder of mode 0700', () => {
  it('runs the server as an ordinary user without any privilege, which sees only what it needs', async () => {
    const closed = closedFolder()
    const data = join(closed, 'clone', '.sallyport')
    const up = upInClosedFolder(closed)
    await up.line(banner)
    expect(up.stdout()).toContain(`data            ${data}`)
    expect(up.stdout()).toContain('nobody (uid 65534)')
    const pid = pidIn(data)
    expect(pid).not.toBe(up.child.pid)
    expect(statusOf(pid, 'Uid').split('\t')).toEqual(['65534', '65534', '65534', '65534'])
    expect(statusOf(pid, 'Groups').trim()).toBe('')
    expect([statusOf(pid, 'CapEff'), statusOf(pid, 'CapBnd')]).toEqual(['0'.repeat(16), '0'.repeat(16)])
    expect(statusOf(pid, 'NoNewPrivs')).toBe('1')
    expect(readdirSync(`/proc/${pid}/root${closed}`)).toEqual(['clone'])
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('A_SECRET_OF_ROOT')
    expect(statSync(data).uid).toBe(65534)
    const url = /listening on (\S+)/.exec(up.stdout())?.[1] ?? ''
    expect((await fetch(url)).status).toBeGreaterThanOrEqual(400)
    up.child.kill('SIGTERM')
    expect(await up.ended).toBe(0)
    expect(existsSync(`/proc/${pid}`)).toBe(false)
    expect(existsSync(join(data, 'endpoints.json'))).toBe(false)
  })

  it('ends with the code of the server when that dies, and the server dies with it', async () => {
    const closed = closedFolder()
    const data = join(closed, 'clone', '.sallyport')
    const first = upInClosedFolder(closed)
    await first.line(banner)
    process.kill(pidIn(data), 'SIGKILL')
    expect(await first.ended).toBe(137)

    const second = upInClosedFolder(closed)
    await second.line(banner)
    const pid = pidIn(data)
    second.child.kill('SIGKILL')
    await second.ended
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 20_000 }).toBe(false)
  })

  it('ends with 2 and the message of the server when that does not start', async () => {
    const closed = closedFolder()
    const up = upInClosedFolder(closed, { args: ['--listen', '192.0.2.1:1'] })
    expect(await up.ended).toBe(2)
    expect(up.stderr()).toContain('cannot listen on 192.0.2.1:1')
  })

  it('refuses in two lines a data folder of root that holds what is not ours', async () => {
    const closed = closedFolder()
    const data = join(closed, 'data')
    mkdirSync(data)
    writeFileSync(join(data, 'notes.txt'), '')
    const up = upInClosedFolder(closed, { args: ['--data', data] })
    expect(await up.ended).toBe(2)
    expect(up.stderr().trim().split('\n')).toHaveLength(2)
    expect(up.stderr()).toContain('notes.txt')
  })

  it('refuses in two lines where no view helps, because the user may not read the code itself', async () => {
    const closed = closedFolder()
    const packages = join(closed, 'clone', 'packages')
    // As after a clone under umask 077: the folder of the packages itself is closed. Here it holds what root runs.
    const unreadable = [
      `mkdir -p '${packages}' && chmod 700 '${packages}'`,
      ...readdirSync(join(root, 'packages')).map((name) => showAt(join(closed, 'clone'), `packages/${name}`)),
    ]
    const up = upInClosedFolder(closed, { mounts: unreadable })
    expect(await up.ended).toBe(2)
    expect(up.stderr().trim().split('\n')).toHaveLength(2)
    expect(up.stderr()).toContain(`cannot run as nobody: it cannot read ${packages}`)
    expect(up.stderr()).toContain('chmod -R go+rX')
  })
})
