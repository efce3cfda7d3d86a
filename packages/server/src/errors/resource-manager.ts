import { type ErrorTable, raiser } from '@sallyport/protocol'

/**
 * What ResourceManager 2020-03-31 operations answer when they refuse, beyond the rows on tags that they share with
 * ECS. Rows come from the CreateResourceGroup page. Of `EntityNotExists.ResourceGroup` real clients know the code and
 * the status; the texts of the last three rows, and the status of the last, are inferred.
 */
export const resourceManagerErrors = {
  'InvalidParameter.Name.InvalidChars': {
    status: 400,
    message: 'The Name is invalid.',
    when: 'Name does not begin with a letter, is one character, or holds others than letters, digits and hyphens',
  },
  'InvalidParameter.Name.Length': {
    status: 400,
    message: 'The maximum length of Name is exceeded.',
    when: 'Name is longer than 50 characters',
  },
  'MissingParameter.DisplayName': {
    status: 400,
    message: 'You must specify DisplayName.',
    when: 'DisplayName is absent',
  },
  'InvalidParameter.DisplayName.Length': {
    status: 400,
    message: 'The maximum length of DisplayName is exceeded.',
    when: 'DisplayName is longer than 50 characters',
  },
  'EntityNotExists.ResourceGroup': {
    status: 404,
    message: 'The resource group does not exist.',
    when: 'ResourceGroupId names no resource group of the account',
  },
  'EntityAlreadyExists.ResourceGroup': {
    status: 409,
    message: 'The resource group already exists.',
    when: 'the account has a resource group of that Name',
  },
  'LimitExceeded.ResourceGroup': {
    status: 400,
    message: 'The maximum number of resource groups is exceeded.',
    when: 'the account has as many resource groups as the quota allows',
  },
} as const satisfies ErrorTable

export type ResourceManagerErrorKey = keyof typeof resourceManagerErrors

/** Makes a ResourceManager error to throw: `throw resourceManagerError('EntityNotExists.ResourceGroup')`. */
export const resourceManagerError = raiser(resourceManagerErrors)
