import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { LookupOptions } from 'node:dns'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyChange, emptyWorld } from '@sallyport/engine'
import { expect, it, onTestFinished } from 'vitest'
import { send } from '../src/agent/server-connection.js'
import type { Binder } from '../src/bindings/binder.js'
import { BindingError, createBinder } from '../src/bindings/binder.js'
import type { Bound } from '../src/bindings/binding.js'
import { nameProblem } from '../src/bindings/binding.js'
import { closeDoubles, desiredPlace } from '../src/bindings/desired-place.js'
import { forgetfulKeeper, keepBindings } from '../src/bindings/kept-bindings.js'
import { leaveAll } from '../src/bindings/leave-all.js'
import { lookupOr } from '../src/bindings/known-lookup.js'
import type { Places } from '../src/bindings/places.js'
import { serverPlaces } from '../src/bindings/server-places.js'
import { answerAt, socketIn } from '../src/bindings/socket.js'
import { eni, group } from './facts.js'
import { askAgent } from './own-links.js'

const bound: Bound = {
  ...{ interface: 'eni-1', link: 'tap0', netns: null, as: 'peer', mac: null, bridge: null, confirmBy: null },
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sallyport-bindings-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

it('bindings outlive the agent, for this user alone, and are not taken for those of another installation', () => {
  const state = folder()
  keepBindings(state, 'ab').change((before) => ({ ...before, bindings: [bound], places: [null] }))
  expect(keepBindings(state, 'ab').kept()).toMatchObject({ bindings: [bound], places: [null] })
  expect(statSync(join(state, 'bindings.json')).mode & 0o777).toBe(0o600)
  expect(() => keepBindings(state, 'cd')).toThrow('are of the installation ab, not of cd')
})

it('bindings of another installation are not forgotten while their rules are in force', async () => {
  const state = folder()
  keepBindings(state, 'ab').change((before) => ({ ...before, bindings: [bound], places: ['nowhere'] }))
  await expect(leaveAll(state, 'cd')).rejects.toThrow('are of the installation ab, not of cd')
  expect(keepBindings(state, 'ab').kept().bindings).toEqual([bound])
  expect(await leaveAll(state, 'ab')).toEqual(['the binding of tap0'])
})

it('bindings that cannot be read stop the agent: going on without them would open what they protect', () => {
  const state = folder()
  const file = join(state, 'bindings.json')
  for (const text of ['', '{"version":2}', '{"version":1,"mark":"ab","bindings":[{"interface":"a b"}]}']) {
    writeFileSync(file, text)
    expect(() => keepBindings(state, 'ab')).toThrow(`the bindings in ${file} cannot be used`)
    expect(readFileSync(file, 'utf8')).toBe(text)
  }
})

it('names that are no names of links, namespaces, interfaces or MAC addresses are refused', () => {
  expect(nameProblem(bound)).toBeUndefined()
  for (const wrong of [
    ...['', 'lo', '.', '..', 'a b', 'a/b', 'a:b', '"', 'aaaaaaaaaaaaaaaa', 'ü', '*'].map((link) => ({
      link,
    })),
    ...['', '..', 'a/b', 'a b', '-x$'].map((netns) => ({ netns })),
    ...['', 'a b', '../x', 'x'.repeat(81)].map((id) => ({ interface: id })),
    ...['', '02:00:00:00:00', '02:00:00:00:00:0A', 'x'].map((mac) => ({ mac })),
  ])
    expect(nameProblem({ ...bound, ...wrong }), JSON.stringify(wrong)).toEqual(expect.any(String))
})

it('a bound link is desired whether or not its instance runs, and closed while its interface is not known', () => {
  const world = emptyWorld('e1')
  const kernel = { ipv6: true, timeouts: true }
  const desired = () => desiredPlace(world, null, [bound], kernel)
  expect(desired()).toMatchObject({
    ...{ links: [{ closed: true }], policies: [] },
    problems: ['tap0 passes nothing for eni-1: the server does not know the interface'],
  })
  applyChange(world, group('sg-1', 'vpc-1'))
  for (const running of [true, false]) {
    applyChange(
      world,
      eni('1', 'vpc-1', ['10.0.0.1', 'fd01::1'], ['sg-1'], { running, mac: '02:00:00:00:00:01' }),
    )
    expect(desired()).toMatchObject({
      links: [{ closed: false, mac: '02:00:00:00:00:01', addresses: { v4: ['10.0.0.1'], v6: ['fd01::1'] } }],
      problems: [],
    })
  }
  const own = desiredPlace(world, null, [{ ...bound, mac: '02:00:00:00:00:99' }], kernel)
  expect(own.links[0]?.mac).toBe('02:00:00:00:00:99')
  applyChange(world, eni('1', '', ['10.0.0.1'], []))
  expect(desired().problems[0]).toContain('classic network')
})

it('of two ports of a bridge whose interfaces have one address, the later binding passes nothing', () => {
  const world = emptyWorld('e1')
  for (const name of ['1', '2']) {
    applyChange(world, group(`sg-${name}`, `vpc-${name}`))
    applyChange(world, eni(name, `vpc-${name}`, ['10.0.0.1'], [`sg-${name}`]))
  }
  const bindings = ['1', '2'].map((name) => ({ ...bound, interface: `eni-${name}`, link: `tap${name}` }))
  const desired = desiredPlace(world, null, bindings, { ipv6: true, timeouts: true }).links
  expect(closeDoubles(desired).problems).toEqual([])
  const { links, problems } = closeDoubles(desired.map((link) => ({ ...link, bridge: 'br0' })))
  expect(links.map(({ closed }) => closed)).toEqual([false, true])
  expect(problems).toEqual(['tap2 passes nothing for eni-2: eni-1 has 10.0.0.1 in bridge br0'])
})

it('nothing is bound before the agent has heard of any state, since the link would be open', async () => {
  const binder = createBinder({
    ...{ keeper: forgetfulKeeper(), world: () => emptyWorld(), log: () => undefined },
    places: {} as Places,
    again: () => Promise.reject(new Error('nothing is attempted')),
    knowServer: () => Promise.resolve(),
  })
  const request = { ...bound, confirmWithin: null }
  await expect(binder.bind(request)).rejects.toMatchObject({ status: 503 })
  expect(await binder.list()).toEqual([])
})

it('the places of a server are the addresses of its name; what is on this host needs none', async () => {
  expect(await serverPlaces({ socketPath: '/x' })).toEqual([])
  expect(await serverPlaces({ url: 'http://127.0.0.1:8766' })).toEqual([])
  expect(await serverPlaces({ url: 'https://192.0.2.7' })).toEqual([{ address: '192.0.2.7', port: 443 }])
  expect(await serverPlaces({ url: 'http://[2001:DB8::0:1]:81' })).toEqual([
    { address: '2001:db8::1', port: 81 },
  ])
})

it('a server whose name cannot be looked up any more is found at the address that it had', async () => {
  const server = createServer((_, response) => response.end('here'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://server.invalid:${(server.address() as AddressInfo).port}`
  const ask = (known: readonly string[]) =>
    send(
      { feed: { url }, token: 't', lookup: lookupOr(() => known) },
      { method: 'GET', path: '/', signal: AbortSignal.timeout(10_000) },
    ).then((response) => {
      response.resume()
      return response.statusCode
    })
  expect(await ask(['127.0.0.1'])).toBe(200)
  const found = (known: readonly string[], options: LookupOptions) =>
    new Promise((resolve) => lookupOr(() => known)('a..b', options, (...answer) => resolve(answer)))
  expect(await found(['::1', '127.0.0.1'], { family: 4 })).toEqual([null, '127.0.0.1', 4])
  expect(await found([], { all: true })).toEqual([expect.any(Error), ''])
})

it('the socket answers its owner only, refuses what it cannot understand, and is one agent’s', async () => {
  const state = folder()
  const refuse = () => Promise.reject(new BindingError(409, 'no', 'Do not.'))
  const binder: Binder = {
    ...{ bind: refuse, unbind: refuse, confirm: refuse, list: () => Promise.resolve([]) },
    stop: () => undefined,
  }
  const end = await answerAt(state, binder)
  expect(statSync(socketIn(state)).mode & 0o777).toBe(0o600)
  const ask = (method: string, path: string, body?: unknown) => askAgent(state, method, path, body)
  expect(await ask('GET', '/v1/bindings')).toEqual({ status: 200, body: { bindings: [] } })
  expect(await ask('DELETE', '/v1/bindings/eni-1')).toEqual({
    status: 409,
    body: { error: 'no', hint: 'Do not.' },
  })
  for (const body of [
    undefined,
    [],
    1,
    {},
    { interface: 'eni-1' },
    { interface: 'eni-1', link: 'tap0', host: 1 },
  ])
    expect((await ask('POST', '/v1/bindings', body)).status, JSON.stringify(body)).toBe(400)
  expect((await ask('POST', '/v1/bindings', { interface: 'x'.repeat(20_000) })).status).toBe(413)
  expect((await ask('DELETE', '/v1/bindings/%')).status).toBe(400)
  expect((await ask('PUT', '/v1/bindings')).status).toBe(404)
  const garbage = connect(socketIn(state))
  garbage.end('garbage\r\n\r\n')
  garbage.resume()
  await once(garbage, 'close')
  await expect(answerAt(state, binder)).rejects.toThrow('another agent answers on')
  end()
  expect(existsSync(socketIn(state))).toBe(false)
  writeFileSync(socketIn(state), 'left by an agent that was killed')
  const again = await answerAt(state, binder)
  expect((await ask('GET', '/v1/bindings')).status).toBe(200)
  again()
  await expect(answerAt(join(state, 'x'.repeat(90)), binder)).rejects.toThrow('name a shorter state folder')
})
