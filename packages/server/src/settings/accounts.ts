import { z } from 'zod'
import { PolicyError, readPolicy } from '../model/policy.js'

const text = (pattern: RegExp) => z.string().regex(pattern)

/* One shape each for file, command line and admin route. */

export const accountId = text(/^\d{1,20}$/)
export const loginName = text(/^[\x21-\x7e]{1,128}$/)
/** Ids that begin with `STS.` are those of temporary keys. */
export const accessKeyId = text(/^(?!STS\.)[A-Za-z0-9._-]{3,128}$/)
export const accessKeySecret = text(/^[\x21-\x7e]{3,256}$/)
const name = text(/^[A-Za-z0-9._@-]{1,64}$/)

const policy = z.union([z.string(), z.record(z.string(), z.unknown())]).superRefine((value, context) => {
  try {
    readPolicy(value)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    context.addIssue({ code: 'custom', message: error.message })
  }
})

/** A key that may be asked for: what is absent is made. */
export const newKey = z.strictObject({
  id: accessKeyId.exactOptional(),
  secret: accessKeySecret.exactOptional(),
  active: z.boolean().exactOptional(),
  user: name.exactOptional(),
  policy: policy.exactOptional(),
})

/** A key as a file has it: nothing is made, so that the file tells all. */
const givenKey = z.strictObject({ ...newKey.shape, id: accessKeyId, secret: accessKeySecret })

export const newRole = z.strictObject({
  name,
  policy: policy.exactOptional(),
  trusts: z.array(accountId).exactOptional(),
})

/** An account of the list `accounts`. A service's id has to fit a JSON number, because ServiceID is one. */
export const newAccount = z
  .strictObject({
    id: accountId,
    name: loginName,
    service: z.boolean().exactOptional(),
    classic: z.boolean().exactOptional(),
    vpc: z.boolean().exactOptional(),
    keys: z.array(givenKey).exactOptional(),
    roles: z.array(newRole).exactOptional(),
  })
  .refine(({ id, service }) => !service || Number.isSafeInteger(Number(id)), {
    message: `the id of a service must be at most ${Number.MAX_SAFE_INTEGER}`,
    path: ['id'],
  })

/** What may be changed of accounts while a server runs or not; `account` is an id, and absent means the default one. */
export const accountChange = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('add'), account: newAccount }),
  z.strictObject({ action: z.literal('add-key'), account: accountId.exactOptional(), key: newKey }),
  z.strictObject({ action: z.literal('remove-key'), id: z.string() }),
  z.strictObject({ action: z.literal('disable-key'), id: z.string() }),
  z.strictObject({ action: z.literal('enable-key'), id: z.string() }),
  z.strictObject({ action: z.literal('add-role'), account: accountId.exactOptional(), role: newRole }),
  z.strictObject({ action: z.literal('remove-role'), account: accountId.exactOptional(), name: z.string() }),
])

export type AccountChange = z.infer<typeof accountChange>
