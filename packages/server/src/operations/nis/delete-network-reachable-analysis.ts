import { nisError } from '../../errors/nis.js'
import { nisWrite } from '../../model/context.js'
import { dropTags } from '../../model/tags.js'
import { deleteAnalysis, findAnalysis } from '../../store/network-paths.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'

export const deleteNetworkReachableAnalysis = nisWrite({
  name: 'DeleteNetworkReachableAnalysis',
  summary: 'Deletes what analyses found; all of them or none.',
  inputs: {
    RegionId: optionalRegionId,
    NetworkReachableAnalysisIds: {
      kind: 'list',
      of: { kind: 'string' },
      max: 100,
      required: 'IllegalParam.NetworkReachableAnalysisId',
      invalid: 'IllegalParam.NetworkReachableAnalysisId',
      doc: 'Ids of the analyses: one JSON list, or NetworkReachableAnalysisIds.N.',
    },
  },
  errors: ['IllegalParam.NetworkReachableAnalysisId', 'ResourceNotFound.NetworkReachableAnalysisId'],
  async handle(input, { accountId }, { session }) {
    for (const id of new Set(input.NetworkReachableAnalysisIds)) {
      if (!(await findAnalysis(session, accountId, id))) {
        throw nisError('ResourceNotFound.NetworkReachableAnalysisId', id)
      }
      await dropTags(session, 'networkreachableanalysis', id)
      await deleteAnalysis(session, id)
    }
    return { Data: true }
  },
})
