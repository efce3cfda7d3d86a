import type { AccessKey } from './authenticate.js'
import { raiseGateway } from './gateway-errors.js'
import type { Parameters } from './parameters.js'

/** An account as others name it. */
export interface Account {
  readonly accountId: string
  /** Login name. */
  readonly accountName: string
}

/** Finds an account by its id or by its login name, which is compared without case. */
export type FindAccount = (by: { readonly id: string } | { readonly name: string }) => Account | undefined

/**
 * Whose resources a request is about, from the four owner parameters that every operation takes. They may name the
 * caller's own account, which changes nothing; a cloud service's account may name others with ResourceOwnerId or
 * ResourceOwnerAccount, and then acts for them. Anything else is refused: acting on one's own resources when another
 * account's were meant would be worse.
 */
export const ownerOf = (parameters: Parameters, key: AccessKey, find: FindAccount): Account => {
  const ownerId = parameters.get('OwnerId')
  const ownerAccount = parameters.get('OwnerAccount')
  if (ownerId && ownerAccount) throw raiseGateway('InvalidOwner')
  if (ownerId && ownerId !== key.accountId) throw raiseGateway('InvalidOwnerId', 'OwnerId')
  if (ownerAccount && !isNamed(key, ownerAccount)) throw raiseGateway('InvalidOwnerAccount', 'OwnerAccount')
  const id = parameters.get('ResourceOwnerId')
  const name = parameters.get('ResourceOwnerAccount')
  const byId = id ? reachable(key, find({ id }), id === key.accountId) : key
  if (!byId) throw raiseGateway('InvalidOwnerId', 'ResourceOwnerId')
  const byName = name ? reachable(key, find({ name }), isNamed(key, name)) : byId
  if (!byName || (id && byName.accountId !== byId.accountId)) {
    throw raiseGateway('InvalidOwnerAccount', 'ResourceOwnerAccount')
  }
  return byName
}

/** The account meant, if the key may act for it. */
const reachable = (key: AccessKey, found: Account | undefined, own: boolean): Account | undefined =>
  own ? key : key.principal.service ? found : undefined

/** Clients put the login name there, and some the account's id. */
const isNamed = (key: AccessKey, name: string): boolean =>
  name === key.accountId || name.toLowerCase() === key.accountName.toLowerCase()
