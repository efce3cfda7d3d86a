import { changeAccounts } from '../model/account-changes.js'
import { listAccounts } from '../model/account-list.js'
import type { ModelSettings } from '../model/context.js'
import type { Directory } from '../model/directory.js'
import { accountChange } from '../settings/accounts.js'
import { UserError } from '../settings/user-error.js'
import type { Store } from '../store/database.js'
import { AdminError, sendJson } from './answer.js'
import { readJson } from './body.js'
import { checked } from './read-query.js'
import type { Routes } from './routes.js'

interface AccountSource {
  readonly store: Pick<Store, 'read' | 'write'>
  readonly directory: Pick<Directory, 'reload'>
  readonly settings: ModelSettings & { readonly accountId: string }
  readonly now: () => Date
}

/**
 * Routes that list accounts, without secrets, and change them. A change answers the key pairs that it made, and is in
 * force for every request that arrives after its answer.
 */
export const accountRoutes = ({ store, directory, settings, now }: AccountSource): Routes => ({
  '/v1/accounts': {
    GET: {
      async handle({ response }) {
        sendJson(response, 200, { accounts: await store.read(listAccounts) })
      },
    },
    POST: {
      async handle({ request, response }) {
        const change = checked(accountChange, await readJson(request), 'the change')
        const keys = await store
          .write(settings.accountId, (session) => changeAccounts(session, change, settings, now()))
          .catch((error: unknown) => {
            if (error instanceof UserError) throw new AdminError(400, error.message, error.hint)
            throw error
          })
        await directory.reload()
        sendJson(response, 200, { keys })
      },
    },
  },
})
