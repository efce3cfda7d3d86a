import { raiseGateway } from './gateway-errors.js'
import { compileInputs, type Parse } from './parse-inputs.js'
import type { Inputs } from './inputs.js'
import type { Operation } from './operation.js'

/** Any operation, whatever its context; the registry looks only at its declaration. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyOperation = Operation<any>

export interface Registered {
  readonly operation: AnyOperation
  readonly parse: Parse<Inputs>
}

/** Finds an operation by its version and action, or throws the gateway's error. */
export type FindOperation = (version: string | undefined, action: string | undefined) => Registered

const ACTION = /^[A-Za-z][A-Za-z0-9]*$/

/** Operations of a product that exist elsewhere: an endpoint that does not serve one says so by its name. */
export interface KnownOperations {
  readonly product: string
  readonly version: string
  readonly names: readonly string[]
}

/**
 * Compiles the operations of an endpoint. Throws on two of one name and version. An operation that is only known is
 * found like any other and refuses once the signature holds.
 */
export const createRegistry = (
  operations: readonly AnyOperation[],
  known: readonly KnownOperations[] = [],
): FindOperation => {
  const versions = new Map<string, Map<string, Registered>>()
  for (const operation of operations) {
    const { name, version } = operation
    if (!ACTION.test(name))
      throw new Error(`operation name ${JSON.stringify(name)} is not letters and digits`)
    const actions = versions.get(version) ?? new Map<string, Registered>()
    if (actions.has(name)) throw new Error(`operation ${name} of version ${version} is registered twice`)
    actions.set(name, { operation, parse: compileInputs(operation.inputs) })
    versions.set(version, actions)
  }
  for (const { product, version, names } of known) {
    const actions = versions.get(version) ?? new Map<string, Registered>()
    for (const name of names) if (!actions.has(name)) actions.set(name, unserved({ product, version, name }))
    versions.set(version, actions)
  }
  return (version, action) => {
    if (!action) throw raiseGateway('MissingAction')
    if (!version) throw raiseGateway('MissingVersion')
    const actions = versions.get(version)
    if (actions === undefined) throw raiseGateway('InvalidVersion')
    const found = actions.get(action)
    if (found === undefined) throw raiseGateway('InvalidAction.NotFound')
    return found
  }
}

function unserved({
  product,
  version,
  name,
}: Pick<AnyOperation, 'product' | 'version' | 'name'>): Registered {
  const refusal = () => raiseGateway('UnsupportedOperation', name, product, version)
  const operation: AnyOperation = {
    ...{ name, product, version, access: 'read', idempotent: false, inputs: {}, errors: [] },
    summary: 'Not served here.',
    handle: () => Promise.reject(refusal()),
  }
  return {
    operation,
    parse: () => {
      throw refusal()
    },
  }
}
