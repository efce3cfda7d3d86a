import { gatewayErrors } from '@sallyport/protocol'
import { errorRows } from '../src/errors/raise.js'
import type { AnyOperation } from '../src/model/context.js'
import { tokenErrors } from '../src/model/idempotency.js'
import { operations } from '../src/operations/registry.js'

/** The keys that an operation says it can raise. */
export const declaredKeys = (operation: AnyOperation): readonly string[] => [
  ...operation.errors,
  ...(operation.idempotent ? tokenErrors : []),
]

interface Refusal {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** Whether an answer is what a row says: code, status and text. */
function isRow(key: string, { status, body }: Refusal): boolean {
  const row = errorRows[key]
  if (!row || row.status !== status || key.split('#', 1)[0] !== body.Code) return false
  const literals = row.message.split('%s').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literals.join('[^]*')}$`).test(String(body.Message))
}

/**
 * The row that a refusal is, among those that the operation declares and the gateway's. Throws for any other, and for
 * a failure of the server: no test expects one.
 */
export function refusalKey(action: string, version: string, refusal: Refusal): string {
  const operation = operations.find((one) => one.name === action && one.version === version)
  const candidates = [...(operation ? declaredKeys(operation) : []), ...Object.keys(gatewayErrors)]
  const key = candidates.find((candidate) => isRow(candidate, refusal))
  if (key === undefined || key === 'InternalError') {
    const { Code, Message } = refusal.body
    throw new Error(`${action} does not declare ${refusal.status} ${String(Code)}: ${String(Message)}`)
  }
  return key
}
