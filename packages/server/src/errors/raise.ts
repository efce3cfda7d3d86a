import { gatewayErrors, raiseGateway, type WireError } from '@sallyport/protocol'
import { ecsError, ecsErrors } from './ecs.js'
import { resourceManagerError, resourceManagerErrors } from './resource-manager.js'
import { vpcError, vpcErrors } from './vpc.js'

const has = <T extends object>(table: T, key: string): key is keyof T & string => Object.hasOwn(table, key)

/**
 * The error of a key that an operation's inputs declare. An operation's own table wins over the gateway's, ECS's over
 * VPC's: the same key means the same error wherever two tables have it.
 */
export function raiseDeclared(key: string, ...args: readonly string[]): WireError {
  if (has(ecsErrors, key)) return ecsError(key, ...args)
  if (has(resourceManagerErrors, key)) return resourceManagerError(key, ...args)
  if (has(vpcErrors, key)) return vpcError(key, ...args)
  if (has(gatewayErrors, key)) return raiseGateway(key, ...args)
  throw new Error(`no error table has the key ${key}`)
}
