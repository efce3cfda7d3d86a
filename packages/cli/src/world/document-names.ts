import type { Seed, SeedAccount, SeedPath, SeedVpc } from '@sallyport/server'
import type { Problem } from './problems.js'

export type Kind = 'vpc' | 'group' | 'instance' | 'interface' | 'prefix-list' | 'port-list'

/** Where a name is looked up: the account part of the document, and the VPC for what lies in one. */
export interface Place {
  /** What stands before the names of an account that the document names, with the `/`. */
  readonly prefix: string
  readonly vpc: string
}

/** The ids that the parts of a document go by. */
export interface DocumentNames {
  /** The id of something that the document names; undefined when there is none of that name. */
  find(kind: Kind, qualified: string): string | undefined
  /** Every id with its name, that of a VPC before those of its parts: `shop/web`. */
  readonly names: ReadonlyMap<string, string>
}

/** The name that stands before those of a VPC's parts. */
export const vpcName = (vpc: SeedVpc): string => ('name' in vpc ? vpc.name : 'default')

/** What stands before all names of an account that the document names: names of two accounts may be the same. */
export const prefixOf = ({ account }: Pick<SeedAccount, 'account'>): string =>
  account === undefined ? '' : `${account}/`

/** The primary network interface of an instance, where the document does not say. */
export const primaryOf = (instance: string): string => `${instance}/eth0`

/**
 * Gives everything in a document an id: the one that is written, else its name. So an id does not change with what
 * is written before or after.
 */
export function nameDocument(document: Seed, problems: Problem[]): DocumentNames {
  const ids = new Map<string, string>()
  const names = new Map<string, string>()
  const taken = new Set<string>()
  const add: Add = (kind, qualified, id, path) => {
    const key = `${kind} ${qualified}`
    if (ids.has(key)) {
      const hint = 'Rename one; of two regions, name the account in each or use two files'
      problems.push({ path: [...path, 'name'], reason: `is ${qualified}, which is taken`, hint })
      return false
    }
    const chosen = id ?? qualified
    if (taken.has(`${kind} ${chosen}`)) {
      problems.push({ path: [...path, 'id'], reason: `is ${chosen}, which is taken`, hint: 'Ids are unique' })
      return false
    }
    taken.add(`${kind} ${chosen}`)
    ids.set(key, chosen)
    names.set(chosen, qualified)
    return true
  }
  for (const [index, part] of document.accounts.entries()) nameAccount(part, ['accounts', index], add)
  return { find: (kind, qualified) => ids.get(`${kind} ${qualified}`), names }
}

/** Whether name and id were free. */
type Add = (kind: Kind, qualified: string, id: string | undefined, path: SeedPath) => boolean

function nameAccount(part: SeedAccount, path: SeedPath, add: Add): void {
  const prefix = prefixOf(part)
  for (const [index, { name, id }] of part.prefixLists.entries()) {
    add('prefix-list', prefix + name, id, [...path, 'prefixLists', index])
  }
  for (const [index, { name, id }] of part.portLists.entries()) {
    add('port-list', prefix + name, id, [...path, 'portLists', index])
  }
  for (const [index, vpc] of part.vpcs.entries()) {
    const at = [...path, 'vpcs', index]
    const name = prefix + vpcName(vpc)
    add('vpc', name, vpc.id, at)
    for (const [place, group] of vpc.groups.entries()) {
      add('group', `${name}/${group.name}`, group.id, [...at, 'groups', place])
    }
    for (const [place, instance] of vpc.instances.entries()) {
      const qualified = `${name}/${instance.name}`
      const way = [...at, 'instances', place]
      // Of an instance whose name is taken, the name of its interface is too: said once.
      if (add('instance', qualified, instance.id, way))
        add('interface', primaryOf(qualified), instance.interface, way)
    }
    for (const [place, one] of vpc.interfaces.entries()) {
      add('interface', `${name}/${one.name}`, one.id, [...at, 'interfaces', place])
    }
  }
}
