import { type ErrorTable, raiser } from '@sallyport/protocol'

/** What STS 2015-04-01 operations answer when they refuse: codes and texts of the AssumeRole page and its guide of errors. */
export const stsErrors = {
  MissingRoleArn: {
    status: 400,
    message: 'RoleArn is mandatory for this action.',
    when: 'RoleArn is absent',
  },
  MissingRoleSessionName: {
    status: 400,
    message: 'RoleSessionName is mandatory for this action.',
    when: 'RoleSessionName is absent',
  },
  'InvalidParameter.RoleArn': {
    status: 400,
    message: 'The parameter RoleArn is wrongly formed.',
    when: 'RoleArn is not acs:ram::<account>:role/<name>',
  },
  'InvalidParameter.RoleSessionName': {
    status: 400,
    message: 'The parameter RoleSessionName is wrongly formed.',
    when: 'RoleSessionName is not 2 to 64 letters, digits and . @ - _',
  },
  'InvalidParameter.DurationSeconds': {
    status: 400,
    message: 'The Min/Max value of DurationSeconds is 15min/1hr.',
    when: 'DurationSeconds is not 900 to 3600',
  },
  'InvalidParameter.PolicySize': {
    status: 400,
    message: 'The size of Policy must be smaller than 2048 bytes.',
    when: 'Policy is longer than 2048 characters',
  },
  'InvalidParameter.PolicyGrammar': {
    status: 400,
    message: 'The parameter Policy has not passed grammar check.',
    when: 'Policy is no policy, or holds something that this server does not understand',
  },
  'NoPermission#root': {
    status: 403,
    message: 'Roles may not be assumed by root accounts.',
    when: 'the access key is one of the account itself, not of a user or role',
  },
  'NoPermission#trust': {
    status: 403,
    message: 'You are not authorized to do this action. You should be authorized by RAM.',
    when: "the role does not trust the caller's account",
  },
  'EntityNotExist.Role': {
    status: 404,
    message: 'The specified Role not exists.',
    when: 'the account has no role of that name',
  },
} as const satisfies ErrorTable

export type StsErrorKey = keyof typeof stsErrors

/** Makes an STS error to throw: `throw stsError('EntityNotExist.Role')`. */
export const stsError = raiser(stsErrors)
