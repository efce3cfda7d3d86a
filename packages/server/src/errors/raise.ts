import { type ErrorTable, gatewayErrors, raiser, type WireError } from '@sallyport/protocol'
import { ecsErrors } from './ecs.js'
import { locationErrors } from './location.js'
import { nisErrors } from './nis.js'
import { resourceManagerErrors } from './resource-manager.js'
import { stsErrors } from './sts.js'
import { vpcErrors } from './vpc.js'

/** The tables of the products. No key is in two of them (a test says so): a row that several share is ECS's. */
export const productTables: readonly ErrorTable[] = [
  ...[ecsErrors, locationErrors, nisErrors, resourceManagerErrors, stsErrors, vpcErrors],
]

/** Every row that an operation can name. Of one key in two tables, a product's own wins over the gateway's. */
export const errorRows: ErrorTable = Object.assign({}, gatewayErrors, ...productTables) as ErrorTable

const raiseRow = raiser(errorRows)

/** The error of a key that an operation's inputs declare. */
export function raiseDeclared(key: string, ...args: readonly string[]): WireError {
  if (!Object.hasOwn(errorRows, key)) throw new Error(`no error table has the key ${key}`)
  return raiseRow(key, ...args)
}
