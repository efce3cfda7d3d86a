import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { probe, runAgent } from '@sallyport/dataplane'
import { describe, expect, it } from 'vitest'
import { unitText } from '../src/agent-install.js'
import { afterThisTest, command, sallyport, serveOn, start, temporaryFolder } from './running-command.js'

const able = (await probe()).ok
const hasVerify = spawnSync('systemd-analyze', ['--version']).status === 0

async function done(
  args: readonly string[],
  options = {},
): Promise<{ code: unknown; out: string; err: string }> {
  const run = sallyport(args, options)
  const code = await run.ended
  return { code, out: run.stdout(), err: run.stderr() }
}

describe('the unit that "agent install" writes', () => {
  const flags = { server: 'https://sallyport.example:8766', tokenFile: '/etc/sallyport/token' }

  it('runs the agent of this installation, after the last known state was put in force', () => {
    const text = unitText({ ...flags, print: true, host: 'a"b%$c' })
    expect(text).toMatch(/^ExecStartPre=-".*sallyport\.js" "agent" "--once" "--config" "none"$/m)
    expect(text).toContain('"--server" "https://sallyport.example:8766"')
    expect(text).toContain('"--host" "a\\"b%%$$c"')
    expect(text).toContain('Before=network-pre.target')
  })

  it('passes on what is given, to the start before the network as well where that needs it', async () => {
    const place = ['--state', '/srv/s', '--mark', 'ab12', '--uplink-netns', 'out', '--uplink-routes']
    const rest = ['--log-level', 'debug', '--metrics-port', '9100', '--metrics-host', '::1']
    const args = ['--server', flags.server, '--token-file', '/t', '--print', ...place, ...rest]
    const { out } = await done(['agent', 'install', ...args])
    const both =
      '"--state" "/srv/s" "--mark" "ab12" "--uplink-netns" "out" "--uplink-routes" "true" "--log-level" "debug" "--config" "none"'
    expect(out).toContain(`"agent" "--once" ${both}\n`)
    expect(out).toContain(`"--metrics-port" "9100" "--metrics-host" "::1" ${both}\n`)
    for (const wrong of [
      ['--mark', 'XYZ'],
      ['--metrics-port', '70000'],
      ['--log-level', 'loud'],
    ])
      expect((await done(['agent', 'install', ...args, ...wrong])).code, wrong.join(' ')).toBe(2)
  })

  it('waits for the state folder, and may use the socket of a server of another user only where one is named', () => {
    const text = unitText({ ...flags, state: '/srv/a b%', print: true })
    expect(text).toMatch(/^RequiresMountsFor=\/var\/lib\/sallyport "\/srv\/a b%%"$/m)
    expect(text).toMatch(/^CapabilityBoundingSet=CAP_NET_ADMIN CAP_SYS_ADMIN$/m)
    const local = { ...flags, server: 'unix:/run/s.sock', print: true }
    expect(unitText(local)).toMatch(/^CapabilityBoundingSet=.* CAP_DAC_OVERRIDE$/m)
    expect(() => unitText({ ...local, tokenFile: undefined })).toThrow(/a file with the token/)
  })

  it.skipIf(!hasVerify)('is accepted by systemd-analyze verify', () => {
    const unit = join(temporaryFolder(), 'sallyport-agent.service')
    writeFileSync(unit, unitText({ ...flags, state: '/srv/a b%', print: true }))
    const { stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' })
    expect(stderr.split('\n').filter((line) => line.includes('sallyport-agent'))).toEqual([])
  })

  it('takes the place of its own file and of no other', async () => {
    const unit = join(temporaryFolder(), 'units', 'sallyport-agent.service')
    const args = ['agent', 'install', '--server', flags.server, '--token-file', '/t', '--unit', unit]
    expect((await done(args)).code).toBe(0)
    expect((await done(args)).code).toBe(0)
    const written = readFileSync(unit, 'utf8')
    expect((await done([...args, '--print'])).out).toBe(written)
    writeFileSync(unit, '[Unit]\n')
    expect(await done(args)).toMatchObject({
      code: 2,
      err: expect.stringContaining('was not written') as string,
    })
    expect(readFileSync(unit, 'utf8')).toBe('[Unit]\n')
    expect((await done(['agent', 'install'])).code).toBe(2)
  })
})

describe('sallyport agent-token', () => {
  it('adds, lists and removes', async () => {
    const data = join(temporaryFolder(), 'data')
    const server = serveOn(data)
    await server.line(/listening/)
    const where = ['--data', data]
    expect((await done(['agent-token', 'add', 'one', ...where])).out).toMatch(/^[0-9a-f]{64}\n$/)
    expect(await done(['agent-token', 'add', 'one', ...where])).toMatchObject({ code: 2 })
    expect((await done(['agent-token', 'list', ...where])).out).toMatch(/^one +\d{4}-/)
    expect((await done(['agent-token', 'remove', 'one', ...where])).code).toBe(0)
    expect((await done(['agent-token', 'list', ...where])).out).toBe('no tokens\n')
  })
})

describe.skipIf(!able)('sallyport agent', () => {
  it('follows a server over HTTPS with the token of its host, and reports', async () => {
    const folder = temporaryFolder()
    const data = join(folder, 'data')
    const args = ['serve', '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0', '--tls', 'self-signed']
    const server = sallyport([...args, '--data', data])
    await server.line(/listening/)
    const { admin } = JSON.parse(readFileSync(join(data, 'endpoints.json'), 'utf8')) as { admin: string }
    const token = (await done(['agent-token', 'add', 'host-a', '--data', data])).out
    const tokenFile = join(folder, 'token')
    writeFileSync(tokenFile, token, { mode: 0o600 })
    const url = admin.replace('http:', 'https:')
    const state = join(folder, 'state')
    const flags = ['--server', url, '--ca', join(data, 'tls', 'ca.pem'), '--token-file', tokenFile]
    const agent = sallyport(['agent', ...flags, '--state', state, '--host', 'host-a'])
    const status = async () => (await done(['status', '--data', data])).out
    await expect.poll(status, { timeout: 20_000 }).toContain('agent host-a')
    agent.child.kill('SIGTERM')
    expect(await agent.ended).toBe(0)
    expect(existsSync(join(state, 'state.json'))).toBe(true)
    const again = await done(['agent', '--once', '--state', state])
    expect(again).toMatchObject({ code: 0, out: 'the last known state is in force\n' })
  })

  it('takes with it, when it is removed, what it made and kept, and is not removed while it runs', async () => {
    const mark = randomBytes(4).toString('hex')
    const folder = temporaryFolder()
    const [state, namespace] = [join(folder, 'state'), `sp-vpc-${mark}`]
    mkdirSync(state)
    spawnSync('ip', ['netns', 'add', namespace])
    afterThisTest(() => spawnSync('ip', ['netns', 'del', namespace]))
    spawnSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'alias', `sallyport:${mark}:vpc-${mark}`])
    const agent = await runAgent({
      feed: { url: 'http://127.0.0.1:9' },
      token: 't',
      mark,
      log: () => undefined,
    })
    const flags = ['--state', state, '--mark', mark]
    const refused = await done(['agent', 'remove', ...flags])
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('is running') as string })
    expect(existsSync(`/run/netns/${namespace}`)).toBe(true)
    await agent.stop()
    writeFileSync(join(state, 'state.json'), '{}')
    const removed = await done(['agent', 'remove', ...flags])
    expect(removed).toMatchObject({
      code: 0,
      out: `removed ${namespace}\nremoved ${join(state, 'state.json')}\n`,
    })
    expect([existsSync(`/run/netns/${namespace}`), existsSync(state)]).toEqual([false, false])
    expect((await done(['agent', 'remove', '--state', state])).code).toBe(2)
  })

  it('says in two lines what it lacks', async () => {
    const state = join(temporaryFolder(), 'state')
    for (const args of [
      ['--server', 'ftp://x'],
      ['--server', 'https://x'],
      ['--mark', 'XYZ'],
    ]) {
      const { code, err } = await done(['agent', '--state', state, ...args])
      expect([code, err.trim().split('\n').length], err).toEqual([2, 2])
    }
  })
})

/** Without `--config`, which would be a word of the command. */
const execIn = (args: readonly string[]) => start(process.execPath, [command, ...args])

async function execDone(args: readonly string[]): Promise<{ code: unknown; out: string }> {
  const run = execIn(args)
  return { code: await run.ended, out: run.stdout() }
}

describe.skipIf(!able)('sallyport exec', () => {
  it('runs inside the instance, with the exit code of the command and its signals', async () => {
    const instance = `i-exec${process.pid}`
    const namespace = `sp-${instance}`
    spawnSync('ip', ['netns', 'add', namespace])
    afterThisTest(() => spawnSync('ip', ['netns', 'del', namespace]))
    const mark = (id: string) =>
      spawnSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'alias', `sallyport:ab12:${id}`])
    // A namespace of that name that another made, or that stands for something else, is not entered.
    expect((await execDone(['exec', instance, '--', 'true'])).code).toBe(2)
    mark('i-another')
    expect((await execDone(['exec', instance, '--', 'true'])).code).toBe(2)
    mark(instance)
    const shell = (script: string) => ['exec', instance, '--', 'sh', '-c', script]
    const inside = await execDone(shell('ip -o link; exit 7'))
    expect(inside.code).toBe(7)
    expect(
      inside.out
        .trim()
        .split('\n')
        .filter((line) => / (eth|ens)/.test(line)),
    ).toEqual([])
    const waiting = execIn(shell('trap "exit 9" TERM; echo ready; while :; do sleep 0.1; done'))
    await waiting.line(/ready/)
    waiting.child.kill('SIGTERM')
    expect(await waiting.ended).toBe(9)
    expect((await execDone(['exec', 'i-nowhere', '--', 'true'])).code).toBe(2)
  })
})
