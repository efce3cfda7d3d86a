import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Rule, type Snapshot, snapshotOf } from '@sallyport/engine'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { terraformText } from '../src/terraform/configuration.js'
import { comment, quoted } from '../src/terraform/hcl.js'
import { readPlan } from '../src/terraform/read-plan.js'
import { noDetails } from '../src/world/details.js'
import { openSource } from '../src/world/open-world.js'
import { anySnapshot } from './any-snapshot.js'
import { type HclReference, readHcl } from './hcl-text.js'
import { root } from './running-command.js'

/** The facts that the provider would make of a configuration: references are ids, which are addresses. */
function applied(text: string): Snapshot {
  const plain = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(plain)
      : typeof value === 'object' && value !== null && 'reference' in value
        ? (value as HclReference).reference.replace(/\.id$/, '')
        : value
  const resources = readHcl(text).map(({ type, label, arguments: own }) => {
    const address = `${type}.${label}`
    const values = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, plain(value)]))
    return { address, type, mode: 'managed', values: { ...values, id: address } }
  })
  return snapshotOf(
    readPlan('t', { format_version: '1.0', values: { root_module: { resources } } }).after.world,
  )
}

/** What of a rule the resource of the provider can say. */
const canSay = ({ sourcePorts, local, destinationPorts }: Rule): boolean =>
  sourcePorts === null && local === null && !(destinationPorts !== null && 'list' in destinationPorts)

/** Rules without ids, by how many of each there are. */
const meaning = (rules: readonly Rule[], say: (id: string) => string): string[] =>
  rules
    .map(({ direction, policy, priority, protocol, peer, destinationPorts, group }) =>
      JSON.stringify([
        ...[say(group), direction, policy, priority, protocol, destinationPorts],
        peer.kind === 'cidr' ? peer.cidr : say(peer.kind === 'group' ? peer.group : peer.list),
      ]),
    )
    .sort()

describe('a world written for Terraform', () => {
  it('is made by it again, but for what its resources cannot say, which is named', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const lists = snapshot.prefixLists.filter(({ cidrs }) => cidrs.length > 0)
        const { text, notes } = terraformText(snapshot)
        const made = applied(text)
        // Groups and lists are written in their order, so the addresses stand in for the ids one by one.
        const renamed = new Map([
          ...snapshot.groups.map(({ id }, index) => [made.groups[index]?.id ?? '', id] as const),
          ...lists.map(({ id }, index) => [made.prefixLists[index]?.id ?? '', id] as const),
        ])
        const say = (id: string): string => renamed.get(id) ?? id
        expect(
          made.groups.map(({ type, innerAccess }) => [type, type === 'basic' ? innerAccess : '']),
        ).toEqual(snapshot.groups.map(({ type, innerAccess }) => [type, type === 'basic' ? innerAccess : '']))
        expect(made.prefixLists.map(({ cidrs, family }) => [cidrs, family])).toEqual(
          lists.map(({ cidrs, family }) => [cidrs, family]),
        )
        expect(meaning(made.rules, say)).toEqual(meaning(snapshot.rules.filter(canSay), (id) => id))
        expect(notes.filter((note) => note.startsWith('rule '))).toHaveLength(
          snapshot.rules.filter((rule) => !canSay(rule)).length,
        )
      }),
      { numRuns: 150 },
    )
  })

  it('refers to what it makes', async () => {
    const { world } = await openSource({
      ...{
        settings: { data: '/nowhere', region: 'cn-hangzhou' },
        file: join(root, 'docs/examples/seed.yaml'),
      },
    })
    const { text, notes } = terraformText(snapshotOf(world))
    expect(text).toContain('source_security_group_id = alicloud_security_group.web.id')
    expect(text).toContain('prefix_list_id    = alicloud_ecs_prefix_list.offices.id')
    expect(text).toContain('vpc_id              = alicloud_vpc.shop.id')
    expect(notes).toContain('2 instances and their primary interfaces are left out')
    expect(text).toContain('# rule shop/web:ingress:1:accept:tcp:web-ports:0.0.0.0/0 of shop/web is left out')
    expect(readFileSync(join(root, 'docs/examples/seed.yaml'), 'utf8')).toContain('web-ports')
  })
})

describe('text of others', () => {
  it('is read back as it was, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/\p{Surrogate}/u.test(text))
        const [made] = readHcl(`resource "a" "b" {\n  x = ${quoted(text)}\n}\n`)
        expect(made?.arguments['x']).toBe(text)
      }),
    )
  })

  it.each(['${file("/etc/passwd")}', '%{ if true }', '$${x}', '"}\nresource "x" "y" {', '\\"', 'a\u2028b'])(
    '%j ends no string and begins no template',
    (text) => {
      const group = { id: text, vpc: 'vpc-1', type: 'basic', innerAccess: 'accept' } as const
      const vpc = { id: 'vpc-1', cidrs: ['10.0.0.0/8'] }
      const facts = { epoch: '', revision: 0, rules: [], interfaces: [], prefixLists: [], portLists: [] }
      const written = terraformText(
        { ...facts, vpcs: [vpc], groups: [group] },
        { ...noDetails, names: new Map([[text, text]]), tags: new Map([[text, { [text]: text }]]) },
      )
      const made = readHcl(written.text).find(({ type }) => type === 'alicloud_security_group')
      expect(made?.arguments).toMatchObject({ security_group_name: text, tags: { [text]: text } })
    },
  )

  it('ends no comment', () => {
    expect(comment('a\nresource "x" "y" {}\r\u2028b')).toBe('# a resource "x" "y" {} b\n')
  })
})
