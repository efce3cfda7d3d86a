import { familyOfProtocol, parseCidr } from '@sallyport/engine'
import { ecsError } from '../errors/ecs.js'
import { associationCounts } from '../store/lists.js'
import type { ListRow } from '../store/schema.js'
import type { Session } from '../store/session.js'
import type { Quotas, Scope } from './context.js'
import { type ListKind, requireList } from './lists.js'
import type { Permission } from './permission.js'

const isPrefixList = ({ fields }: Permission): boolean => fields.peer_kind === 'prefix-list'
const namesList = (permission: Permission): boolean =>
  permission.fields.port_list !== '' || isPrefixList(permission)

/**
 * Looks up the lists that rules name: they must exist, and those of blocks go with the family of the rule. What comes
 * back weighs what the lists make of it: a rule counts as MaxEntries of the list that it names, and one that names two
 * as every entry of the one with every entry of the other.
 */
export async function resolveLists(
  session: Session,
  scope: Scope,
  permissions: readonly Permission[],
  purpose: 'make' | 'revoke',
): Promise<readonly Permission[]> {
  if (!permissions.some(namesList)) return permissions
  const known = new Map<string, ListRow>()
  const find = async (kind: ListKind, id: string): Promise<ListRow> => {
    const list = known.get(`${kind} ${id}`) ?? (await requireList(session, scope, kind, id))
    known.set(`${kind} ${id}`, list)
    return list
  }
  const resolved: Permission[] = []
  for (const permission of permissions) {
    const { fields } = permission
    const prefixes = isPrefixList(permission) ? await find('prefix', fields.peer) : undefined
    const ports = fields.port_list === '' ? undefined : await find('port', fields.port_list)
    if (prefixes && purpose === 'make') checkFamily(prefixes, permission)
    const weight = (prefixes?.max_entries ?? 1) * (ports?.max_entries ?? 1)
    resolved.push(weight === 1 ? permission : { ...permission, fields: { ...fields, weight } })
  }
  return resolved
}

function checkFamily({ family }: ListRow, { fields }: Permission): void {
  const local = fields.local === '' ? undefined : parseCidr(fields.local)
  const other = typeof local === 'object' ? local.family : familyOfProtocol(fields.protocol)
  if (other !== null && other !== family) throw ecsError('InvalidParam.PrefixListAddressFamilyMismatch')
}

/** Checks, once the rules are there, that none of their prefix lists is named by more groups than the quota allows. */
export async function checkAssociations(
  session: Session,
  permissions: readonly Pick<Permission, 'fields'>[],
  quotas: Quotas,
): Promise<void> {
  const lists = permissions.filter(({ fields }) => fields.peer_kind === 'prefix-list')
  if (lists.length === 0) return
  const ids = [...new Set(lists.map(({ fields }) => fields.peer))]
  for (const count of (await associationCounts(session, 'prefix', ids)).values()) {
    if (count > quotas.associationsPerPrefixList) throw ecsError('LimitExceed.PrefixListAssociationResource')
  }
}
