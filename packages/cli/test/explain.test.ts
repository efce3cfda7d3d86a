import { type Interface, type Rule, type Snapshot, worldFrom } from '@sallyport/engine'
import { UserError } from '@sallyport/server'
import { describe, expect, it } from 'vitest'
import { explainCommand } from '../src/explaining/explain.js'
import type { Style } from '../src/explaining/texts.js'
import { plainStyle } from './plain-style.js'
import { captured } from './static-server.js'

const at = (id: string, addresses: string[], more: Partial<Interface> = {}): Interface => ({
  id: `eni-${id}`,
  instance: `i-${id}`,
  vpc: 'vpc-1',
  mac: '02:00:00:00:00:01',
  addresses,
  groups: ['sg-web'],
  running: true,
  ...more,
})

const rule = (id: string, more: Partial<Rule>): Rule => ({
  id,
  group: 'sg-web',
  direction: 'egress',
  policy: 'drop',
  priority: 1,
  protocol: 'tcp',
  peer: { kind: 'cidr', cidr: '203.0.113.0/24' },
  local: null,
  destinationPorts: { first: 443, last: 443 },
  sourcePorts: null,
  ...more,
})

const world: Snapshot = {
  epoch: 'e',
  revision: 5,
  vpcs: [],
  groups: [
    { id: 'sg-web', vpc: 'vpc-1', type: 'basic', innerAccess: 'drop' },
    { id: 'sg-db', vpc: 'vpc-1', type: 'basic', innerAccess: 'accept' },
  ],
  rules: [
    rule('sgr-out', {}),
    rule('sgr-in', {
      group: 'sg-db',
      direction: 'ingress',
      policy: 'accept',
      priority: 7,
      peer: { kind: 'group', group: 'sg-web' },
      destinationPorts: { first: 3306, last: 3306 },
    }),
    rule('sgr-low', {
      peer: { kind: 'cidr', cidr: '198.51.100.0/24' },
      sourcePorts: { first: 1, last: 1023 },
    }),
  ],
  interfaces: [
    at('web', ['172.16.0.5', 'fd00::5']),
    at('db', ['172.16.0.6'], { groups: ['sg-db'] }),
    at('db2', ['172.16.0.7'], { groups: ['sg-db'] }),
    at('far', ['172.16.0.5'], { vpc: 'vpc-2', groups: [] }),
    at('two', ['172.16.0.8'], { instance: 'i-two' }),
    at('two-b', ['172.16.0.9'], { instance: 'i-two' }),
  ],
  prefixLists: [],
  portLists: [],
}

const chinese: Style = { ...plainStyle, locale: 'zh' }

async function ask(
  options: Record<string, unknown>,
  snapshot = world,
  style: Style = plainStyle,
): Promise<{ code: number; lines: string[] }> {
  const source = { world: worldFrom(snapshot), names: new Map<string, string>() }
  const { result, stdout } = await captured(() =>
    Promise.resolve(explainCommand(source, { protocol: 'tcp', ...options }, style)),
  )
  return { code: result, lines: stdout.trimEnd().split('\n') }
}

async function refusal(options: Record<string, unknown>): Promise<UserError> {
  const error: unknown = await Promise.resolve()
    .then(() => ask(options))
    .catch((problem: unknown) => problem)
  if (error instanceof UserError) return error
  throw new Error(`not refused: ${JSON.stringify(error)}`)
}

describe('a flow to the outside is decided by the egress of its start', () => {
  it('names the rule that drops it, and ends with 1', async () => {
    expect(await ask({ from: 'i-web', to: '203.0.113.9', port: '443' })).toEqual({
      code: 1,
      lines: [
        'tcp 172.16.0.5 -> 203.0.113.9:443',
        '',
        'i-web 172.16.0.5 ✗ ────▶ 203.0.113.9',
        '',
        'egress   eni-web of i-web  drop  rule sgr-out of group sg-web with priority 1 decides',
        'verdict  drop',
      ],
    })
  })

  it('says so in Chinese, down to the last word', async () => {
    const { lines } = await ask({ from: 'i-web', to: '203.0.113.9', port: '443' }, undefined, chinese)
    expect(lines[4]).toMatch(/^出方向 +eni-web/)
    expect(lines.at(-1)).toBe('结论  拒绝')
  })

  it('names the default, and ends with 0', async () => {
    const { code, lines } = await ask({ from: 'eni-web', to: '203.0.113.9', port: '444' })
    expect([code, lines.at(-1)]).toEqual([0, 'verdict  accept'])
    expect(lines[4]).toMatch(/accept {2}no rule decides/)
  })

  it('is asked for IPv6 where the other end is', async () => {
    const { lines } = await ask({ from: 'i-web', to: '2001:db8::1', port: '443', sourcePort: '5' })
    expect(lines[0]).toBe('tcp [fd00::5]:5 -> [2001:db8::1]:443')
  })

  it('says that the metadata service is always reachable', async () => {
    expect((await ask({ from: 'i-web', to: '100.100.100.200', port: '80' })).lines[4]).toContain(
      'whatever the rules say',
    )
  })
})

describe('a flow of a group in audit', () => {
  const audited = (id: string): Snapshot => ({
    ...world,
    groups: world.groups.map((group) => (group.id === id ? { ...group, audit: true } : group)),
  })

  it('passes, with what counts it and what would decide it without audit', async () => {
    expect(await ask({ from: 'i-web', to: '203.0.113.9', port: '443' }, audited('sg-web'))).toEqual({
      code: 0,
      lines: [
        'tcp 172.16.0.5 -> 203.0.113.9:443',
        '',
        'i-web 172.16.0.5 ✓ ────▶ 203.0.113.9',
        '',
        expect.stringMatching(/^egress {3}eni-web of i-web {2}accept {2}no rule decides/),
        '         without audit: drop, rule sgr-out of group sg-web with priority 1 decides',
        '         sgr-out (drop): matches and is counted only, because sg-web is in audit',
        'verdict  accept',
      ],
    })
  })

  it('says so in Chinese', async () => {
    const { lines } = await ask({ from: '203.0.113.9', to: 'i-db', port: '3306' }, audited('sg-db'), chinese)
    expect(lines[5]).toContain('若关闭审计：拒绝，没有匹配的规则')
  })

  it('has both verdicts in JSON', async () => {
    const options = { from: 'i-web', to: '203.0.113.9', port: '443', json: true }
    const { sides } = JSON.parse((await ask(options, audited('sg-web'))).lines.join('')) as {
      sides: readonly object[]
    }
    expect(sides).toMatchObject([
      {
        answer: { verdict: 'accept', reason: 'default' },
        staged: { verdict: 'drop', reason: 'rule', rule: 'sgr-out', group: 'sg-web', priority: 1 },
        matches: [{ outcome: 'counts', rule: 'sgr-out' }],
      },
    ])
  })
})

describe('a flow from the outside is decided by the ingress of its end', () => {
  it('drops by default', async () => {
    const { code, lines } = await ask({ from: '203.0.113.9', to: 'i-db', port: '3306' })
    expect(code).toBe(1)
    expect(lines[4]).toMatch(/^ingress +eni-db of i-db +drop +no rule matches/)
  })
})

describe('a flow between two of ours needs both sides', () => {
  it('passes when both accept', async () => {
    const { code, lines } = await ask({ from: 'i-web', to: 'i-db', port: '3306' })
    expect(code).toBe(0)
    expect(lines.slice(4).map((line) => line.split(' ')[0])).toEqual(['egress', 'ingress', 'verdict'])
    expect(lines[2]).toBe('i-web 172.16.0.5 ✓ ────▶ ✓ i-db 172.16.0.6')
    expect(lines[5]).toContain('rule sgr-in of group sg-db with priority 7')
  })

  it('does not pass when one drops', async () => {
    expect((await ask({ from: 'i-web', to: 'i-db', port: '3307' })).code).toBe(1)
  })

  it('takes an address of ours, in the VPC of the other end, as ours', async () => {
    const { lines } = await ask({ from: 'i-db', to: '172.16.0.5', port: '1' })
    expect(lines[5]).toContain('eni-web of i-web')
  })

  it('names the group whose members reach one another', async () => {
    const { code, lines } = await ask({ from: 'i-db', to: 'i-db2', port: '22' })
    expect([code, lines[5]]).toEqual([
      0,
      expect.stringContaining('group sg-db, whose members reach one another'),
    ])
  })

  it('is asked for one side with --direction', async () => {
    const { code, lines } = await ask({ from: 'i-web', to: 'i-db', port: '3307', direction: 'egress' })
    expect([code, lines.length]).toEqual([0, 6])
  })
})

it('--json gives the same as data', async () => {
  const { code, lines } = await ask({ from: 'i-web', to: '203.0.113.9', port: '443', json: true })
  expect(code).toBe(1)
  expect(JSON.parse(lines.join('\n'))).toEqual({
    verdict: 'drop',
    from: '172.16.0.5',
    to: '203.0.113.9',
    protocol: 'tcp',
    port: 443,
    sourcePort: null,
    sides: [
      {
        direction: 'egress',
        interface: 'eni-web',
        instance: 'i-web',
        answer: { verdict: 'drop', reason: 'rule', rule: 'sgr-out', group: 'sg-web', priority: 1 },
        matches: [
          {
            ...{ outcome: 'decides', verdict: 'drop', reason: 'rule' },
            ...{ rule: 'sgr-out', group: 'sg-web', priority: 1 },
          },
        ],
      },
    ],
  })
})

describe('what cannot be explained is refused, never guessed', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ from: 'i-none', to: '203.0.113.9' }, 'there is no i-none'],
    [{ from: 'web', to: '203.0.113.9' }, '"web" is no end of a flow'],
    [{ from: '203.0.113.8', to: '203.0.113.9' }, 'neither 203.0.113.8 nor 203.0.113.9'],
    [{ from: '172.16.0.5', to: '203.0.113.9' }, '172.16.0.5 may be any of eni-web, eni-far'],
    [{ from: 'i-two', to: '203.0.113.9' }, 'i-two may be any of eni-two, eni-two-b'],
    [{ from: 'i-web', to: 'i-far' }, 'VPCs are not connected'],
    [{ from: 'i-db', to: '2001:db8::1' }, 'i-db has no IPv6 address'],
    [{ from: '172.16.0.6', to: '2001:db8::1' }, 'different address families'],
    [{ from: 'i-web', to: '203.0.113.9' }, 'remotePort is missing and rule sgr-out tests it'],
    [{ from: 'i-web', to: '198.51.100.1', port: '443' }, 'localPort is missing and rule sgr-low tests it'],
    [{ from: 'i-web', to: '203.0.113.9', port: '70000' }, 'remotePort is 70000'],
    [{ from: 'i-web', to: '203.0.113.9', port: 'https' }, '--port is "https"'],
    [{ from: 'i-web', to: '203.0.113.9', protocol: 'sctp' }, 'protocol is "sctp"'],
    [{ from: 'i-web', to: '203.0.113.9', protocol: 'all' }, '--protocol is all'],
    [{ from: 'i-web', to: '203.0.113.9', protocol: 'icmp', port: '3' }, 'a port is given, and icmp has none'],
    [
      { from: 'i-web', to: '203.0.113.9', protocol: '47', sourcePort: '3' },
      'a port is given, and 47 has none',
    ],
    [{ from: 'i-web', to: '203.0.113.9', icmpType: '8' }, '--icmp-type is given, and tcp has no types'],
    [{ from: 'i-web', to: '203.0.113.9', direction: 'out' }, '--direction is "out"'],
    [{ from: 'i-web', to: '203.0.113.9', port: '1', direction: 'ingress' }, '203.0.113.9 is not ours'],
  ])('%j', async (options, message) => {
    expect((await refusal(options)).message).toContain(message)
  })
})
