import type { Answer, Caller } from '@sallyport/protocol'
import type { AccountProperties } from '../model/account-properties.js'
import type { AnyOperation, ModelSettings } from '../model/context.js'
import { checkToken, once } from '../model/idempotency.js'
import { createMemory } from '../model/remembered.js'
import type { Author } from '../store/author.js'
import type { Store } from '../store/database.js'

/** Runs an operation in a transaction of the kind its access calls for, with ClientToken where it declares it. */
export const createExecute = (
  store: Store,
  settings: ModelSettings,
  propertiesOf: (accountId: string) => AccountProperties,
) => {
  const remember = createMemory()
  return async (
    operation: AnyOperation,
    input: Readonly<Record<string, unknown>>,
    caller: Caller,
    parameters: ReadonlyMap<string, string>,
  ): Promise<Answer> => {
    const account = propertiesOf(caller.accountId)
    if (operation.access === 'read') {
      return store.read((session) => {
        // Asked for before anything is read.
        const context = { session, settings, account, remember: remember(store.version()) }
        return operation.handle(input as never, caller, context)
      })
    }
    const token = operation.idempotent ? parameters.get('ClientToken') : undefined
    if (token) checkToken(token)
    return store.write(authorOfCall(operation, caller), (session) => {
      const work = () => operation.handle(input as never, caller, { session, settings, account })
      if (!token) return work()
      // Empty is the same as absent.
      const regionId = parameters.get('RegionId') || settings.region
      return once(session, { token, action: operation.name, regionId, caller, parameters }, work)
    })
  }
}

const authorOfCall = ({ name }: AnyOperation, { accountId, principal, requestId }: Caller): Author => ({
  ...{ accountId, principal: principal.arn, operation: name, requestId },
})
