import type { AccessKey } from './authenticate.js'
import { raiseGateway } from './gateway-errors.js'
import type { Parameters } from './parameters.js'

/** An account as others name it. */
export interface Account {
  readonly accountId: string
  /** Login name. */
  readonly accountName: string
}

type Naming = { readonly id: string } | { readonly name: string }

/** Finds an account by its id or by its login name, which is compared without case. */
export type FindAccount = (by: Naming) => Account | undefined

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
  const byId = !id || id === key.accountId ? key : served(key, find, { id })
  if (!byId) throw raiseGateway('InvalidOwnerId', 'ResourceOwnerId')
  const byName = !name ? byId : isNamed(key, name) ? key : served(key, find, { name })
  if (!byName || (id && byName.accountId !== byId.accountId)) {
    throw raiseGateway('InvalidOwnerAccount', 'ResourceOwnerAccount')
  }
  return byName
}

/** Another account, if the key may act for it. */
const served = (key: AccessKey, find: FindAccount, by: Naming): Account | undefined =>
  key.principal.service ? find(by) : undefined

/** Clients put the login name there, and some the account's id. */
const isNamed = (key: AccessKey, name: string): boolean =>
  name === key.accountId || name.toLowerCase() === key.accountName.toLowerCase()
