import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { command, start, temporaryFolder, type Running } from './running-command.js'

interface Answer {
  readonly code: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

const run = async (...words: string[]): Promise<Answer> => {
  const running = start(process.execPath, [command, ...words])
  return { code: await running.ended, stdout: running.stdout(), stderr: running.stderr() }
}

let data: string
beforeEach(() => {
  data = temporaryFolder()
})

async function serve(...words: string[]): Promise<Running> {
  const server = start(process.execPath, [
    ...[command, 'serve', '--listen', '127.0.0.1:0', '--admin', 'none', '--data', data, ...words],
  ])
  await server.line(/listening on (\S+)/)
  return server
}

async function stop(server: Running): Promise<void> {
  server.child.kill('SIGTERM')
  expect(await server.ended).toBe(0)
}

const account = (...words: string[]) => run('account', ...words, '--data', data)
const call = (key: string, action: string, ...words: string[]) =>
  run('call', action, ...words, '--access-key', key, '--data', data)

const keyIn = ({ stdout, stderr }: Answer): string => {
  const id = /^access key id +(\S+)$/m.exec(stdout)?.[1]
  if (id === undefined) throw new Error(`no key in ${stdout}${stderr}`)
  return id
}

/** The same story on a running server and on a folder that none uses: each step is in force at once. */
async function story(): Promise<void> {
  const made = await account('add', '3000000000000001', '--name', 'Peer@aliyun.com')
  expect(made).toMatchObject({ code: 0, stderr: '' })
  const peer = keyIn(made)
  const reader = keyIn(await account('add-key', '--user', 'rita', '--policy', 'read-only'))
  const shown = await account('--account', '3000000000000001')
  expect(shown.stdout).toContain(peer)
  expect((await account('add', '3000000000000001', '--name', 'x')).stderr).toContain('there is an account')
  expect((await account('add', '3000000000000002', '--name', 'peer@ALIYUN.com')).stderr).toContain(
    'has the login name',
  )
  expect((await account('disable-key', 'nobody')).stderr).toContain('there is no access key nobody')
  expect((await account('add-key', 'STS.mine')).code).toBe(2)
  expect((await account('add-key', '--policy', '{"Version":"1"}')).stderr).toContain('Statement must hold')
  expect((await account('add-role', 'worker', '--trust', '3000000000000001')).code).toBe(0)
  const list = await account('list')
  expect(list.stdout).toMatch(/^account +1234567890123456 +sallyport@local +default$/m)
  expect(list.stdout).toMatch(new RegExp(`^ +key +${reader} +user rita +read-only$`, 'm'))
  expect(list.stdout).toMatch(/^ +role +worker +full +trusts 3000000000000001$/m)
  expect((await account('remove-role', 'worker')).code).toBe(0)
  expect((await account('remove-role', 'worker')).stderr).toContain('has no role worker')
}

// Each step is a process of its own, and a machine may be busy.
describe('sallyport account', { timeout: 120_000 }, () => {
  it('changes accounts of a running server, at once for the next request', async () => {
    const server = await serve()
    await story()
    const key = keyIn(await account('add-key', '--user', 'bo'))
    expect((await call(key, 'DescribeRegions')).code).toBe(0)
    expect((await account('disable-key', key)).stdout).toBe('done\n')
    expect((await call(key, 'DescribeRegions')).stderr).toContain('no access key')
    expect((await account('enable-key', key)).code).toBe(0)
    expect((await call(key, 'DescribeRegions')).code).toBe(0)
    expect((await account('remove-key', key)).code).toBe(0)
    expect((await call(key, 'DescribeRegions')).stderr).toContain('no access key')
    await stop(server)
  })

  it('changes those of a stopped one, which it then starts with', async () => {
    await stop(await serve())
    await story()
    const file = join(data, 'policy.json')
    const statement = { Effect: 'Allow', Action: 'ecs:DescribeRegions', Resource: '*' }
    writeFileSync(file, JSON.stringify({ Version: '1', Statement: [statement] }))
    const narrow = keyIn(await account('add-key', '--policy', `@${file}`))
    const server = await serve()
    expect((await call(narrow, 'DescribeRegions')).code).toBe(0)
    expect((await call(narrow, 'DescribeZones')).stderr).toContain('403 Forbidden.RAM')
    await stop(server)
  })

  it('shows a secret only where it was made or asked for', async () => {
    const server = await serve()
    const made = await account('add-key', '--user', 'bo', '--json')
    const { keys } = JSON.parse(made.stdout) as { keys: { accessKeyId: string; accessKeySecret: string }[] }
    const secret = keys[0]?.accessKeySecret ?? ''
    expect(secret).toMatch(/^[\w-]{30}$/)
    for (const { stdout, stderr } of [await account('list'), await account('list', '--json')]) {
      expect(stdout).toContain(keys[0]?.accessKeyId)
      expect(stdout + stderr).not.toContain(secret)
    }
    expect((await account()).stdout).toContain(secret)
    await stop(server)
    expect(server.stdout() + server.stderr()).not.toContain(secret)
    expect(readFileSync(join(data, 'sallyport.db')).includes(secret)).toBe(true)
  })

  it('without a store says so', async () => {
    for (const words of [['list'], ['add-key'], []]) {
      expect(await account(...words)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('no account') as string,
      })
    }
  })
})
