import type { Case, Cases } from './case.js'
import { newResourceGroup, TIGHT_RESOURCE_GROUPS } from './world.js'

const create =
  (extra: object): Case =>
  (call) =>
    call({ Name: 'web', DisplayName: 'Web', ...extra })

export const createResourceGroupCases: Cases = {
  'MissingParameter.DisplayName': create({ DisplayName: undefined }),
  'InvalidParameter.DisplayName.Length': create({ DisplayName: 'x'.repeat(51) }),
  'InvalidParameter.Name.Length': create({ Name: 'x'.repeat(51) }),
  'InvalidParameter.Name.InvalidChars': create({ Name: '1web' }),
  'LimitExceeded.ResourceGroup': async (call, { tight }) => {
    for (let made = 0; made < TIGHT_RESOURCE_GROUPS; made++) await newResourceGroup(tight)
    return call({ Name: 'one-too-many', DisplayName: 'One too many' }, tight)
  },
  'EntityAlreadyExists.ResourceGroup': create({ Name: 'default' }),
}

export const getResourceGroupCases: Cases = {
  'EntityNotExists.ResourceGroup': (call) => call({ ResourceGroupId: 'rg-aek000000000000' }),
}
