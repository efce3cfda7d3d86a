import { nisError } from '../../errors/nis.js'
import { nisWrite } from '../../model/context.js'
import type { PathParameters } from '../../model/path-parameters.js'
import { putTags } from '../../model/tags.js'
import { countAnalysesOf, findPath } from '../../store/network-paths.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'
import { runAnalysis } from './run-analysis.js'
import { readTags, tagErrors, tagInputs } from './tag-inputs.js'

export const createNetworkReachableAnalysis = nisWrite({
  name: 'CreateNetworkReachableAnalysis',
  summary: 'Analyses a saved path as things stand now.',
  inputs: {
    RegionId: optionalRegionId,
    NetworkPathId: { kind: 'string', required: true, doc: 'Id of the path.' },
    Tag: tagInputs,
  },
  errors: [...tagErrors, 'ResourceNotFound.NetworkPath', 'QuotaExceeded.MaxNraCount'],
  async handle(input, caller, { session, settings }) {
    const { accountId } = caller
    const tags = readTags(input.Tag)
    const row = await findPath(session, accountId, input.NetworkPathId)
    if (!row) throw nisError('ResourceNotFound.NetworkPath', input.NetworkPathId)
    const limit = settings.quotas.pathAnalyses
    const kept = await countAnalysesOf(session, accountId)
    if (kept >= limit) throw nisError('QuotaExceeded.MaxNraCount', String(kept), String(limit))
    const path = JSON.parse(row.parameters) as PathParameters
    const id = await runAnalysis(session, caller, path, row)
    await putTags(session, accountId, 'networkreachableanalysis', id, tags)
    return { NetworkReachableAnalysisId: id }
  },
})
