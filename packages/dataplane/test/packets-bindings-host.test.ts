import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { restoreState } from '../src/index.js'
import { built } from './built.js'
import { eventually } from './eventually.js'
import { group, rule } from './facts.js'
import { askAgent } from './own-links.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'
import type { Station } from './topology.js'
import { newMark, sh, station } from './topology.js'

describePackets("a namespace's own link as an interface", () => {
  const [here, there] = [`spt-${newMark()}`, `spt-${newMark()}`]
  let stage: Stage
  let stations: Record<'here' | 'there', Station>
  let state: string
  let id: string

  const ask = (method: string, path: string, body?: unknown) => askAgent(state, method, path, body)
  const bind = (more = {}) =>
    ask('POST', '/v1/bindings', { interface: id, link: 'eth0', netns: here, host: true, ...more })
  const inward = (port: number, host = '10.0.0.1') => stations.there.tcp({ host, port })
  const outward = (port: number, host = '10.0.0.2') => stations.here.tcp({ host, port })
  const rules = () => sh(`nsenter --net=/run/netns/${here} nft list ruleset`)
  const bindings = async () => (await ask('GET', '/v1/bindings')).body['bindings']

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), 'sallyport-host-'))
    sh(
      `ip netns add ${here}; ip netns add ${there}; ip -n ${here} link set lo up; ip -n ${there} link set lo up`,
    )
    for (const n of [0, 1])
      sh(`ip link add eth${n} netns ${here} type veth peer name eth${n} netns ${there}
        ip -n ${here} link set eth${n} up; ip -n ${there} link set eth${n} up
        ip -n ${here} addr add 10.0.${n}.1/24 dev eth${n}; ip -n ${there} addr add 10.0.${n}.2/24 dev eth${n}
        ip -n ${here} -6 addr add fd0${n}::1/64 dev eth${n} nodad; ip -n ${there} -6 addr add fd0${n}::2/64 dev eth${n} nodad`)
    stations = { here: station(here), there: station(there) }
    for (const one of Object.values(stations)) for (const port of [80, 81, 443]) await one.serve('tcp', port)
    stage = await setStage([], { state, lookEvery: 200 })
    id = `eni-${stage.mark}-h`
    await stage.feed.change(
      group('sg-h', stage.vpc),
      rule('web', 'sg-h', { protocol: 'tcp', destinationPorts: { first: 80, last: 80 } }),
      rule('web6', 'sg-h', {
        ...{ protocol: 'tcp', destinationPorts: { first: 80, last: 80 } },
        peer: { kind: 'cidr', cidr: '::/0' },
      }),
      rule('out', 'sg-h', {
        ...{ direction: 'egress', policy: 'drop', protocol: 'tcp' },
        destinationPorts: { first: 443, last: 443 },
      }),
      stage.eni('h', ['10.0.0.1', 'fd00::1'], ['sg-h'], { instance: null, running: false }),
    )
  })
  afterAll(async () => {
    for (const one of Object.values(stations)) one.stop()
    await stage.end()
    sh(`ip netns del ${here}; ip netns del ${there}`)
    rmSync(state, { recursive: true, force: true })
  })

  it('what comes in is its ingress and what goes out its egress; loopback and other links are left alone', async () => {
    expect(await inward(81)).toBe(true)
    expect(await bind()).toMatchObject({
      status: 200,
      body: { state: 'enforced', as: 'host', instance: null },
    })
    for (const address of ['10.0.0.1', 'fd00::1'])
      expect(await Promise.all([80, 81].map((port) => inward(port, address)))).toEqual([true, false])
    expect(await Promise.all([80, 81, 443].map((port) => outward(port)))).toEqual([true, true, false])
    expect([await outward(81, '127.0.0.1'), await outward(443, '10.0.0.1')]).toEqual([true, true])
    expect([await inward(81, '10.0.1.1'), await outward(443, '10.0.1.2')]).toEqual([true, true])
  })

  it('neighbours are found anew, and what is bound already is not bound twice', async () => {
    sh(`ip -n ${here} neigh flush all; ip -n ${there} neigh flush all`)
    expect([await outward(80), await outward(81, 'fd00::2'), await inward(80, 'fd00::1')]).toEqual([
      true,
      true,
      true,
    ])
    expect(await bind()).toMatchObject({ status: 200 })
    expect(await bind({ confirmWithin: 60 })).toMatchObject({ status: 409 })
    expect(await ask('POST', '/v1/bindings', { interface: id, link: 'eth0', netns: here })).toMatchObject({
      status: 409,
    })
  })

  it('an interface that is not known is refused, since nothing would pass, unless it has to be confirmed', async () => {
    const unknown = { interface: 'eni-mistyped', link: 'eth1', netns: here, host: true }
    expect(await ask('POST', '/v1/bindings', unknown)).toMatchObject({ status: 404 })
    const tried = await ask('POST', '/v1/bindings', { ...unknown, confirmWithin: 600 })
    expect(tried).toMatchObject({ status: 200, body: { state: 'closed' } })
    expect(await inward(81, '10.0.1.1')).toBe(false)
    await ask('DELETE', '/v1/bindings/eni-mistyped')
    expect(await inward(81, '10.0.1.1')).toBe(true)
  })

  it('a binding that is not confirmed in its time is undone, and one that is confirmed stays', async () => {
    expect((await ask('DELETE', `/v1/bindings/${id}`)).status).toBe(200)
    expect(rules()).toBe('')
    const { body } = await bind({ confirmWithin: 5 })
    expect(Date.parse(String(body['confirmBy']))).toBeGreaterThan(Date.now())
    expect(await inward(81)).toBe(false)
    await eventually(rules).toBe('')
    expect([await bindings(), await inward(81)]).toEqual([[], true])
    await bind({ confirmWithin: 3600 })
    expect((await ask('POST', `/v1/bindings/${id}/confirm`)).body['confirmBy']).toBeNull()
  })

  it('the last known state and its bindings are put in force without a server and without an agent', async () => {
    await stage.agent.stop()
    sh(`nsenter --net=/run/netns/${here} nft flush ruleset`)
    expect(await inward(81)).toBe(true)
    const { mark, outside } = stage
    const log = () => undefined
    expect(await restoreState({ mark, state, uplinkNetns: outside.namespace, log })).toEqual([])
    expect([await inward(80), await inward(81)]).toEqual([true, false])
    await stage.restart()
  })

  it('rules that another firewall flushes are back long before the next round of looks', async () => {
    await stage.restart({ lookEvery: 3_600_000 })
    await stage.feed.change(stage.eni('other', [], []))
    sh(`nsenter --net=/run/netns/${here} nft flush ruleset`)
    await eventually(() => inward(81)).toBe(false)
    expect(await inward(80)).toBe(true)
  })

  it('an agent that was away when the time was over undoes the binding when it starts', async () => {
    await stage.agent.stop()
    const file = join(state, 'bindings.json')
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { bindings: object[] }
    const past = new Date(Date.now() - 1000).toISOString()
    const late = { ...kept, bindings: kept.bindings.map((one) => ({ ...one, confirmBy: past })) }
    writeFileSync(file, JSON.stringify(late))
    expect(await inward(81)).toBe(false)
    await stage.restart()
    await eventually(rules).toBe('')
    expect(await inward(81)).toBe(true)
    expect(stage.complaints).toContain(`${id} is not bound any more: it was not confirmed`)
  })
})

describePackets("the agent's own host", () => {
  it('is protected without a cut of its way to the server, even where the rules drop everything', async () => {
    const program = `
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { runAgent } from ${JSON.stringify(built())}
const sh = (text) => execFileSync('sh', ['-ec', text], { encoding: 'utf8' })
sh('ip netns add server; ip link add eth0 type veth peer name eth0 netns server; ip link set eth0 up; ip addr add 192.0.2.1/24 dev eth0')
sh('ip -n server link set lo up; ip -n server link set eth0 up; ip -n server addr add 192.0.2.2/24 dev eth0')
const drop = (id, direction, priority) => ({ id, group: 'sg-1', direction, policy: 'drop', priority, protocol: 'all', peer: { kind: 'cidr', cidr: '0.0.0.0/0' }, local: null, destinationPorts: null, sourcePorts: null })
const snapshot = { type: 'snapshot', epoch: 'e', revision: 3, prefixLists: [], portLists: [],
  rules: [drop('r1', 'ingress', 1), drop('r2', 'egress', 1)],
  vpcs: [{ id: 'vpc-1', cidrs: ['192.0.2.0/24'] }],
  groups: [{ id: 'sg-1', vpc: 'vpc-1', type: 'basic', innerAccess: 'drop' }],
  interfaces: [{ id: 'eni-1', instance: null, vpc: 'vpc-1', mac: '02:00:00:00:00:01', addresses: ['192.0.2.1'], groups: ['sg-1'], running: false }] }
const server = spawn('ip', ['netns', 'exec', 'server', process.execPath, '-e', \`
const { createServer } = require('node:http')
require('node:net').createServer((socket) => socket.end()).listen(81)
const followers = []
createServer((request, response) => {
  if (request.method === 'GET') { followers.push(response); console.log('watched ' + request.url); return response.write(\${JSON.stringify(JSON.stringify(snapshot) + '\\n')}) }
  let body = ''
  request.on('data', (part) => body += part).on('end', () => { response.end(); if (request.url === '/v1/agents') console.log('applied ' + JSON.parse(body).revision) })
}).listen(80, () => console.log('listening'))
process.stdin.on('data', (text) => { for (const one of followers) one.write(text); if (String(text) === 'cut') for (const one of followers.splice(0)) one.destroy() })
\`], { stdio: ['pipe', 'pipe', 'inherit'] })
const heard = []
createInterface(server.stdout).on('line', (line) => heard.push(line))
const until = async (line) => { while (!heard.includes(line)) await new Promise((resolve) => setTimeout(resolve, 20)) }
await until('listening')
const connects = () => { try { sh("python3 -c 'import socket; socket.create_connection((\\"192.0.2.2\\", 81), 1)' 2>/dev/null"); return true } catch { return false } }
const before = connects()
const state = process.argv[1]
const agent = await runAgent({ feed: { url: 'http://192.0.2.2' }, token: 't', mark: ${JSON.stringify(newMark())}, state, log: () => undefined })
await until('applied 3')
const asked = request({ socketPath: state + '/agent.sock', method: 'POST', path: '/v1/bindings' })
asked.end(JSON.stringify({ interface: 'eni-1', link: 'eth0', host: true }))
const [response] = await once(asked, 'response')
response.resume()
const during = connects()
server.stdin.write(JSON.stringify({ type: 'revision', revision: 4, at: '2026-01-01T00:00:00.000Z', changes: [] }) + '\\n')
await until('applied 4')
heard.length = 0
server.stdin.write('cut')
await until('watched /v1/watch?epoch=e&after=4')
await agent.stop()
server.kill()
console.log(JSON.stringify({ status: response.statusCode, before, during }))
process.exit()`
    const state = mkdtempSync(join(tmpdir(), 'sallyport-host-'))
    try {
      const begin =
        'mount -t tmpfs none /run/netns && ip link set lo up && exec "$0" --input-type=module -e "$1" "$2"'
      const args = ['--net', '--mount', 'sh', '-ec', begin, process.execPath, program, state]
      const { stdout } = await promisify(execFile)('unshare', args)
      expect(JSON.parse(stdout)).toEqual({ status: 200, before: true, during: false })
    } finally {
      rmSync(state, { recursive: true, force: true })
    }
  })
})
