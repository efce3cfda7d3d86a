import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleanEnvironment, root, start, temporaryFolder } from './running-command.js'

const able =
  process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'setpriv', '--version']).status === 0
if (!able) process.stderr.write('skipping "up" as root: it needs root, unshare and setpriv\n')

/**
 * Starts `up` from a clone in a folder that only root may enter. The clone is a view of this one: mounts of a
 * namespace of the test's own, so nothing is copied and nothing is left behind.
 */
function upInClosedFolder(closed: string, ...args: string[]) {
  const clone = join(closed, 'clone')
  const mounts = ['packages', 'node_modules'].map(
    (name) => `mkdir -p '${clone}/${name}' && mount --bind '${root}/${name}' '${clone}/${name}'`,
  )
  const script = [...mounts, `cd '${clone}'`, 'exec "$@"'].join(' && ')
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
  new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? ''

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
    const up = upInClosedFolder(closed, '--listen', '192.0.2.1:1')
    expect(await up.ended).toBe(2)
    expect(up.stderr()).toContain('cannot listen on 192.0.2.1:1')
  })

  it('refuses in two lines where the ordinary user cannot read the data folder', async () => {
    const closed = closedFolder()
    const data = join(closed, 'data')
    mkdirSync(data)
    writeFileSync(join(data, 'notes.txt'), '')
    const up = upInClosedFolder(closed, '--data', data)
    expect(await up.ended).toBe(2)
    expect(up.stderr().trim().split('\n')).toHaveLength(2)
    expect(up.stderr()).toContain('notes.txt')
  })
})
