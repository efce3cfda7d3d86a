import { createRequire } from 'node:module'
import type * as Package from '@alicloud/credentials'
import { UserError } from '@sallyport/server'

/** What requests are signed with. Never printed. */
export interface Credentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Of temporary keys. */
  readonly securityToken: string | undefined
}

/** Gives the credentials that are valid now: temporary ones are renewed while an account is read. */
export type CredentialSource = () => Promise<Credentials>

/**
 * The standard chain of the SDKs: environment variables, OIDC role, profile of the CLI, credentials file, role of the
 * instance, credentials URI; the first that there is.
 */
export function standardChain(): CredentialSource {
  // The package is CommonJS with a default member, which not every loader of modules takes for the same thing.
  const { default: Chain } = createRequire(import.meta.url)('@alicloud/credentials') as typeof Package.default
  const chain = new Chain()
  return async () => {
    const found = await chain.getCredential().catch((error: unknown) => {
      throw refused(error)
    })
    return complete(found)
  }
}

function complete({ accessKeyId, accessKeySecret, securityToken }: Package.CredentialModel): Credentials {
  if (!accessKeyId || !accessKeySecret) throw refused(undefined)
  return { accessKeyId, accessKeySecret, securityToken: securityToken || undefined }
}

const refused = (cause: unknown): UserError =>
  new UserError(
    'no credentials of a live account are found',
    'Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or "aliyun configure" a profile.',
    { cause },
  )
