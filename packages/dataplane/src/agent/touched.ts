import type { Change, Rule, World } from '@sallyport/engine'

function vpcOfGroup(world: World, group: string | undefined): string[] {
  const vpc = group === undefined ? undefined : world.groups.get(group)?.vpc
  return vpc === undefined ? [] : [vpc]
}

/** VPCs with a rule that names what is asked about. */
function vpcsNaming(world: World, names: (rule: Rule) => boolean): string[] {
  const found: string[] = []
  for (const [holder, rules] of world.rules) {
    for (const rule of rules.values()) {
      if (!names(rule)) continue
      found.push(...vpcOfGroup(world, holder))
      break
    }
  }
  return found
}

function vpcsNamingGroups(world: World, groups: ReadonlySet<string>): string[] {
  return groups.size === 0
    ? []
    : vpcsNaming(world, ({ peer }) => peer.kind === 'group' && groups.has(peer.group))
}

function ofChange(world: World, change: Change): string[] {
  switch (change.kind) {
    case 'vpc':
      return [change.id]
    case 'group':
      return [...vpcOfGroup(world, change.id), ...(change.value ? [change.value.vpc] : [])]
    case 'rule':
      return [...vpcOfGroup(world, world.ruleGroup.get(change.id)), ...vpcOfGroup(world, change.value?.group)]
    case 'interface': {
      const before = world.interfaces.get(change.id)
      const groups = new Set([...(before?.groups ?? []), ...(change.value?.groups ?? [])])
      const vpcs = [before?.vpc, change.value?.vpc].filter((vpc) => vpc !== undefined)
      return [
        ...vpcs,
        ...vpcsNamingGroups(world, groups),
        ...vpcsOfInstance(world, before?.instance, change.value?.instance),
      ]
    }
    case 'prefix-list':
      return vpcsNaming(world, ({ peer }) => peer.kind === 'prefix-list' && peer.list === change.id)
    case 'port-list':
      return vpcsNaming(
        world,
        ({ destinationPorts: ports }) => ports !== null && 'list' in ports && ports.list === change.id,
      )
  }
}

/** Where an instance is, and the places of its interfaces there, may change with any of them. */
function vpcsOfInstance(world: World, ...instances: (string | null | undefined)[]): string[] {
  const named = instances.filter((instance) => typeof instance === 'string')
  return [...world.interfaces.values()]
    .filter(({ instance }) => instance !== null && named.includes(instance))
    .map(({ vpc }) => vpc)
}

/**
 * VPCs whose desired state the changes may alter; the classic network is none, and is not enforced. Ask before and
 * after applying them: a removal names only the id, and a new rule may name a group that comes with it.
 */
export const touchedBy = (world: World, changes: readonly Change[]): Set<string> =>
  new Set(changes.flatMap((change) => ofChange(world, change)).filter((vpc) => vpc !== ''))
