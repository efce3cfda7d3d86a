import { nisError } from '../../errors/nis.js'
import { nisRead } from '../../model/context.js'
import type { PathEnd, PathParameters } from '../../model/path-parameters.js'
import { findAnalysis } from '../../store/network-paths.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'

export const getNetworkReachableAnalysis = nisRead({
  name: 'GetNetworkReachableAnalysis',
  summary: 'Tells what an analysis found: whether the path is open, and which rule or default decides.',
  inputs: {
    RegionId: optionalRegionId,
    NetworkReachableAnalysisId: { kind: 'string', required: true, doc: 'Id of the analysis.' },
  },
  errors: ['ResourceNotFound.NetworkReachableAnalysis'],
  async handle(input, caller, { session }) {
    const id = input.NetworkReachableAnalysisId
    const row = await findAnalysis(session, caller.accountId, id)
    if (!row) throw nisError('ResourceNotFound.NetworkReachableAnalysis', id)
    return {
      NetworkPathId: row.path_id,
      NetworkPathParameter: parameterText(JSON.parse(row.parameters) as PathParameters),
      NetworkReachableAnalysisId: id,
      NetworkReachableAnalysisStatus: row.status,
      NetworkReachableAnalysisResult: row.result,
      // Where the question could not be answered, neither answer would be true.
      ...(row.status === 'finish' && { Reachable: row.reachable === 1 }),
      CreateTime: row.path_created_at,
      AliUid: Number(row.account_id),
    }
  },
})

/** NetworkPathParameter: JSON in the spelling of the reference page's sample. */
function parameterText({ source, target, protocol }: PathParameters): string {
  const end = (name: 'source' | 'target', { id, type, address, port }: PathEnd) => ({
    [`${name}Id`]: id,
    [`${name}Type`]: type,
    ...(address !== '' && { [`${name}IpAddress`]: address }),
    ...(port !== 0 && { [`${name}Port`]: port }),
  })
  return JSON.stringify({ ...end('source', source), ...end('target', target), protocol })
}
