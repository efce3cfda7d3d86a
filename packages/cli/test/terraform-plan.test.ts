import { decide, type Flow, parseAddress, policyOf, snapshotOf, type World } from '@sallyport/engine'
import { UserError } from '@sallyport/server'
import { describe, expect, it } from 'vitest'
import { readPlan } from '../src/terraform/read-plan.js'
import { readAddress } from '../src/terraform/references.js'

type Values = Record<string, unknown>
interface Made {
  readonly address: string
  readonly values: Values
  readonly unknown?: Values
}

const resource = (address: string, values: Values, unknown?: Values): Made => ({
  ...{ address, values },
  ...(unknown && { unknown }),
})

const typeOf = (address: string): string => readAddress(address).resource.split('.')[0] ?? ''

const moduleOf = (resources: readonly Made[]) => ({
  root_module: {
    resources: resources
      .filter(({ address }) => !address.startsWith('module.'))
      .map(({ address, values }) => ({ address, mode: 'managed', type: typeOf(address), values })),
    child_modules: [
      {
        resources: resources
          .filter(({ address }) => address.startsWith('module.'))
          .map(({ address, values }) => ({ address, mode: 'managed', type: typeOf(address), values })),
      },
    ],
  },
})

/** What `terraform show -json` writes of a plan, as far as it matters. */
const planOf = (before: readonly Made[], after: readonly Made[], configuration: object = {}) => ({
  format_version: '1.2',
  terraform_version: '1.9.0',
  prior_state: { format_version: '1.0', values: moduleOf(before) },
  planned_values: moduleOf(after),
  resource_changes: after.map(({ address, unknown = {} }) => ({
    ...{ address, mode: 'managed', type: typeOf(address) },
    change: { actions: ['create'], before: null, after: {}, after_unknown: unknown },
  })),
  configuration: { root_module: configuration },
})

const config = (address: string, references: Record<string, string[]>) => ({
  address,
  expressions: Object.fromEntries(
    Object.entries(references).map(([name, list]) => [name, { references: list }]),
  ),
})

const rule = (values: Values): Values => ({
  ...{
    type: 'ingress',
    ip_protocol: 'tcp',
    policy: 'accept',
    port_range: '22/22',
    priority: 1,
    nic_type: 'intranet',
  },
  ...values,
})

const vpc = resource('alicloud_vpc.main', { id: 'vpc-1', cidr_block: '10.0.0.0/8', vpc_name: 'shop' })
const vswitch = resource('alicloud_vswitch.main', { id: 'vsw-1', vpc_id: 'vpc-1', cidr_block: '10.0.0.0/24' })
const web = resource('alicloud_security_group.web', {
  ...{ id: 'sg-1', vpc_id: 'vpc-1', security_group_name: 'web', security_group_type: 'normal' },
})
const server = resource('alicloud_instance.server', {
  ...{ id: 'i-1', vswitch_id: 'vsw-1', security_groups: ['sg-1'], private_ip: '10.0.0.5', status: 'Running' },
})
const ssh = resource(
  'alicloud_security_group_rule.ssh',
  rule({ security_group_id: 'sg-1', cidr_ip: '192.0.2.0/24' }),
)

const there = [vpc, vswitch, web, server, ssh]

/** Whether a TCP flow from an address reaches a port of an interface. */
function passes(world: World, id: string, from: string, port: number): string {
  const found = world.interfaces.get(id)
  const [remote, local] = [parseAddress(from), parseAddress(found?.addresses[0] ?? '')]
  if (!found || !remote || !local) throw new Error(`no flow to ${id}`)
  const flow: Flow = { protocol: 6, remote, local, remotePort: 40_000, localPort: port }
  const answer = decide(policyOf(world, found.groups, 'ingress'), flow)
  return 'missing' in answer ? answer.missing : answer.verdict
}

describe('a plan', () => {
  it('gives the world before and the world after, by the addresses of resources', () => {
    const wide = resource(
      'alicloud_security_group_rule.ssh',
      rule({ security_group_id: 'sg-1', cidr_ip: '0.0.0.0/0' }),
    )
    const { before, after, unknown } = readPlan('p', planOf(there, [vpc, vswitch, web, server, wide]))
    expect(unknown).toEqual([])
    expect(snapshotOf(before.world)).toMatchObject({
      vpcs: [{ id: 'alicloud_vpc.main', cidrs: ['10.0.0.0/8'] }],
      groups: [
        { id: 'alicloud_security_group.web', vpc: 'alicloud_vpc.main', type: 'basic', innerAccess: 'accept' },
      ],
      rules: [{ id: 'alicloud_security_group_rule.ssh', group: 'alicloud_security_group.web' }],
      interfaces: [
        {
          ...{ id: 'alicloud_instance.server/eth0', instance: 'alicloud_instance.server' },
          ...{ addresses: ['10.0.0.5'], groups: ['alicloud_security_group.web'], vpc: 'alicloud_vpc.main' },
        },
      ],
    })
    expect(before.names.get('alicloud_security_group.web')).toBe('web')
    const flow = (world: World) => passes(world, 'alicloud_instance.server/eth0', '198.51.100.1', 22)
    expect([flow(before.world), flow(after.world)]).toEqual(['drop', 'accept'])
  })

  it('of things that are yet to be made finds by the configuration what refers to what', () => {
    const { after, unknown } = readPlan(
      'p',
      planOf(
        [],
        [
          resource('alicloud_vpc.main', { cidr_block: '10.0.0.0/8' }, { id: true }),
          resource('alicloud_vswitch.main', { cidr_block: '10.0.0.0/24' }, { id: true, vpc_id: true }),
          resource(
            'alicloud_security_group.web',
            { inner_access_policy: 'Drop' },
            { id: true, vpc_id: true },
          ),
          resource(
            'alicloud_security_group.db',
            { security_group_type: 'enterprise' },
            { id: true, vpc_id: true },
          ),
          resource(
            'alicloud_ecs_prefix_list.office',
            { address_family: 'IPv4', entry: [{ cidr: '192.0.2.0/24' }] },
            { id: true },
          ),
          resource(
            'alicloud_instance.server',
            {},
            { id: true, vswitch_id: true, security_groups: true, private_ip: true },
          ),
          resource('alicloud_security_group_rule.a', rule({}), {
            security_group_id: true,
            prefix_list_id: true,
          }),
          resource('alicloud_security_group_rule.b', rule({}), {
            security_group_id: true,
            source_security_group_id: true,
          }),
        ],
        {
          resources: [
            config('alicloud_vswitch.main', { vpc_id: ['alicloud_vpc.main.id', 'alicloud_vpc.main'] }),
            config('alicloud_security_group.web', { vpc_id: ['alicloud_vpc.main.id', 'alicloud_vpc.main'] }),
            config('alicloud_security_group.db', { vpc_id: ['alicloud_vpc.main.id', 'alicloud_vpc.main'] }),
            config('alicloud_instance.server', {
              vswitch_id: ['alicloud_vswitch.main.id', 'alicloud_vswitch.main'],
              security_groups: ['alicloud_security_group.web.id', 'alicloud_security_group.web'],
            }),
            config('alicloud_security_group_rule.a', {
              security_group_id: ['alicloud_security_group.web.id', 'alicloud_security_group.web'],
              prefix_list_id: ['alicloud_ecs_prefix_list.office.id', 'alicloud_ecs_prefix_list.office'],
            }),
            config('alicloud_security_group_rule.b', {
              security_group_id: ['alicloud_security_group.db.id', 'alicloud_security_group.db'],
              source_security_group_id: ['alicloud_security_group.web.id', 'alicloud_security_group.web'],
            }),
          ],
        },
      ),
    )
    expect(unknown).toEqual([])
    expect(snapshotOf(after.world)).toMatchObject({
      groups: [
        { id: 'alicloud_security_group.web', vpc: 'alicloud_vpc.main', innerAccess: 'drop' },
        { id: 'alicloud_security_group.db', vpc: 'alicloud_vpc.main', type: 'advanced', innerAccess: 'drop' },
      ],
      rules: [
        {
          group: 'alicloud_security_group.web',
          peer: { kind: 'prefix-list', list: 'alicloud_ecs_prefix_list.office' },
        },
        {
          group: 'alicloud_security_group.db',
          peer: { kind: 'group', group: 'alicloud_security_group.web' },
        },
      ],
      interfaces: [{ groups: ['alicloud_security_group.web'], vpc: 'alicloud_vpc.main' }],
    })
    expect(passes(after.world, 'alicloud_instance.server/eth0', '192.0.2.9', 22)).toBe('accept')
    expect(after.notes).toEqual([expect.stringContaining('gets its address when the plan is applied')])
  })

  it('follows variables and outputs of modules, and the keys of count and for_each', () => {
    const group = (key: string) =>
      resource(`module.net["eu"].alicloud_security_group.web${key}`, {}, { id: true, vpc_id: true })
    const inside = (key: string) =>
      resource(`module.rules.alicloud_security_group_rule.ssh${key}`, rule({ cidr_ip: '192.0.2.1' }), {
        security_group_id: true,
      })
    const own = (key: string) =>
      resource(`module.net["eu"].alicloud_security_group_rule.own${key}`, rule({ cidr_ip: '192.0.2.1' }), {
        security_group_id: true,
      })
    const { after, unknown } = readPlan(
      'p',
      planOf([], [group('[0]'), group('[1]'), inside(''), own('[0]'), own('[1]')], {
        module_calls: {
          net: {
            module: {
              outputs: {
                first: {
                  expression: {
                    references: [
                      'alicloud_security_group.web[0].id',
                      'alicloud_security_group.web[0]',
                      'alicloud_security_group.web',
                    ],
                  },
                },
              },
              resources: [
                config('alicloud_security_group_rule.own', {
                  security_group_id: ['alicloud_security_group.web', 'count.index'],
                }),
              ],
            },
          },
          rules: {
            expressions: {
              group: { references: ['module.net["eu"].first', 'module.net["eu"]', 'module.net'] },
            },
            module: {
              resources: [config('alicloud_security_group_rule.ssh', { security_group_id: ['var.group'] })],
            },
          },
        },
      }),
    )
    expect(unknown).toEqual([])
    const web = (key: string) => `module.net["eu"].alicloud_security_group.web${key}`
    expect([...after.world.ruleGroup]).toEqual([
      ['module.rules.alicloud_security_group_rule.ssh', web('[0]')],
      ['module.net["eu"].alicloud_security_group_rule.own[0]', web('[0]')],
      ['module.net["eu"].alicloud_security_group_rule.own[1]', web('[1]')],
    ])
  })

  it('says what cannot be known, and does not guess', () => {
    const lost = resource('alicloud_security_group_rule.lost', rule({ cidr_ip: '192.0.2.1' }), {
      security_group_id: true,
    })
    const open = resource('alicloud_security_group_rule.open', rule({ security_group_id: 'sg-1' }), {
      cidr_ip: true,
    })
    const either = resource('alicloud_security_group_rule.either', rule({ cidr_ip: '192.0.2.1' }), {
      security_group_id: true,
    })
    const other = resource('alicloud_security_group.other', { vpc_id: 'vpc-1' }, { id: true })
    const { after, unknown } = readPlan(
      'p',
      planOf(there, [...there, lost, open, either, other], {
        resources: [
          config('alicloud_security_group_rule.lost', { security_group_id: ['local.group'] }),
          config('alicloud_security_group_rule.either', {
            security_group_id: [
              'var.which',
              'alicloud_security_group.web.id',
              'alicloud_security_group.other.id',
            ],
          }),
        ],
      }),
    )
    expect(unknown).toEqual([
      'alicloud_security_group_rule.lost is left out: which group it is of cannot be known yet',
      'alicloud_security_group_rule.open is left out: its cidr_ip cannot be known yet',
      'alicloud_security_group_rule.either is left out: which group it is of cannot be known yet',
    ])
    expect([...after.world.ruleGroup.keys()]).toEqual(['alicloud_security_group_rule.ssh'])
  })

  it('names groups that it does not manage', () => {
    const far = resource(
      'alicloud_security_group_rule.ssh',
      rule({ security_group_id: 'sg-1', source_security_group_id: 'sg-far' }),
    )
    const { after } = readPlan('p', planOf([], [vpc, web, far]))
    expect(after.notes).toEqual([
      expect.stringContaining('sg-far, which rule alicloud_security_group_rule.ssh names, is not known'),
    ])
  })

  it('has secondary interfaces, of whichever instance they are attached to', () => {
    const eni = resource('alicloud_ecs_network_interface.eni', {
      ...{ id: 'eni-1', vswitch_id: 'vsw-1', security_group_ids: ['sg-1'], primary_ip_address: '10.0.0.9' },
      ...{ private_ip_addresses: ['10.0.0.10'], ipv6_addresses: ['2001:DB8::9'], mac: '00:16:3E:00:00:01' },
    })
    const attachment = resource('alicloud_ecs_network_interface_attachment.at', {
      network_interface_id: 'eni-1',
      instance_id: 'i-1',
    })
    const { after } = readPlan('p', planOf([], [...there, eni, attachment]))
    expect(after.world.interfaces.get('alicloud_ecs_network_interface.eni')).toEqual({
      ...{
        id: 'alicloud_ecs_network_interface.eni',
        instance: 'alicloud_instance.server',
        vpc: 'alicloud_vpc.main',
      },
      ...{
        mac: '00:16:3e:00:00:01',
        addresses: ['10.0.0.9', '10.0.0.10', '2001:db8::9'],
        running: true,
        device: 1,
      },
      groups: ['alicloud_security_group.web'],
    })
  })

  it('that replaces a group keeps its rules and members together', () => {
    const replaced = resource('alicloud_security_group.web', { vpc_id: 'vpc-1' }, { id: true })
    const moved = resource('alicloud_security_group_rule.ssh', rule({ cidr_ip: '192.0.2.0/24' }), {
      security_group_id: true,
    })
    const joined = resource(
      'alicloud_instance.server',
      { ...server.values, security_groups: [null] },
      { security_groups: [true] },
    )
    const reference = ['alicloud_security_group.web.id', 'alicloud_security_group.web']
    const { before, after, unknown } = readPlan(
      'p',
      planOf(there, [vpc, vswitch, replaced, moved, joined], {
        resources: [
          config('alicloud_security_group_rule.ssh', { security_group_id: reference }),
          config('alicloud_instance.server', { security_groups: reference }),
        ],
      }),
    )
    expect(unknown).toEqual([])
    expect(snapshotOf(after.world)).toEqual(snapshotOf(before.world))
  })
})

describe('a state', () => {
  it('is a world as well', () => {
    const state = { format_version: '1.0', terraform_version: '1.9.0', values: moduleOf(there) }
    const { before, after } = readPlan('s', state)
    expect(snapshotOf(before.world)).toEqual(snapshotOf(after.world))
    expect(after.world.interfaces.size).toBe(1)
  })
})

describe('what is nothing that terraform wrote', () => {
  it.each([
    [{ format_version: '2.0', values: {} }, 'its format_version is 2.0'],
    [{ format_version: '1.0' }, 'neither planned_values nor values'],
    [
      { format_version: '1.0', planned_values: { root_module: { resources: [{ address: 7 }] } } },
      'planned_values',
    ],
    [{ format_version: 1 }, 'format_version'],
  ])('%j is refused', (content, message) => {
    expect(() => readPlan('p', content)).toThrow(UserError)
    expect(() => readPlan('p', content)).toThrow(message)
  })
})
