import type { Direction } from '@sallyport/engine'
import type { Caller } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { type Permission, parsePermission, type PermissionRequest } from '../../model/permission.js'
import { everyAccount } from '../../store/accounts.js'
import { findGroup, findRuleHolder, type RuleHolder } from '../../store/groups.js'
import type { GroupRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import type { Scope } from '../../model/context.js'
import {
  egressFields,
  ingressFields,
  type NumberedPermission,
  type PlacedPermission,
  type RawPermission,
} from './permission-inputs.js'

/** The names of a rule's parameters in the flat style. */
export const flatNames = {
  egress: Object.keys(egressFields),
  ingress: Object.keys(ingressFields),
} as const satisfies Record<Direction, readonly string[]>

/**
 * The rules of a request in either style. The flat one is discontinued but alive: command-line users depend on it.
 * A mixture is refused.
 */
export function placedPermissions(
  direction: Direction,
  input: RawPermission & { readonly Permissions: readonly NumberedPermission[] },
): PlacedPermission[] {
  const flat = flatNames[direction].some((name) => input[name as keyof RawPermission] !== undefined)
  if (input.Permissions.length === 0) return [{ raw: input, place: '' }]
  if (flat) throw ecsError('InvalidParam.Permissions')
  return input.Permissions.map((raw) => ({ raw, place: `Permissions.${raw.N}` }))
}

/** The group of a request, or 404 InvalidSecurityGroupId.NotFound. */
export async function requireGroup(session: Session, scope: Scope, id: string): Promise<GroupRow> {
  const group = await findGroup(session, scope, id)
  if (!group) throw ecsError('InvalidSecurityGroupId.NotFound')
  return group
}

/** A group that a service manages is only looked at by its owner. Throws 403 InvalidOperation.ResourceManagedByCloudProduct. */
export function refuseManaged(group: Pick<GroupRow, 'service_id'>, { principal }: Caller): void {
  if (group.service_id !== '' && group.service_id !== principal.accountId) {
    throw ecsError('InvalidOperation.ResourceManagedByCloudProduct')
  }
}

/** The group that is to hold the rules of a request, or 404 InvalidSecurityGroupId.NotFound. */
export async function requireHolder(session: Session, scope: Scope, id: string): Promise<RuleHolder> {
  const group = await findRuleHolder(session, scope, id)
  if (!group) throw ecsError('InvalidSecurityGroupId.NotFound')
  return group
}

/** Whether a text has the form of a rule's id. */
export const isRuleId = (text: string): boolean => /^sgr-[a-z0-9]+$/.test(text)

/** Checks the values of every rule. */
export async function parsePermissions(
  session: Session,
  placed: readonly PlacedPermission[],
  request: Omit<PermissionRequest, 'owners'>,
): Promise<Permission[]> {
  const owners = placed.some(({ raw }) => namesOwner(raw))
    ? await accountsByName(session)
    : new Map<string, string>()
  return placed.map((permission) => parsePermission(permission, { ...request, owners }))
}

const namesOwner = (raw: RawPermission): boolean =>
  raw.DestGroupOwnerId !== undefined ||
  raw.DestGroupOwnerAccount !== undefined ||
  raw.SourceGroupOwnerId !== undefined ||
  raw.SourceGroupOwnerAccount !== undefined

/** Clients put the login name into the owner's account, and some its id; both parameters take both. */
async function accountsByName(session: Session): Promise<ReadonlyMap<string, string>> {
  const accounts = await everyAccount(session)
  return new Map([
    ...accounts.map(({ id, name }) => [name.toLowerCase(), id] as const),
    ...accounts.map(({ id }) => [id, id] as const),
  ])
}

/** Two identical rules in one request are an error, unlike a rule that the group has already. */
export function refuseDuplicates(permissions: readonly Permission[]): void {
  const identities = new Set(permissions.map(({ fields }) => fields.identity))
  if (identities.size < permissions.length) throw ecsError('InvalidParam.DuplicatePermissions')
}
