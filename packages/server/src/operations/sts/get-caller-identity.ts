import { stsRead } from '../../model/context.js'

export const getCallerIdentity = stsRead({
  name: 'GetCallerIdentity',
  summary: 'Says whose access key signed the request. No policy can forbid it.',
  inputs: {},
  errors: [],
  handle(_, { principal }) {
    const { type, accountId, id, arn } = principal
    return Promise.resolve({
      IdentityType: type,
      AccountId: accountId,
      PrincipalId: id,
      Arn: arn,
      // Only an account and a user have a UserId, and only a role has a RoleId (GetCallerIdentity reference page).
      ...(type === 'AssumedRoleUser' ? { RoleId: id.split(':', 1)[0] } : { UserId: id }),
    })
  },
})
