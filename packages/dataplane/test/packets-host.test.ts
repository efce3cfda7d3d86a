import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { namespaceOf, probe, tearDown } from '../src/index.js'
import { built } from './built.js'
import { eventually } from './eventually.js'
import { group, rule } from './facts.js'
import { describePackets, setStage } from './stage.js'
import { newMark, sh } from './topology.js'

/** Runs a program in a network namespace and a folder of named namespaces of its own: a host of its own. */
async function onHostOfItsOwn(program: string): Promise<string> {
  const before =
    'mount -t tmpfs none /run/netns && ip link set lo up && exec "$0" --input-type=module -e "$1"'
  const args = ['--net', '--mount', 'sh', '-ec', before, process.execPath, program]
  return (await promisify(execFile)('unshare', args)).stdout
}

describePackets('on a host', () => {
  it('without uplinkNetns VPCs end in the namespace of the agent; tearing all down leaves what is not ours', async () => {
    const mark = newMark()
    const program = `
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { execFileSync } from 'node:child_process'
import { runAgent, tearDown } from ${JSON.stringify(built())}
const ip = (...args) => execFileSync('ip', args, { encoding: 'utf8' })
ip('netns', 'add', 'sp-stranger')
const snapshot = { type: 'snapshot', epoch: 'e', revision: 3, rules: [], prefixLists: [], portLists: [],
  vpcs: [{ id: 'vpc-1', cidrs: ['10.0.0.0/16'] }],
  groups: [{ id: 'sg-1', vpc: 'vpc-1', type: 'basic', innerAccess: 'accept' }],
  interfaces: [{ id: 'eni-1', instance: 'i-1', vpc: 'vpc-1', mac: '02:00:00:00:00:01', addresses: ['10.0.0.1', 'fd01::1'], groups: ['sg-1'], running: true }] }
const reported = new Promise((resolve) => {
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return response.write(JSON.stringify(snapshot) + '\\n')
    let body = ''
    for await (const chunk of request) body += chunk
    response.end()
    resolve(JSON.parse(body))
  }).listen('/run/netns/feed.sock')
})
ip('addr', 'add', '203.0.113.1/32', 'dev', 'lo')
createTcpServer((socket) => socket.end()).listen(80, '203.0.113.1')
const agent = await runAgent({ feed: { socketPath: '/run/netns/feed.sock' }, token: 't', mark: ${JSON.stringify(mark)}, log: () => undefined })
const { revision, errors } = await reported
const names = () => ip('netns', 'list').split('\\n').map((line) => line.split(' ')[0]).filter((name) => name.startsWith('sp-')).sort()
const running = { names: names(), links: ip('-br', 'link').match(/spu\\w+/g)?.length ?? 0 }
const connect = 'import socket; socket.create_connection(("203.0.113.1", 80), 5)'
const { spawn } = await import('node:child_process')
const reached = await new Promise((resolve) => spawn('ip', ['netns', 'exec', 'sp-i-1', 'python3', '-c', connect]).on('close', (code) => resolve(code === 0)))
await agent.stop()
const removed = (await tearDown('all')).sort()
const after = { names: names(), links: ip('-br', 'link').match(/spu\\w+/g)?.length ?? 0 }
console.log(JSON.stringify({ revision, errors, running, reached, removed, after }))
process.exit()`
    expect(JSON.parse(await onHostOfItsOwn(program))).toEqual({
      revision: 3,
      errors: [],
      running: { names: ['sp-i-1', 'sp-stranger', 'sp-vpc-1'], links: 1 },
      reached: true,
      removed: ['sp-i-1', 'sp-vpc-1'],
      after: { names: ['sp-stranger'], links: 0 },
    })
  })

  it('a namespace that a killed agent had not yet marked is taken over', async () => {
    const stage = await setStage([])
    try {
      await stage.agent.stop()
      const name = namespaceOf(`i-${stage.mark}-a`)
      const intent = `/run/sallyport/intents/${stage.mark}@${name}`
      mkdirSync('/run/sallyport/intents', { recursive: true })
      writeFileSync(intent, '')
      sh(`ip netns add ${name}`)
      stage.feed.commit(group('sg-a', stage.vpc), stage.eni('a', ['10.0.0.1'], ['sg-a']))
      await stage.restart()
      expect((await stage.feed.applied()).errors).toEqual([])
      expect(sh(`ip -n ${name} link show lo`)).toContain(`alias sallyport:${stage.mark}:i-${stage.mark}-a`)
      expect(existsSync(intent)).toBe(false)
    } finally {
      await stage.end()
    }
  })

  it('without the uplink namespace rules are in force; it is used once it is there, and not needed to tear down', async () => {
    const uplinkNetns = `spt-${newMark()}`
    const stage = await setStage([], { uplinkNetns })
    try {
      const allowed = rule('r', 'sg-b', { protocol: 'tcp', destinationPorts: { first: 80, last: 80 } })
      const { errors } = await stage.feed.change(
        ...[group('sg-a', stage.vpc), group('sg-b', stage.vpc), allowed],
        ...[stage.eni('a', ['10.0.0.1'], ['sg-a']), stage.eni('b', ['10.0.0.2'], ['sg-b'])],
      )
      const problem = `namespace ${uplinkNetns} does not exist: make it (ip netns add ${uplinkNetns})`
      expect(errors).toEqual([`${stage.vpc} has no uplink: ${problem}`])
      for (const port of [80, 81]) await stage.at('b').serve('tcp', port)
      const tries = () =>
        Promise.all([80, 81].map((port) => stage.at('a').tcp({ host: '10.0.0.2', port, timeout: 2 })))
      expect(await tries()).toEqual([true, false])
      sh(`ip netns add ${uplinkNetns}; ip -n ${uplinkNetns} link set lo up`)
      sh(`ip -n ${uplinkNetns} addr add 203.0.113.1/32 dev lo`)
      await eventually(() => stage.feed.reports.at(-1)?.errors).toEqual([])
      expect(await stage.at('a').ping('203.0.113.1', 5)).toBe(true)
      await stage.agent.stop()
      sh(`ip netns del ${uplinkNetns}`)
      const removed = await tearDown(stage.mark, { uplinkNetns })
      expect(removed.sort()).toEqual([stage.namespace('a'), stage.namespace('b'), `sp-${stage.vpc}`].sort())
    } finally {
      await stage.end()
      sh(`ip netns del ${uplinkNetns} 2>/dev/null || true`)
    }
  })

  it('what is missing is said with what to do', async () => {
    const path = process.env['PATH']
    process.env['PATH'] = '/nonexistent'
    try {
      expect(await probe()).toEqual({ ok: false, missing: 'ip (install the package iproute2)' })
    } finally {
      process.env['PATH'] = path
    }
    const program = `import { probe, runAgent } from ${JSON.stringify(built())}
console.log(JSON.stringify(await probe()))
await runAgent({ feed: { url: 'http://127.0.0.1:1' }, token: 't', mark: 'ab', log: () => undefined }).catch((error) => console.log(error.message))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      uid: 65534,
      gid: 65534,
      cwd: '/',
    })
    const missing = 'CAP_NET_ADMIN and CAP_SYS_ADMIN: run as root on the host or in a privileged container'
    expect(stdout).toBe(
      `${JSON.stringify({ ok: false, missing })}\nthis host cannot enforce: it lacks ${missing}\n`,
    )
  })
})
