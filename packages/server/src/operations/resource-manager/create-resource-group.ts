import { resourceManagerError } from '../../errors/resource-manager.js'
import { resourceManagerWrite, secondsText } from '../../model/context.js'
import { newResourceGroupId } from '../../model/ids.js'
import { parseTags, putTags } from '../../model/tags.js'
import { addResourceGroup, countMadeGroups } from '../../store/resource-groups.js'
import { tagInputs } from '../ecs/shared-inputs.js'
import { tagErrors } from '../vpc/shared-inputs.js'
import { describeGroup, regionStatuses } from './group-answer.js'

export const createResourceGroup = resourceManagerWrite({
  name: 'CreateResourceGroup',
  summary:
    'Creates a resource group. It is usable at once, although the answer says Creating as the real one does.',
  inputs: {
    Name: {
      kind: 'string',
      required: true,
      doc: 'Identifier: 2 to 50 letters, digits and hyphens, beginning with a letter. Unique in the account.',
    },
    DisplayName: {
      kind: 'string',
      required: 'MissingParameter.DisplayName',
      maxLength: 50,
      invalid: 'InvalidParameter.DisplayName.Length',
      doc: '1 to 50 characters.',
    },
    Tag: tagInputs,
  },
  errors: [
    'MissingParameter.DisplayName',
    'InvalidParameter.DisplayName.Length',
    'InvalidParameter.Name.Length',
    'InvalidParameter.Name.InvalidChars',
    ...tagErrors,
    'LimitExceeded.ResourceGroup',
    'EntityAlreadyExists.ResourceGroup',
  ],
  async handle(input, { accountId, now }, { session, settings }) {
    if (input.Name.length > 50) throw resourceManagerError('InvalidParameter.Name.Length')
    if (!/^[A-Za-z][A-Za-z0-9-]+$/.test(input.Name)) {
      throw resourceManagerError('InvalidParameter.Name.InvalidChars')
    }
    const tags = parseTags(input.Tag)
    const row = {
      id: newResourceGroupId(),
      account_id: accountId,
      name: input.Name,
      display_name: input.DisplayName,
      is_default: 0,
      created_at: secondsText(now),
    }
    if ((await countMadeGroups(session, accountId)) >= settings.quotas.resourceGroups) {
      throw resourceManagerError('LimitExceeded.ResourceGroup')
    }
    if (!(await addResourceGroup(session, row))) {
      throw resourceManagerError('EntityAlreadyExists.ResourceGroup')
    }
    await putTags(session, accountId, 'resourcegroup', row.id, tags)
    const status = 'Creating'
    return {
      ResourceGroup: { ...describeGroup(row, status), ...regionStatuses(settings.regions, status) },
    }
  },
})
