import type { Change, World } from '@sallyport/engine'

function vpcOfGroup(world: World, group: string | undefined): string[] {
  const vpc = group === undefined ? undefined : world.groups.get(group)?.vpc
  return vpc === undefined ? [] : [vpc]
}

/** VPCs with a rule that names one of the groups. */
function vpcsNaming(world: World, groups: ReadonlySet<string>): string[] {
  if (groups.size === 0) return []
  const found: string[] = []
  for (const [holder, rules] of world.rules) {
    for (const { peer } of rules.values()) {
      if (peer.kind !== 'group' || !groups.has(peer.group)) continue
      found.push(...vpcOfGroup(world, holder))
      break
    }
  }
  return found
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
        ...vpcsNaming(world, groups),
        ...vpcsOfInstance(world, before?.instance, change.value?.instance),
      ]
    }
  }
}

/** Which interface gives an instance its eth0 may change with any of them. */
function vpcsOfInstance(world: World, ...instances: (string | null | undefined)[]): string[] {
  const named = instances.filter((instance) => typeof instance === 'string')
  return [...world.interfaces.values()]
    .filter(({ instance }) => instance !== null && named.includes(instance))
    .map(({ vpc }) => vpc)
}

/**
 * VPCs whose desired state the changes may alter. Ask before and after applying them: a removal names only the id,
 * and a new rule may name a group that comes with it.
 */
export const touchedBy = (world: World, changes: readonly Change[]): Set<string> =>
  new Set(changes.flatMap((change) => ofChange(world, change)))
