import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { BindingView } from '@sallyport/dataplane'
import { probe } from '@sallyport/dataplane'
import { expect, it } from 'vitest'
import { askAgent, stateFolderFor } from '../src/agent-socket.js'
import { bindingsText, secondsFrom } from '../src/bindings.js'
import { AGENT_STATE } from '../src/mark.js'
import { afterThisTest, sallyport, serveOn, temporaryFolder } from './running-command.js'

const view: BindingView = {
  ...{ interface: 'eni-1', link: 'tap0', netns: null, as: 'peer', mac: null, bridge: null, confirmBy: null },
  ...{ instance: null, addresses: ['10.0.0.1', 'fd01::1'], expectedMac: '02:00:00:00:00:01' },
  ...{ state: 'enforced', present: true, problems: [] },
}

it('bindings are shown with where they are, what they are tied to and what is the matter with them', () => {
  const at = '2026-01-01T00:00:00.000Z'
  expect(
    bindingsText([
      view,
      {
        ...view,
        interface: 'eni-2',
        link: 'eth0',
        netns: 'vm',
        as: 'host',
        expectedMac: null,
        confirmBy: at,
      },
      { ...view, interface: 'eni-3', bridge: 'br0', present: false },
      { ...view, interface: 'eni-4', addresses: [], expectedMac: null, state: 'closed' },
      { ...view, interface: 'eni-5', state: 'failed', problems: ['no'] },
    ]).split('\n'),
  ).toEqual([
    'INTERFACE  LINK        KIND         MAC                ADDRESSES         STATE',
    'eni-1      tap0        routed       02:00:00:00:00:01  10.0.0.1 fd01::1  enforced',
    `eni-2      eth0 in vm  host         -                  10.0.0.1 fd01::1  enforced, undone at ${at} unless confirmed`,
    'eni-3      tap0        port of br0  02:00:00:00:00:01  10.0.0.1 fd01::1  enforced, the link is away',
    'eni-4      tap0        routed       -                  -                 closed',
    'eni-5      tap0        routed       02:00:00:00:00:01  10.0.0.1 fd01::1  failed: no',
    '',
  ])
  expect(bindingsText([])).toBe('no links are bound on this host\n')
})

it('the time for a confirmation is seconds, minutes or hours, from 5 seconds to a day', () => {
  expect(['5', '60s', '5m', '24h'].map(secondsFrom)).toEqual([5, 60, 300, 86_400])
  for (const wrong of ['4s', '25h', '1d', '-5s', '', 's', '1.5m'])
    expect(() => secondsFrom(wrong)).toThrow(`--confirm-within is ${JSON.stringify(wrong)}`)
})

it('the agent that is named is asked, or the one by itself where "up" runs none; what it refuses is told', async () => {
  const data = temporaryFolder()
  expect(stateFolderFor({ data })).toBe(AGENT_STATE)
  const state = join(data, 'state')
  mkdirSync(state)
  expect(stateFolderFor({ data, state })).toBe(state)
  await expect(askAgent(state, 'GET', '/v1/bindings')).rejects.toThrow(`no agent answers in ${state}`)
  const server = createServer((_, response) => {
    response.writeHead(409).end(JSON.stringify({ error: 'it is bound', hint: 'Unbind it.' }))
  }).listen(join(state, 'agent.sock'))
  afterThisTest(() => void server.close())
  await expect(askAgent(state, 'POST', '/v1/bindings', {})).rejects.toMatchObject({
    ...{ message: 'it is bound', hint: 'Unbind it.' },
  })
})

const done = async (...args: string[]) => {
  const running = sallyport(args)
  return { code: await running.ended, out: running.stdout(), err: running.stderr() }
}

it('a command that cannot be understood is refused with what to do', async () => {
  const state = temporaryFolder()
  writeFileSync(join(state, 'agent.sock'), '')
  for (const [args, message] of [
    [['bind', 'eni-1', '--link', 'tap0'], 'no agent answers in'],
    [['bind', 'eni-1', '--link', 'eth0', '--host', '--mac', 'x'], '--mac and --host exclude each other'],
  ] as const) {
    const { code, err } = await done(...args, '--state', state)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  }
})

const able = (await probe()).ok

it.skipIf(!able)(
  'a link of a namespace is bound, shown and unbound, and the agent leaves nothing behind',
  async () => {
    const folder = temporaryFolder()
    const [data, state] = [join(folder, 'data'), join(folder, 'state')]
    const netns = `spt-${randomBytes(4).toString('hex')}`
    const sh = (command: string) => execFileSync('sh', ['-ec', command], { encoding: 'utf8' })
    sh(`ip netns add ${netns}; ip -n ${netns} link add tap0 type veth peer name peer0`)
    afterThisTest(() => sh(`ip netns del ${netns}`))
    const rules = () => sh(`nsenter --net=/run/netns/${netns} nft list ruleset`)
    await serveOn(data).line(/listening/)
    const agent = sallyport(['agent', '--data', data, '--state', state, '--host', 'h1', '--bound-only'])
    await expect.poll(() => existsSync(join(state, 'agent.sock')), { timeout: 15_000 }).toBe(true)
    const where = ['--state', state]
    expect((await done('bind', 'eni-1', '--link', 'tap0', '--netns', netns, ...where)).out).toBe(
      `tap0 in ${netns} leads to eni-1: nothing passes, because the server has told of no such interface yet\n`,
    )
    expect(rules()).toContain('table inet sallyport')
    expect((await done('bindings', '--json', ...where)).out).toContain('"state": "closed"')
    expect((await done('unbind', 'eni-1', ...where)).code).toBe(0)
    expect(rules()).toBe('')
    await done('bind', 'eni-1', '--link', 'tap0', '--netns', netns, ...where)
    expect((await done('agent', 'remove', ...where)).code).toBe(2)
    agent.child.kill('SIGTERM')
    await agent.ended
    expect(rules()).toContain('table inet sallyport')
    expect((await done('agent', 'remove', ...where)).out).toContain(
      `removed the binding of tap0 in ${netns}\n`,
    )
    expect([rules(), existsSync(state)]).toEqual(['', false])
  },
)
