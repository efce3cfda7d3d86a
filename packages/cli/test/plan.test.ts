import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Decider, type Flow, parseAddress, regionOf, type WorldDiff } from '@sallyport/engine'
import { UserError } from '@sallyport/server'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { markdownOf, plainText } from '../src/plan/markdown.js'
import { planCommand, type PlanOptions } from '../src/plan/plan.js'
import { plainStyle } from './plain-style.js'
import { temporaryFolder } from './running-command.js'
import { captured } from './static-server.js'

/** A document with a group of these rules and an instance in it. */
const document = (rules: string, more = '') => `accounts:
  - vpcs:
      - name: shop
        cidr: 10.0.0.0/8
        groups: [{ name: web, ingress: [${rules}] }]
        instances: [{ name: web-1, groups: [web], ip: 10.0.0.5 }${more}]
`

function file(name: string, text: string): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, text)
  return path
}

async function plan(options: Partial<PlanOptions>): Promise<{ code: number; text: string }> {
  const all = { before: undefined, after: undefined, terraform: undefined, budget: undefined, ...options }
  const { result, stdout } = await captured(() =>
    Promise.resolve(planCommand({ form: 'text', ...all }, (names) => ({ ...plainStyle, names }))),
  )
  return { code: result, text: stdout }
}

const between = (before: string, after: string, form: PlanOptions['form'] = 'text') =>
  plan({ before: file('before.yaml', document(before)), after: file('after.yaml', document(after)), form })

const ssh = '{ protocol: tcp, ports: 22, from: 192.0.2.0/24 }'
const open = '{ protocol: tcp, ports: 22, from: 0.0.0.0/0 }'
const drop = '{ protocol: all, policy: drop, from: 0.0.0.0/0 }'

describe('a plan of two files', () => {
  it('that opens something says what, and ends with 1', async () => {
    const { code, text } = await between(ssh, open)
    expect(code).toBe(1)
    expect(text).toContain('web-1')
    expect(text).toMatch(/opens/)
  })

  it('that only closes something ends with 0', async () => {
    const { code, text } = await between(open, ssh)
    expect(code).toBe(0)
    expect(text).toMatch(/closes/)
  })

  it('that means the same opens and closes nothing', async () => {
    const { code, text } = await between(
      ssh,
      `${ssh}, { protocol: tcp, ports: 22, from: 192.0.2.7 }`,
      'markdown',
    )
    expect(code).toBe(0)
    expect(text).not.toMatch(/\| opens \|.*<code>/)
  })

  it('names the rule that becomes dead and what decides in its place', async () => {
    const { code, text } = await between(ssh, `${ssh}, ${drop}`, 'markdown')
    expect(code).toBe(0)
    expect(text).toContain('makes 1 rule dead')
    expect(text).toMatch(/can never decide: drop by <code>shop\/web/)
  })

  it('is written as JSON with exact counts', async () => {
    const { text } = await between(ssh, `${ssh}, { protocol: tcp, ports: 80, from: 192.0.2.7 }`, 'json')
    const answer = JSON.parse(text) as {
      interfaces: { diff: { opens: { count: number } } }[]
      unknown: string[]
    }
    // Any of the source ports that a packet of TCP can have.
    expect(answer.interfaces[0]?.diff.opens.count).toBe(65_536)
    expect(answer.unknown).toEqual([])
  })

  it('of which a part is not known ends with 4 when nothing is seen to open', async () => {
    const { code } = await between(ssh, `${ssh}, { protocol: tcp, ports: 80, from: { groupId: sg-far } }`)
    expect(code).toBe(4)
    const far = `${ssh}, { protocol: tcp, ports: 80, from: { groupId: sg-far } }`
    expect((await between(far, far)).code).toBe(0)
  })

  it.each<[Partial<PlanOptions>, string]>([
    [{ before: 'a.yaml' }, 'two states are needed'],
    [{}, 'two states are needed'],
    [{ before: 'a.yaml', after: 'b.yaml', terraform: 'p.json' }, 'both given'],
    [{ terraform: '/nowhere/p.json' }, 'cannot read'],
  ])('is refused without both: %j', async (options, message) => {
    const error: unknown = await plan(options).catch((problem: unknown) => problem)
    expect(error).toBeInstanceOf(UserError)
    expect((error as Error).message).toContain(message)
  })
})

describe('a plan of Terraform', () => {
  const resource = (address: string, values: object) => ({
    address,
    mode: 'managed',
    type: address.split('.')[0],
    values,
  })
  const rule = (cidr: string) =>
    resource('alicloud_security_group_rule.ssh', {
      ...{ type: 'ingress', ip_protocol: 'tcp', policy: 'accept', port_range: '22/22', priority: 1 },
      ...{ security_group_id: 'sg-1', cidr_ip: cidr },
    })
  const rest = [
    resource('alicloud_security_group.web', { id: 'sg-1', vpc_id: 'vpc-1' }),
    resource('alicloud_instance.a', { id: 'i-1', security_groups: ['sg-1'], private_ip: '10.0.0.5' }),
  ]
  const state = (cidr: string) => ({ root_module: { resources: [...rest, rule(cidr)] } })
  const written = (before: string, after: string) =>
    JSON.stringify({
      format_version: '1.2',
      prior_state: { values: state(before) },
      planned_values: state(after),
    })

  it('says what it opens by the addresses of resources', async () => {
    const terraform = file('plan.json', written('192.0.2.0/24', '0.0.0.0/0'))
    const { code, text } = await plan({ terraform, form: 'markdown' })
    expect(code).toBe(1)
    expect(text).toContain('<code>alicloud&#95;instance.a</code>')
    expect(text).toContain('accept by <code>alicloud&#95;security&#95;group&#95;rule.ssh</code>')
  })

  it('says that it opens nothing', async () => {
    const terraform = file('plan.json', written('0.0.0.0/0', '192.0.2.0/24'))
    expect((await plan({ terraform })).code).toBe(0)
  })
})

/** A difference in which everything has the same name. */
function differing(name: string, interfaces: number): WorldDiff {
  const decider: Decider = { verdict: 'accept', reason: 'rule', rule: name, group: name, priority: 1 }
  const remote = parseAddress('192.0.2.1')
  const local = parseAddress('10.0.0.5')
  if (!remote || !local) throw new Error('no addresses')
  const example: Flow = { protocol: 6, remote, local, remotePort: 1, localPort: 22 }
  const region = {
    region: regionOf(4),
    example,
    before: { ...decider, verdict: 'drop' as const },
    after: decider,
  }
  return {
    ...{ complete: true, covered: 1, revision: { before: 1, after: 2 } },
    interfaces: Array.from({ length: interfaces }, (_, index) => ({
      ...({
        id: `${name}${index}`,
        instance: `${name}${index}`,
        direction: 'ingress',
        status: 'changed',
      } as const),
      diff: {
        ...{ complete: true, covered: 1, equal: false },
        // Each opens another number of flows, so none is like another.
        opens: { count: BigInt(index + 1), regions: [region], more: true },
        closes: { count: 0n, regions: [], more: false },
      },
      dead: [{ rule: name, group: name, blockers: [decider] }],
      revived: [name],
    })),
  }
}

describe('the comment', () => {
  it('is never longer than GitHub takes, and says what it leaves out', () => {
    const text = markdownOf(
      differing('a'.repeat(128), 400),
      Array.from({ length: 500 }, () => 'b'.repeat(200)),
      {
        locale: 'en',
        names: new Map(),
      },
    )
    expect(text.length).toBeLessThan(65_536)
    expect(text).toMatch(/Details of \d+ more are left out/)
    expect(text).toContain('and 480 more')
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length)
  })

  it('lists interfaces that change alike once', () => {
    const [one] = differing('web', 1).interfaces
    if (!one) throw new Error('no interface')
    const interfaces = [one, { ...one, id: 'other', instance: 'other' }]
    const text = markdownOf({ ...differing('web', 0), interfaces }, [], { locale: 'en', names: new Map() })
    expect(text).toContain('<code>web0</code> and 1 more')
    expect(text.match(/<details>/g)).toHaveLength(1)
  })

  it('takes names of others for text: no markup, mention, link or cell of theirs', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (name) => {
        const shown = plainText(name)
        expect(shown.replace(/&#\d+;/g, '')).not.toMatch(/[<>&|`*_[\]()@#!:~\\"'\n\r]/)
      }),
    )
    const name = '</code></details>|@everyone [x](https://evil.example) www.evil.example `a`\n# h'
    const text = markdownOf(differing(name, 1), [name], {
      locale: 'en',
      names: new Map([[`${name}0`, name]]),
    })
    expect(text).not.toMatch(/@everyone|\]\(|https:|www\.evil|`/)
    const rows = text.split('\n').filter((line) => line.startsWith('| '))
    expect(new Set(rows.map((row) => row.split('|').length))).toEqual(new Set([7]))
  })

  it('is in Chinese where that is asked for', () => {
    const text = markdownOf(differing('a', 60), ['?'], { locale: 'zh', names: new Map() })
    const words = text.replace(/<code>.*?<\/code>|<\/?(details|summary)>/g, '').match(/[a-z]{2,}/gi)
    expect(words ?? []).toEqual([])
  })

  it('says when the time ended first', () => {
    const text = markdownOf({ ...differing('a', 0), complete: false, covered: 0.5 }, [], {
      locale: 'en',
      names: new Map(),
    })
    expect(text).toContain('it is not known whether this change opens')
    expect(text).toContain('50 % of the flows')
  })
})
