import { decide, parseAddress, policyOf } from '@sallyport/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestAdmin } from './admin-server.js'
import { startTestAdmin } from './admin-server.js'
import { groupChange, interfaceChange, ruleChange, smallFeed } from './fake-feed.js'

const feed = smallFeed()
let admin: TestAdmin

beforeAll(async () => {
  feed.commit(
    groupChange('sg-2', 'advanced'),
    interfaceChange('eni-2', '172.16.0.6', ['sg-1']),
    interfaceChange('eni-3', '172.16.0.7', ['sg-2']),
    ruleChange('sgr-2', {
      peer: { kind: 'cidr', cidr: '198.51.100.0/24' },
      sourcePorts: { first: 1, last: 1024 },
    }),
    ruleChange('sgr-3', { peer: { kind: 'cidr', cidr: '192.0.2.0/24' }, local: '172.16.0.5/32' }),
  )
  admin = await startTestAdmin(feed)
})
afterAll(() => admin.stop())

const flow = {
  interface: 'eni-1',
  direction: 'egress',
  protocol: 'tcp',
  local: '172.16.0.5',
  remote: '203.0.113.9',
  localPort: 40000,
  remotePort: 443,
}

async function verdicts(...flows: unknown[]): Promise<Record<string, unknown>[]> {
  const reply = await admin.call('POST', '/v1/decide', { flows })
  expect(reply.status).toBe(200)
  return (reply.body as { verdicts: Record<string, unknown>[] }).verdicts
}

describe('verdicts', () => {
  it('names rule, group and priority only where they took part, in the order asked', async () => {
    expect(
      await verdicts(
        flow,
        { ...flow, remotePort: 80 },
        { ...flow, direction: 'ingress', remote: '172.16.0.6', localPort: 22, remotePort: 5 },
        { ...flow, remote: '100.100.100.200', remotePort: 80 },
        { ...flow, interface: 'eni-3', local: '172.16.0.7' },
      ),
    ).toEqual([
      { verdict: 'drop', reason: 'rule', rule: 'sgr-1', group: 'sg-1', priority: 1 },
      { verdict: 'accept', reason: 'default' },
      { verdict: 'accept', reason: 'intra-group', group: 'sg-1' },
      { verdict: 'accept', reason: 'carve-out' },
      { verdict: 'drop', reason: 'default' },
    ])
  })

  it('takes a protocol by name in any case, by number and by number as text', async () => {
    const [byName, byNumber, byText] = await verdicts(
      { ...flow, protocol: 'TCP' },
      { ...flow, protocol: 6 },
      { ...flow, protocol: '6' },
    )
    expect([byName, byNumber]).toEqual([byText, byText])
    expect(byText).toMatchObject({ rule: 'sgr-1' })
  })

  it('equals the decision of the engine on the same world', async () => {
    const policy = policyOf(feed.world, ['sg-1'], 'egress')
    const remote = parseAddress('203.0.113.9')
    if (!remote) throw new Error('not an address')
    const expected = decide(policy, { protocol: 6, remote, remotePort: 443 })
    expect(expected).toMatchObject((await verdicts(flow))[0] ?? {})
  })

  it('lets fields out that no rule on the way tests', async () => {
    const [icmp, tcp] = await verdicts(
      { interface: 'eni-1', direction: 'egress', protocol: 'icmp', remote: '203.0.113.9' },
      { interface: 'eni-1', direction: 'egress', protocol: 'tcp', remote: '203.0.113.9', remotePort: 443 },
    )
    expect([icmp?.['reason'], tcp?.['rule']]).toEqual(['default', 'sgr-1'])
  })

  it('follows the world: a change is seen by the next question', async () => {
    feed.commit({ kind: 'rule', id: 'sgr-1', value: null })
    expect(await verdicts(flow)).toEqual([{ verdict: 'accept', reason: 'default' }])
    feed.commit(ruleChange('sgr-1', {}))
    expect(await verdicts(flow)).toMatchObject([{ rule: 'sgr-1' }])
  })
})

describe('a flow that cannot be decided gets an error at its place, and the others are answered', () => {
  const bad: [string, unknown, string][] = [
    ['an unknown interface', { ...flow, interface: 'eni-9' }, 'no network interface "eni-9"'],
    ['no interface', { ...flow, interface: undefined }, 'interface is missing'],
    ['a direction', { ...flow, direction: 'out' }, 'direction is "out"'],
    ['a protocol', { ...flow, protocol: 'sctp' }, 'protocol is "sctp"'],
    ['a protocol number', { ...flow, protocol: 256 }, 'protocol is 256'],
    ['a name that every object has', { ...flow, protocol: 'constructor' }, 'protocol is "constructor"'],
    ['a remote address', { ...flow, remote: '203.0.113.999' }, 'remote is "203.0.113.999"'],
    ['no remote address', { ...flow, remote: undefined }, 'remote is missing'],
    ['two families', { ...flow, local: 'fd00::5' }, 'local is "fd00::5"'],
    ['a port', { ...flow, remotePort: 65536 }, 'remotePort is 65536'],
    ['a port as text', { ...flow, localPort: '80' }, 'localPort is "80"'],
    ['an ICMP type', { ...flow, icmpType: 256 }, 'icmpType is 256'],
    ['an unknown field', { ...flow, port: 1 }, 'unknown field "port"'],
    ['no object', 7, 'a flow must be an object'],
    [
      'an omitted port that a rule tests',
      { ...flow, remote: '198.51.100.1', localPort: undefined },
      'localPort is missing and rule sgr-2 tests it',
    ],
    [
      'an omitted own address that a rule tests',
      { ...flow, remote: '192.0.2.1', local: undefined },
      'local is missing and rule sgr-3 tests it',
    ],
  ]

  it.each(bad)('%s', async (_, value, message) => {
    const [before, wrong, after] = await verdicts(flow, value, flow)
    expect(Object.keys(wrong ?? {})).toEqual(['error'])
    expect(wrong?.['error']).toContain(message)
    expect([before?.['rule'], after?.['rule']]).toEqual(['sgr-1', 'sgr-1'])
  })

  it('answers 10,000 flows and refuses one more', async () => {
    expect(await verdicts(...new Array<unknown>(10_000).fill(flow))).toHaveLength(10_000)
    const reply = await admin.call('POST', '/v1/decide', { flows: new Array<unknown>(10_001).fill(flow) })
    expect([reply.status, reply.body]).toMatchObject([400, { error: '10001 flows are more than 10000' }])
  })

  it.each([[{}], [{ flows: {} }], [[]], [{ flows: [], other: 1 }]])(
    'refuses the body %j as a whole',
    async (body) => {
      expect((await admin.call('POST', '/v1/decide', body)).status).toBe(400)
    },
  )
})
