import { randomBytes } from 'node:crypto'
import type { Caller } from '@sallyport/protocol'
import { stsError } from '../../errors/sts.js'
import { secondsText, stsRead } from '../../model/context.js'
import { roleIdOf, sealingKeyOf } from '../../model/directory.js'
import { randomText } from '../../model/ids.js'
import { PolicyError, readPolicy } from '../../model/policy.js'
import { sealToken } from '../../model/security-token.js'
import { findRole } from '../../store/accounts.js'
import type { RoleRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'

const DEFAULT_SECONDS = 3600

/** Changes nothing that is stored: what a temporary key may do is in its token. */
export const assumeRole = stsRead({
  name: 'AssumeRole',
  summary: 'Makes a temporary access key that may do what a role may.',
  inputs: {
    RoleArn: {
      kind: 'string',
      required: 'MissingRoleArn',
      doc: 'acs:ram::<account>:role/<name>; roles are made with the setting `accounts` or `sallyport account`.',
    },
    RoleSessionName: {
      kind: 'string',
      required: 'MissingRoleSessionName',
      minLength: 2,
      maxLength: 64,
      pattern: /^[\w.@-]*$/,
      invalid: 'InvalidParameter.RoleSessionName',
      doc: '2 to 64 letters, digits and . @ - _',
    },
    DurationSeconds: {
      kind: 'integer',
      min: 900,
      max: 3600,
      invalid: 'InvalidParameter.DurationSeconds',
      doc: 'How long the key is valid, 900 to 3600 seconds. Default 3600.',
    },
    Policy: {
      kind: 'string',
      maxLength: 2048,
      invalid: 'InvalidParameter.PolicySize',
      doc: 'What the key may do of what the role may. Default: all of it.',
    },
    ExternalId: {
      kind: 'string',
      doc: 'Roles here trust accounts without further conditions, so none is ever asked for.',
    },
    SourceIdentity: { kind: 'string', doc: 'Comes back in the answer.' },
  },
  errors: [
    'MissingRoleArn',
    'MissingRoleSessionName',
    'InvalidParameter.RoleArn',
    'InvalidParameter.RoleSessionName',
    'InvalidParameter.DurationSeconds',
    'InvalidParameter.PolicySize',
    'InvalidParameter.PolicyGrammar',
    'NoPermission#root',
    'NoPermission#trust',
    'EntityNotExist.Role',
  ],
  async handle(input, caller, { session }) {
    const arn = /^acs:ram::(\d{1,20}):role\/([\w.@-]{1,64})$/.exec(input.RoleArn)
    if (!arn) throw stsError('InvalidParameter.RoleArn')
    const policy = checkedPolicy(input.Policy)
    const role = await requireRole(session, caller, { accountId: arn[1] ?? '', name: arn[2] ?? '' })
    const expiresAt = caller.now.getTime() + (input.DurationSeconds ?? DEFAULT_SECONDS) * 1000
    const content = {
      accessKeyId: `STS.N${randomText(24)}`,
      accessKeySecret: randomBytes(33).toString('base64url'),
      ...{ accountId: role.account_id, role: role.name, session: input.RoleSessionName, policy, expiresAt },
    }
    return {
      Credentials: {
        AccessKeyId: content.accessKeyId,
        AccessKeySecret: content.accessKeySecret,
        SecurityToken: sealToken(await sealingKeyOf(session), content),
        Expiration: secondsText(new Date(expiresAt)),
      },
      AssumedRoleUser: {
        Arn: `acs:ram::${role.account_id}:role/${role.name}/${content.session}`,
        AssumedRoleId: `${roleIdOf(role.account_id, role.name)}:${content.session}`,
      },
      ...(input.SourceIdentity === undefined ? {} : { SourceIdentity: input.SourceIdentity }),
    }
  },
})

/** The policy as it is kept, empty for none. */
function checkedPolicy(text: string | undefined): string {
  if (text === undefined) return ''
  try {
    // A built-in name is no policy on the wire.
    if (!text.trimStart().startsWith('{')) throw new PolicyError('it is not an object')
    readPolicy(text)
    return text
  } catch (error) {
    if (error instanceof PolicyError) throw stsError('InvalidParameter.PolicyGrammar')
    throw error
  }
}

async function requireRole(
  session: Session,
  { principal }: Caller,
  wanted: { readonly accountId: string; readonly name: string },
): Promise<RoleRow> {
  if (principal.type === 'Account') throw stsError('NoPermission#root')
  const role = await findRole(session, wanted.accountId, wanted.name)
  if (!role) throw stsError('EntityNotExist.Role')
  if (!(JSON.parse(role.trusts) as string[]).includes(principal.accountId))
    throw stsError('NoPermission#trust')
  return role
}
