import type { Answer, Caller } from '@sallyport/protocol'
import type { AccountProperties } from '../model/account-properties.js'
import type { AnyOperation, ModelSettings } from '../model/context.js'
import { checkToken, once } from '../model/idempotency.js'
import { createMemory } from '../model/remembered.js'
import type { Author } from '../store/author.js'
import type { Store } from '../store/database.js'
import type { WriteSession } from '../store/session.js'

/** What operations look at beside their input. */
export interface Surroundings {
  readonly settings: ModelSettings
  readonly propertiesOf: (accountId: string) => AccountProperties
}

type Run<R> = (
  operation: AnyOperation,
  input: Readonly<Record<string, unknown>>,
  caller: Caller,
  parameters: ReadonlyMap<string, string>,
) => R

/** Makes what an operation does within a write, with ClientToken where it declares it. Throws for a bad token. */
export const createWork =
  ({ settings, propertiesOf }: Surroundings): Run<(session: WriteSession) => Promise<Answer>> =>
  (operation, input, caller, parameters) => {
    const account = propertiesOf(caller.accountId)
    const token = operation.idempotent ? parameters.get('ClientToken') : undefined
    if (token) checkToken(token)
    return (session) => {
      const work = () => operation.handle(input as never, caller, { session, settings, account })
      if (!token) return work()
      // Empty is the same as absent.
      const regionId = parameters.get('RegionId') || settings.region
      return once(session, { token, action: operation.name, regionId, caller, parameters }, work)
    }
  }

/** Runs an operation in a transaction of the kind its access calls for. */
export const createExecute = (store: Store, surroundings: Surroundings): Run<Promise<Answer>> => {
  const { settings, propertiesOf } = surroundings
  const workOf = createWork(surroundings)
  const remember = createMemory()
  return async (operation, input, caller, parameters) => {
    if (operation.access === 'write') {
      return store.write(authorOfCall(operation, caller), workOf(operation, input, caller, parameters))
    }
    const account = propertiesOf(caller.accountId)
    return store.read((session) => {
      // Asked for before anything is read.
      const context = { session, settings, account, remember: remember(store.version()) }
      return operation.handle(input as never, caller, context)
    })
  }
}

const authorOfCall = ({ name }: AnyOperation, { accountId, principal, requestId }: Caller): Author => ({
  ...{ accountId, principal: principal.arn, operation: name, requestId },
})
