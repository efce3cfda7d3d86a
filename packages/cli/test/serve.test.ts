import { readdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { program } from '../src/program.js'
import { command, sallyport, serveOn, start, temporaryFolder } from './running-command.js'
import { captured } from './static-server.js'

const ready = /^listening on (http:\/\/127\.0\.0\.1:(\d+))\n/

async function run(...args: string[]): Promise<{ code: number | string; stdout: string; stderr: string }> {
  const running = sallyport(args)
  const code = await running.ended
  return { code, stdout: running.stdout(), stderr: running.stderr() }
}

async function secretOf(data: string): Promise<string> {
  const { stdout } = await run('account', '--json', '--data', data)
  const { keys } = JSON.parse(stdout) as { keys: { accessKeySecret: string }[] }
  return keys[0]?.accessKeySecret ?? ''
}

describe('serve', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line when it answers, and %s ends it cleanly',
    async (signal) => {
      const data = temporaryFolder()
      const server = serveOn(data)
      const [line, url = ''] = await server.line(ready)
      expect((await fetch(url)).status).toBeGreaterThanOrEqual(400)
      expect(readdirSync(data)).toContain('endpoints.json')
      server.child.kill(signal)
      expect(await server.ended).toBe(0)
      expect(server.stdout()).toBe(line)
      expect(readdirSync(data)).not.toContain('endpoints.json')
      expect(readdirSync(data)).not.toContain('control.sock')
    },
  )

  it('stops although a client does not finish its request', async () => {
    const server = serveOn(temporaryFolder())
    const [, , port = ''] = await server.line(ready)
    const client = connect(Number(port), '127.0.0.1')
    const closed = new Promise((resolve) => client.once('close', resolve))
    client.on('error', () => undefined)
    client.write('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n')
    // The server has the request's head once it asks for the body.
    await new Promise((resolve) => client.once('data', resolve))
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    await closed
  })

  it('refuses a data folder that another server uses, by name, and leaves that server alone', async () => {
    const data = temporaryFolder()
    const first = serveOn(data)
    await first.line(ready)
    const second = serveOn(data)
    expect(await second.ended).toBe(2)
    expect(second.stderr()).toContain(data)
    expect(second.stderr().trim().split('\n')).toHaveLength(2)
    expect((await run('status', '--data', data)).code).toBe(0)
  })

  it('makes everything in its folder private', async () => {
    const data = join(temporaryFolder(), 'data')
    await serveOn(data).line(ready)
    for (const name of ['', ...readdirSync(data)]) {
      expect([name, statSync(join(data, name)).mode & 0o077]).toEqual([name, 0])
    }
  })

  it('writes no secret to a pipe; account shows it', async () => {
    const data = temporaryFolder()
    const server = serveOn(data, '--log-level', 'debug')
    await server.line(ready)
    const secret = await secretOf(data)
    const token = readFileSync(join(data, 'admin-token'), 'utf8').trim()
    server.child.kill('SIGTERM')
    await server.ended
    expect(secret).not.toBe('')
    expect(server.stderr()).toContain(`npx sallyport account --data ${data}`)
    for (const hidden of [secret, token]) expect(server.stdout() + server.stderr()).not.toContain(hidden)
  })

  it('shows the new key on a terminal, once', async () => {
    const data = temporaryFolder()
    const words = [
      process.execPath,
      command,
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--admin',
      'none',
      '--data',
      data,
    ]
    const onTerminal = async (): Promise<string> => {
      const terminal = start('script', ['--quiet', '--return', '--command', words.join(' '), '/dev/null'])
      await terminal.line(/listening on /)
      const secret = await secretOf(data)
      // The key comes with the line, so what is not there when the server has stopped was not shown.
      const { pid } = JSON.parse(readFileSync(join(data, 'endpoints.json'), 'utf8')) as { pid: number }
      process.kill(pid, 'SIGTERM')
      await terminal.ended
      return terminal.stdout().includes(secret) ? 'shown' : 'not shown'
    }
    expect(await onTerminal()).toBe('shown')
    expect(await onTerminal()).toBe('not shown')
  })

  it('stops when the process that started it over a channel is gone', async () => {
    const data = temporaryFolder()
    const args = [
      command,
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--admin',
      'none',
      '--data',
      data,
      '--config',
      'none',
    ]
    const server = start(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    await server.line(ready)
    server.child.disconnect()
    expect(await server.ended).toBe(0)
  })

  it('refuses a port that is taken', async () => {
    const [, , port = ''] = await serveOn(temporaryFolder()).line(ready)
    const { code, stderr } = await run(
      'serve',
      '--listen',
      `127.0.0.1:${port}`,
      '--admin',
      'none',
      '--data',
      temporaryFolder(),
    )
    expect([code, stderr]).toEqual([2, expect.stringContaining(`cannot listen on 127.0.0.1:${port}`)])
  })

  it('tells where the key is when a first start fails after it was made, and not when the key was given', async () => {
    const [, , port = ''] = await serveOn(temporaryFolder()).line(ready)
    const failing = async (data: string, ...key: string[]): Promise<string> => {
      const words = ['serve', '--listen', `127.0.0.1:${port}`, '--admin', 'none', '--data', data, ...key]
      return (await run(...words)).stderr
    }
    const data = temporaryFolder()
    const stderr = await failing(data)
    expect(stderr).toContain(`npx sallyport account --data ${data}`)
    expect(stderr).not.toContain(await secretOf(data))
    expect(await failing(data)).not.toContain('npx sallyport account')
    const given = ['--access-key-id', 'LTAI4test', '--access-key-secret', 's3cret']
    expect(await failing(temporaryFolder(), ...given)).not.toContain('npx sallyport account')
  })
})

describe('mistakes', () => {
  it.each([
    [['serve', '--listen', 'nowhere'], 'setting listen (from --listen) is "nowhere"'],
    [['serve', '--no-such-flag'], "unknown option '--no-such-flag'"],
    [['sevre'], 'unknown command'],
    [['serve', 'here'], 'too many arguments'],
    [['explain', '--from', 'i-1'], "required option '--to"],
    [['status', '--data', '/nonexistent/data'], 'no server runs on the data folder /nonexistent/data'],
    [['account', '--data', '/nonexistent/data'], 'the data folder /nonexistent/data holds no account'],
  ])('%j end with 2 and at most two lines', async (args, message) => {
    const running = start(process.execPath, [command, ...args])
    expect(await running.ended).toBe(2)
    expect(running.stderr()).toContain(message)
    expect(running.stderr().trim().split('\n').length).toBeLessThanOrEqual(2)
    expect(running.stdout()).toBe('')
  })

  it.each(['up', 'serve', 'account', 'status', 'explain', 'down'])(
    'are told apart in the help of %s',
    async (name) => {
      const { result, stdout } = await captured(() =>
        program(['node', 'sallyport', name, '--help']).catch((end: unknown) => end),
      )
      expect(result).toMatchObject({ exitCode: 0 })
      expect(stdout).toContain('Exit codes:')
    },
  )
})

describe('status and account', () => {
  it('show where the server answers and that no data plane follows', async () => {
    const data = temporaryFolder()
    const [, url = ''] = await serveOn(data).line(ready)
    const status = await run('status', '--data', data)
    expect(status.stdout).toContain(`endpoint  ${url}\n`)
    expect(status.stdout).toContain('agents    none\n')
    expect(JSON.parse((await run('status', '--json', '--data', data)).stdout)).toMatchObject({
      endpoint: url,
      agents: [],
    })
    expect((await run('account', '--data', data)).stdout).toContain(`endpoint: '${new URL(url).host}'`)
  })

  it('account works without a server', async () => {
    const data = temporaryFolder()
    const server = serveOn(data, '--access-key-id', 'testid', '--access-key-secret', 'testsecret')
    await server.line(ready)
    server.child.kill('SIGTERM')
    await server.ended
    const { stdout } = await run('account', '--json', '--data', data)
    expect(JSON.parse(stdout)).toMatchObject({
      endpoint: null,
      keys: [{ accessKeyId: 'testid', accessKeySecret: 'testsecret' }],
    })
  })
})
