import type { Case, Cases } from './case.js'
import { accountId, role } from './world.js'

const assume =
  (change: object): Case =>
  (call) =>
    call({ RoleArn: role.arn, RoleSessionName: 'alice', ...change })

export const assumeRoleCases: Cases = {
  MissingRoleArn: assume({ RoleArn: undefined }),
  MissingRoleSessionName: assume({ RoleSessionName: undefined }),
  'InvalidParameter.RoleArn': assume({ RoleArn: 'worker' }),
  'InvalidParameter.RoleSessionName': assume({ RoleSessionName: 'a b' }),
  'InvalidParameter.DurationSeconds': assume({ DurationSeconds: 899 }),
  'InvalidParameter.PolicySize': assume({ Policy: `{${' '.repeat(2048)}}` }),
  'InvalidParameter.PolicyGrammar': assume({ Policy: '{"Version":"2"}' }),
  'NoPermission#root': (call, { roomy }) => call({ RoleArn: role.arn, RoleSessionName: 'alice' }, roomy),
  'NoPermission#trust': assume({ RoleArn: role.foreign }),
  'EntityNotExist.Role': assume({ RoleArn: `acs:ram::${accountId}:role/nobody` }),
}
