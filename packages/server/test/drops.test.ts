import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { control, mustControl, withAdmin } from './control-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
beforeEach(async () => {
  server = await testServer(withAdmin)
})
afterEach(() => server.stop())

const drop = (port: number, more: object = {}) => ({
  ...{
    at: '2026-01-01T00:00:00.000Z',
    vpc: 'vpc-1',
    protocol: 6,
    source: '10.0.0.1',
    destination: 'fd01::2',
  },
  ...{ sourcePort: 40_000, destinationPort: port, interface: 'eni-1', instance: 'i-1', direction: 'ingress' },
  ...{ reason: 'rule', rule: 'sgr-1', group: 'sg-1', ...more },
})

const report = (drops: readonly object[]) => control(server, 'POST', '/v1/drops', { host: 'h1', drops })

const told = async (query = '') => {
  const { last, drops } = await mustControl(server, 'GET', `/v1/drops${query}`)
  return { last, drops: drops as { number: number; destinationPort: number }[] }
}
const ports = async (query = '') => (await told(query)).drops.map(({ destinationPort }) => destinationPort)

describe('denied flows', () => {
  it('are told in the order in which they were reported, from any number on', async () => {
    await report([drop(1), drop(2)])
    await report([drop(3)])
    expect(await told()).toMatchObject({ last: 3, drops: [{ number: 1, host: 'h1' }, {}, {}] })
    expect(await ports('?after=1')).toEqual([2, 3])
    expect(await ports('?limit=1')).toEqual([3])
    expect(await ports('?after=3')).toEqual([])
  })

  it('are told of one instance or interface', async () => {
    await report([drop(1), drop(2, { instance: 'i-2' }), drop(3, { interface: 'eni-3' })])
    expect(await ports('?instance=i-2')).toEqual([2])
    expect(await ports('?interface=eni-3')).toEqual([3])
  })

  it('are kept up to a bound, the newest', async () => {
    for (let part = 0; part < 11; part++) {
      await report(Array.from({ length: 1000 }, (_, at) => drop(part * 1000 + at)))
    }
    const { last, drops } = await told('?limit=10000')
    expect([last, drops.length, drops[0]?.destinationPort]).toEqual([11_000, 10_000, 1000])
  })

  it('are refused where they are malformed', async () => {
    for (const wrong of [{ source: 'nowhere' }, { protocol: 256 }, { direction: 'up' }, { at: 'now' }]) {
      expect((await report([drop(1, wrong)])).status, JSON.stringify(wrong)).toBe(400)
    }
    expect((await control(server, 'GET', '/v1/drops?limit=0')).status).toBe(400)
  })
})
