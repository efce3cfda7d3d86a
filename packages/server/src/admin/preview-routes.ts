import { randomUUID } from 'node:crypto'
import {
  type AccessKey,
  type AnyOperation,
  type Caller,
  createRegistry,
  MAX_PARAMETERS,
  ownerOf,
  WireError,
} from '@sallyport/protocol'
import { z } from 'zod'
import { raiseDeclared } from '../errors/raise.js'
import type { Directory } from '../model/directory.js'
import { flattenParameters } from '../operations/flatten-parameters.js'
import { operations } from '../operations/registry.js'
import type { Previews } from '../preview/previews.js'
import { AdminError, sendJson } from './answer.js'
import { readJson } from './body.js'
import { checked } from './read-query.js'
import type { Routes } from './routes.js'

interface PreviewRouteSource {
  readonly previews: Previews
  readonly directory: Pick<Directory, 'findAccount' | 'lookupKey' | 'propertiesOf'>
  readonly settings: { readonly accountId: string }
  readonly now: () => Date
}

/** The deepest parameters, `Filter.1.Value.2`, need three; what is much deeper would use up the stack. */
const deepest = 16

const isShallow = (value: unknown, left = deepest): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (left > 0 && Object.values(value).every((member) => isShallow(member, left - 1)))

const body = z.strictObject({
  product: z.string().min(1).default('Ecs'),
  action: z.string().min(1),
  parameters: z
    .record(z.string(), z.unknown())
    .refine((given) => isShallow(given), `nested more than ${deepest} deep`)
    .default({}),
  account: z.string().min(1).optional(),
  accessKey: z.string().min(1).optional(),
})

/** Routes that preview a call given as JSON, and tell what a preview found. */
export const previewRoutes = (source: PreviewRouteSource): Routes => ({
  '/v1/preview': {
    POST: {
      async handle({ request, response }) {
        const call = checked(body, await readJson(request), 'the call')
        sendJson(response, 200, found(source.previews, (await preview(call, source)).id))
      },
    },
  },
  '/v1/preview/*': {
    GET: { handle: ({ response, name }) => sendJson(response, 200, found(source.previews, name)) },
  },
})

function found({ find }: Previews, id: string): unknown {
  const text = find(id)
  if (text !== undefined) return JSON.parse(text)
  throw new AdminError(404, `there is no preview ${id}`, 'The latest are kept, until the server stops.')
}

const findOperation = createRegistry(operations)

/** Previews a call as the endpoint would, but for the signature: who may ask here has the token. */
function preview(
  { product, action, parameters: given, account, accessKey }: z.output<typeof body>,
  source: PreviewRouteSource,
) {
  const { version } = operationOf(product, action)
  const { operation, parse } = findOperation(version, action)
  if (!operation.preview) {
    throw new AdminError(
      400,
      `${action} cannot be previewed`,
      'See docs/preview-and-history.md for what can.',
    )
  }
  const parameters = flattenParameters(given)
  if (parameters.size > MAX_PARAMETERS) {
    throw new AdminError(
      400,
      `the call has ${parameters.size} parameters, more than ${MAX_PARAMETERS}`,
      'The endpoint takes no more either.',
    )
  }
  const key = keyOf(account, accessKey, source)
  return refusing(() => {
    const owner = ownerOf(parameters, key, source.directory.findAccount)
    if (key.permits?.(operation, { accountId: owner.accountId, parameters }) === false) {
      throw new AdminError(
        403,
        `access key ${accessKey} may not call ${action}`,
        'Its policy does not allow it.',
      )
    }
    const caller: Caller = {
      ...{ accountId: owner.accountId, accountName: owner.accountName, principal: key.principal },
      ...{ accessKeyId: accessKey ?? '', requestId: randomUUID().toUpperCase(), now: source.now(), host: '' },
    }
    return source.previews.preview({
      operation,
      parse: () => parse(parameters, raiseDeclared),
      caller,
      parameters,
    })
  })
}

function operationOf(product: string, action: string): AnyOperation {
  const same = operations.find(
    (one) => one.name === action && one.product.toLowerCase() === product.toLowerCase(),
  )
  if (same) return same
  throw new AdminError(
    404,
    `${product} has no operation ${action} here`,
    'Names are as in the API, for example AuthorizeSecurityGroup.',
  )
}

/** What the owner parameters and the key's state are refused with becomes what the admin listener answers. */
function refusing<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof WireError)
      throw new AdminError(error.status, `${error.code}: ${error.message}`, 'See docs/admin.md.')
    throw error
  }
}

function keyOf(
  account: string | undefined,
  accessKey: string | undefined,
  source: PreviewRouteSource,
): AccessKey {
  const { directory, settings } = source
  if (accessKey === undefined) return accountKey(account ?? settings.accountId, directory)
  if (account !== undefined) {
    throw new AdminError(400, 'an account and an access key are given', 'Give one of them.')
  }
  const key = refusing(() => directory.lookupKey(accessKey, ''))
  if (!key?.active)
    throw new AdminError(404, `there is no active access key ${accessKey}`, 'Give one that signs.')
  return key
}

/** Stands for the account itself, which may do everything. */
function accountKey(id: string, { findAccount, propertiesOf }: PreviewRouteSource['directory']): AccessKey {
  const account = findAccount({ id })
  if (!account)
    throw new AdminError(404, `there is no account ${id}`, 'Give the id of an account of this server.')
  const service = propertiesOf(id).service === true
  return {
    ...{ secret: '', active: true, ...account },
    principal: { type: 'Account', accountId: id, id, arn: `acs:ram::${id}:root`, service },
  }
}
