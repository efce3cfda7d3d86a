import { gatewayErrors, type ErrorTable } from '@sallyport/protocol'
import { ecsErrors } from './ecs.js'
import { vpcErrors } from './vpc.js'

const tables: readonly ErrorTable[] = [ecsErrors, vpcErrors, gatewayErrors]

/**
 * Status and text of an error code, `%s` left empty: the row that the operation declares where it has one, else the
 * first of that code in any table. Undefined for a code that no table has.
 */
export function describeError(
  code: string,
  declared: readonly string[],
): { readonly status: number; readonly message: string } | undefined {
  const keyed = tables
    .flatMap((table) => Object.entries(table))
    .filter(([key]) => key.split('#', 1)[0] === code)
  const [, row] = keyed.find(([key]) => declared.includes(key)) ?? keyed[0] ?? []
  return row && { status: row.status, message: row.message.replaceAll('%s', '').trim() }
}
