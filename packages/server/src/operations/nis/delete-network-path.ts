import { nisError } from '../../errors/nis.js'
import { nisWrite } from '../../model/context.js'
import { dropTags } from '../../model/tags.js'
import { analysesOf, deleteAnalysis, deletePath, findPath } from '../../store/network-paths.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'

export const deleteNetworkPath = nisWrite({
  name: 'DeleteNetworkPath',
  summary: 'Deletes saved paths and what their analyses found; all of them or none.',
  inputs: {
    RegionId: optionalRegionId,
    NetworkPathIds: {
      kind: 'list',
      of: { kind: 'string' },
      max: 100,
      required: true,
      doc: 'Ids of the paths: one JSON list, or NetworkPathIds.N.',
    },
  },
  errors: ['ResourceNotFound.NetworkPath'],
  async handle(input, { accountId }, { session }) {
    for (const id of new Set(input.NetworkPathIds)) {
      if (!(await findPath(session, accountId, id))) throw nisError('ResourceNotFound.NetworkPath', id)
      for (const analysis of await analysesOf(session, accountId, id)) {
        await dropTags(session, 'networkreachableanalysis', analysis)
        await deleteAnalysis(session, analysis)
      }
      await dropTags(session, 'networkpath', id)
      await deletePath(session, id)
    }
    return { Data: true }
  },
})
