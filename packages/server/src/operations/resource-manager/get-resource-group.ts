import { resourceManagerError } from '../../errors/resource-manager.js'
import { resourceManagerRead } from '../../model/context.js'
import { tagsOf } from '../../model/tags.js'
import { findResourceGroup } from '../../store/resource-groups.js'
import { describeGroup, groupTags, regionStatuses } from './group-answer.js'

export const getResourceGroup = resourceManagerRead({
  name: 'GetResourceGroup',
  summary: 'Describes one resource group.',
  inputs: {
    ResourceGroupId: { kind: 'string', required: true, doc: 'Id of the resource group.' },
    IncludeTags: { kind: 'boolean', doc: 'Whether to answer its tags. Default false.' },
  },
  errors: ['EntityNotExists.ResourceGroup'],
  async handle(input, { accountId }, { session, settings }) {
    const row = await findResourceGroup(session, accountId, input.ResourceGroupId)
    if (!row) throw resourceManagerError('EntityNotExists.ResourceGroup')
    const tags = await tagsOf(session, 'resourcegroup', [row.id])
    return {
      ResourceGroup: {
        ...describeGroup(row, 'OK'),
        ...regionStatuses(settings.regions, 'OK'),
        ...groupTags(input.IncludeTags === true, tags.get(row.id)),
      },
    }
  },
})
