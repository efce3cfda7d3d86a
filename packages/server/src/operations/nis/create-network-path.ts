import { nisError } from '../../errors/nis.js'
import { nisWrite, secondsText } from '../../model/context.js'
import { newAnalysisId } from '../../model/ids.js'
import { putInResourceGroup, requireResourceGroup } from '../../model/resource-groups.js'
import { putTags } from '../../model/tags.js'
import { countPathsOf, insertPath } from '../../store/network-paths.js'
import { pathErrors, pathInputs, requirePath } from './path-inputs.js'
import { readTags, tagErrors, tagInputs } from './tag-inputs.js'

export const createNetworkPath = nisWrite({
  name: 'CreateNetworkPath',
  summary: 'Saves a path, so that it can be analysed again and again.',
  inputs: {
    ...pathInputs,
    NetworkPathName: { kind: 'string', required: true, maxLength: 128, doc: 'Name, 1 to 128 characters.' },
    NetworkPathDescription: { kind: 'string', maxLength: 256, doc: 'Up to 256 characters.' },
    ResourceGroupId: { kind: 'string', doc: 'Resource group of the path.' },
    Tag: tagInputs,
  },
  errors: [
    ...pathErrors,
    ...tagErrors,
    'InvalidResourceGroup.NotFound',
    'QuotaExceeded.NetworkPath',
    'ResourceAlreadyExist.NetworkPath',
  ],
  async handle(input, caller, context) {
    const { session, settings } = context
    const { accountId } = caller
    const tags = readTags(input.Tag)
    const path = await requirePath(input, caller, context)
    const resourceGroup = await requireResourceGroup(session, accountId, input.ResourceGroupId)
    const limit = settings.quotas.networkPaths
    const saved = await countPathsOf(session, accountId)
    if (saved >= limit) throw nisError('QuotaExceeded.NetworkPath', String(saved), String(limit))
    const id = newAnalysisId('np')
    const added = await insertPath(session, {
      ...{ id, account_id: accountId, region_id: path.regionId, created_at: secondsText(caller.now) },
      name: input.NetworkPathName,
      description: input.NetworkPathDescription ?? '',
      parameters: JSON.stringify(path),
    })
    if (!added) throw nisError('ResourceAlreadyExist.NetworkPath')
    await putTags(session, accountId, 'networkpath', id, tags)
    await putInResourceGroup(session, 'networkpath', id, resourceGroup)
    return { NetworkPathId: id }
  },
})
