import type { Group, Interface, Rule, Snapshot, World } from '../src/index.js'
import { worldFrom } from '../src/index.js'

/** Facts of a small world, each with what does not matter filled in. */

export const group = (id: string, more: Partial<Group> = {}): Group => ({
  id,
  vpc: 'vpc-1',
  type: 'basic',
  innerAccess: 'drop',
  ...more,
})

export const rule = (id: string, more: Partial<Rule> = {}): Rule => ({
  id,
  group: 'sg-1',
  direction: 'ingress',
  policy: 'accept',
  priority: 1,
  protocol: 'tcp',
  peer: { kind: 'cidr', cidr: '10.0.0.0/8' },
  local: null,
  destinationPorts:
    more.protocol === undefined || /^(tcp|udp)$/.test(more.protocol) ? { first: 80, last: 80 } : null,
  sourcePorts: null,
  ...more,
})

export const iface = (id: string, address: string, groups: readonly string[]): Interface => ({
  id,
  instance: `i-of-${id}`,
  vpc: 'vpc-1',
  mac: '00:16:3e:00:00:01',
  addresses: address.split(' '),
  groups,
  running: true,
})

export const worldOf = (facts: Partial<Snapshot>): World =>
  worldFrom({
    epoch: '',
    revision: 1,
    vpcs: [{ id: 'vpc-1', cidrs: ['10.0.0.0/8'] }],
    groups: [],
    rules: [],
    interfaces: [],
    prefixLists: [],
    portLists: [],
    ...facts,
  })
