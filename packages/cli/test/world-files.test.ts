import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { snapshotOf } from '@sallyport/engine'
import { UserError } from '@sallyport/server'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { openSource } from '../src/world/open-world.js'
import { root, temporaryFolder } from './running-command.js'
import { comparable, type WorldServer, worldServer } from './world-server.js'

const example = join(root, 'docs/examples/seed.yaml')

/** A file of a test. */
function fileWith(text: string, name = 'world.yaml'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, text)
  return path
}

const settings = { data: '/nowhere', region: 'cn-hangzhou' }
const open = (file: string) => openSource({ settings, file })

const refusal = async (text: string): Promise<string> => {
  const error = await open(fileWith(text)).catch((problem: unknown) => problem)
  if (error instanceof UserError) return error.message
  throw new Error(`not refused: ${JSON.stringify(error)}`)
}

/** Everything that a document can say. */
const everything = `
accounts:
  - prefixLists:
      - { name: offices, maxEntries: 5, entries: [{ cidr: 203.0.113.0/24 }, { cidr: 198.51.100.7 }] }
      - { name: six, family: IPv6, maxEntries: 5, entries: [{ cidr: '2001:DB8::/32' }] }
    portLists:
      - { name: web, maxEntries: 5, entries: [{ ports: 443 }, { ports: 8000-8080 }] }
    vpcs:
      - name: shop
        cidr: 10.0.0.0/16
        ipv6: fd5a:1170:77::/56
        secondaryCidrs: [10.9.0.0/16]
        vswitches:
          - { name: shop-h, zone: cn-hangzhou-h, cidr: 10.0.1.0/24, ipv6: 3 }
        groups:
          - name: front
            ingress:
              - { protocol: tcp, ports: { list: web }, from: 0.0.0.0/0 }
              - { protocol: tcp, from: { prefixList: offices }, sourcePorts: 1024-65535, local: 10.0.1.0/24 }
              - { protocol: udp, ports: 53, from: '2001:DB8:0::5/64', local: 'FD5A:1170:77:3::/64' }
              - { protocol: all, policy: drop, priority: 100, from: { prefixList: six } }
              - { protocol: icmp, from: 192.0.2.1 }
              - { protocol: gre, from: 192.0.2.5/24 }
            egress:
              - { protocol: tcp, ports: 5432, to: { group: back } }
          - name: back
            innerAccess: drop
            ingress: [{ protocol: tcp, ports: 5432, from: { group: front } }]
        instances:
          - { name: web-1, vswitch: shop-h, groups: [front], ip: 10.0.1.10, ips: [10.0.1.11], ipv6: ['fd5a:1170:77:3::10'] }
          - name: db-1
            vswitch: shop-h
            groups: [back, front]
            ip: 10.0.1.20
            ipv6: ['fd5a:1170:77:3::20']
            running: false
            timeouts: { tcpEstablished: 300, tcpClosed: 5, udp: 60 }
        interfaces:
          - { name: spare, vswitch: shop-h, groups: [back], ip: 10.0.1.30, ips: [10.0.1.31] }
          - { name: second, vswitch: shop-h, groups: [back], ip: 10.0.1.40, instance: web-1 }
      - name: vault
        cidr: 10.1.0.0/16
        groups: [{ name: front, type: enterprise }]
`

async function seeded(server: WorldServer, text: string) {
  const resources = await server.seed(parse(text))
  const renamed = new Map(resources.map(({ id, name }) => [id, name]))
  const state = await server.state()
  for (const one of state.interfaces) {
    const instance = one.instance === null ? undefined : renamed.get(one.instance)
    if (!renamed.has(one.id)) renamed.set(one.id, `${instance}/eth0`)
  }
  const named = new Set(resources.map(({ id }) => id))
  const ours = { ...state, vpcs: state.vpcs.filter(({ id }) => named.has(id)) }
  return comparable(ours, renamed)
}

describe('a document means to a question what it means to a server that is seeded with it', () => {
  it.each([
    ['the example', readFileSync(example, 'utf8')],
    ['everything that it can say', everything],
  ])('%s', async (_, text) => {
    const server = await worldServer()
    const { world, notes } = await open(fileWith(text))
    expect(comparable(snapshotOf(world), new Map([['-', '-']]))).toEqual(await seeded(server, text))
    expect(notes).toEqual([])
  })
})

describe('ids of a document', () => {
  it('are its names, and say what a rule is', async () => {
    const { world, names } = await open(example)
    expect([...world.groups.keys()]).toEqual(['shop/web', 'shop/database'])
    expect([...world.interfaces.keys()]).toEqual(['shop/web-1/eth0', 'shop/db-1/eth0'])
    expect([...world.ruleGroup.keys()]).toContain('shop/web:ingress:1:accept:tcp:22:offices')
    expect(names.get('shop/web')).toBe('shop/web')
  })

  it('are those that are written, where there are any', async () => {
    const { world, names } = await open(
      fileWith(`accounts: [{ vpcs: [{ name: shop, id: vpc-1, cidr: 10.0.0.0/8,
        groups: [{ name: web, id: sg-1, ingress: [{ id: sgr-1, protocol: all, from: { group: web } }] }],
        instances: [{ name: one, id: i-1, interface: eni-1, groups: [web], ip: 10.0.0.9 }] }] }]`),
    )
    expect([...world.ruleGroup]).toEqual([['sgr-1', 'sg-1']])
    expect(world.interfaces.get('eni-1')).toMatchObject({ instance: 'i-1', vpc: 'vpc-1', groups: ['sg-1'] })
    expect(names.get('i-1')).toBe('shop/one')
  })
})

it('a rule may name by id what the document does not have, and the source says so', async () => {
  const { world, notes } = await open(
    fileWith(`accounts: [{ vpcs: [{ name: shop, cidr: 10.0.0.0/8, groups: [{ name: web, ingress: [
      { protocol: tcp, ports: { listId: prl-1 }, from: { groupId: sg-far } }, { protocol: all, from: { prefixListId: pl-1 } }
    ] }] }] }]`),
  )
  expect(world.rules.get('shop/web')?.size).toBe(2)
  expect(notes).toHaveLength(3)
  expect(notes[0]).toMatch(/^sg-far, which rule shop\/web:.* names, is not known/)
})

describe('the state of a server is a world file', () => {
  it('and gives the same world', async () => {
    const server = await worldServer()
    await server.seed(parse(everything))
    const state = await server.state()
    const { world } = await open(fileWith(JSON.stringify(state), 'state.json'))
    expect(snapshotOf(world)).toEqual(snapshotOf((await openSource({ settings: server.settings })).world))
    expect(world.revision).toBe(state.revision)
  })

  it('whose mistakes are found by line', async () => {
    const state = {
      ...{ epoch: 'e', revision: 1, vpcs: [], rules: [], prefixLists: [], portLists: [], interfaces: [] },
      groups: [{ id: 'sg-1', vpc: 'vpc-1', type: 'basic', innerAccess: 'maybe' }],
    }
    expect(await refusal(JSON.stringify(state, null, 1))).toMatch(
      /world\.yaml:14: groups\[0\]\.innerAccess is "maybe": /,
    )
    const twice = { ...state, groups: [1, 2].map(() => ({ ...state.groups[0], innerAccess: 'drop' })) }
    expect(await refusal(JSON.stringify(twice))).toContain('groups[1].id is sg-1, which is taken')
  })
})

describe('a file that is wrong is refused with the line, the field, the value and what to do', () => {
  const vpc = (parts: string) =>
    `accounts:\n  - vpcs:\n      - name: shop\n        cidr: 10.0.0.0/8\n${parts}`
  const rule = (text: string) =>
    vpc(`        groups:\n          - name: web\n            ingress:\n              - ${text}`)
  const instance = (text: string) =>
    vpc(
      `        groups: [{ name: web }, { name: adv, type: enterprise }]\n        instances:\n          - ${text}`,
    )
  it.each<[string, string, string]>([
    ['no YAML', 'accounts: [', ':1: '],
    ['something else', 'hello: world', 'is no world file'],
    ['an empty file', '', 'is no world file'],
    [
      'an unknown key',
      rule('{ protocol: tcp, form: 10.0.0.0/8, from: 10.0.0.0/8 }'),
      ':8: accounts[0].vpcs[0].groups[0].ingress[0].form is no known key',
    ],
    ['a protocol', rule('{ protocol: tpc, from: 10.0.0.0/8 }'), 'protocol is "tpc": '],
    ['a priority', rule('{ protocol: tcp, priority: 101, from: 10.0.0.0/8 }'), 'priority is 101: '],
    [
      'a block',
      rule('{ protocol: tcp, from: 10.0.0.0/33 }'),
      ':8: accounts[0].vpcs[0].groups[0].ingress[0].from is "10.0.0.0/33", which is no address or CIDR block. The mask is at most 32',
    ],
    [
      'ports',
      rule('{ protocol: tcp, ports: 90-80, from: 10.0.0.0/8 }'),
      'ports is "90-80", which is no range of ports',
    ],
    ['a port', rule('{ protocol: tcp, ports: 65536, from: 10.0.0.0/8 }'), 'ports is 65536: '],
    ['ports of ICMP', rule('{ protocol: icmp, ports: 80, from: 10.0.0.0/8 }'), 'icmp has no ports'],
    [
      'families',
      rule("{ protocol: all, from: 10.0.0.0/8, local: '::/0' }"),
      'local is of another address family than from',
    ],
    ['a protocol of the other family', rule("{ protocol: icmp, from: '::/0' }"), 'IPv6 has icmpv6'],
    [
      'one block on both sides',
      rule('{ protocol: all, from: 10.0.0.5/8, local: 10.0.0.0/8 }'),
      'local is the same as from',
    ],
    [
      'an unknown group',
      rule('{ protocol: all, from: { group: db } }'),
      'from names no group of the document: shop/db',
    ],
    [
      'an unknown prefix list',
      rule('{ protocol: all, from: { prefixList: x1 } }'),
      'no prefix list of the document: x1',
    ],
    [
      'an unknown port list',
      rule('{ protocol: tcp, ports: { list: x1 }, from: 10.0.0.0/8 }'),
      'no port list of the document: x1',
    ],
    [
      'an unknown account',
      rule('{ protocol: all, from: { account: "7", group: web } }'),
      'no account of the document: 7',
    ],
    [
      'a rule id twice',
      rule(
        '{ id: r, protocol: all, from: 10.0.0.1 }\n              - { id: r, protocol: all, from: 10.0.0.2 }',
      ),
      ':9: accounts[0].vpcs[0].groups[0].ingress[1].id is r, which is taken',
    ],
    [
      'a name twice',
      vpc('        groups: [{ name: web }, { name: web }]'),
      'groups[1].name is shop/web, which is taken',
    ],
    [
      'an instance without an address',
      instance('{ name: one, groups: [web] }'),
      ':7: accounts[0].vpcs[0].instances[0] has no ip',
    ],
    [
      'no address',
      instance('{ name: one, groups: [web], ip: 10.0.0 }'),
      'ip is "10.0.0", which is no IPv4 address',
    ],
    [
      'an unknown group of an instance',
      instance('{ name: one, groups: [db], ip: 10.0.0.1 }'),
      'groups[0] is db, and the VPC has no such group',
    ],
    [
      'groups of both types',
      instance('{ name: one, groups: [web, adv], ip: 10.0.0.1 }'),
      ':7: accounts[0].vpcs[0].instances[0] joins basic and advanced',
    ],
    [
      'one address of two',
      instance(
        '{ name: one, groups: [web], ip: 10.0.0.1 }\n          - { name: two, groups: [web], ip: 10.0.0.1 }',
      ),
      ':8: accounts[0].vpcs[0].instances[1] has the address 10.0.0.1, as shop/one/eth0 has',
    ],
    [
      'an unknown instance',
      vpc(
        '        groups: [{ name: web }]\n        interfaces: [{ name: x1, groups: [web], ip: 10.0.0.1, instance: no }]',
      ),
      'instance is no, and the VPC has no such instance',
    ],
  ])('%s', async (_, text, message) => {
    expect(await refusal(text)).toContain(message)
  })

  it('all that is wrong at once, up to five', async () => {
    const rules = Array.from({ length: 7 }, (_, index) => `{ protocol: all, from: 300.0.0.${index} }`).join(
      ', ',
    )
    const message = await refusal(vpc(`        groups: [{ name: web, ingress: [${rules}] }]`))
    expect(message.split('\n')).toHaveLength(6)
    expect(message).toMatch(/and 2 more$/)
  })

  it('a name that two instances have, once', async () => {
    const text = instance(
      '{ name: one, groups: [web], ip: 10.0.0.1 }\n          - { name: one, groups: [web], ip: 10.0.0.2 }',
    )
    const message = await refusal(text)
    expect(message.match(/which is taken/g)).toHaveLength(1)
    expect(message).toContain('instances[1].name is shop/one, which is taken')
  })

  it('a file that is not there', async () => {
    await expect(open('/nowhere/world.yaml')).rejects.toThrow(/cannot read/)
  })

  it('--at of a file', async () => {
    await expect(openSource({ settings, file: example, at: '7' })).rejects.toThrow('--at is a place')
  })
})
