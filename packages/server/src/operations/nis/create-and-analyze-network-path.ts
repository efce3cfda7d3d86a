import { nisWrite } from '../../model/context.js'
import { analysesOf, deleteAnalysis } from '../../store/network-paths.js'
import { pathErrors, pathInputs, requirePath } from './path-inputs.js'
import { runAnalysis } from './run-analysis.js'

/** The newest analyses without a saved path that an account can still read. They are in no quota, but bounded. */
const KEPT = 1000

export const createAndAnalyzeNetworkPath = nisWrite({
  name: 'CreateAndAnalyzeNetworkPath',
  summary: 'Analyses a path without saving it. GetNetworkReachableAnalysis tells what was found.',
  inputs: pathInputs,
  errors: pathErrors,
  async handle(input, caller, context) {
    const { session } = context
    const path = await requirePath(input, caller, context)
    const id = await runAnalysis(session, caller, path, undefined)
    for (const old of (await analysesOf(session, caller.accountId, '')).slice(KEPT)) {
      await deleteAnalysis(session, old)
    }
    return {
      NetworkReachableAnalysisId: id,
      // Echoed as they were asked for, ports as texts; what was left out is left out.
      ...given({
        SourceId: input.SourceId,
        SourceType: input.SourceType,
        SourceIpAddress: input.SourceIpAddress,
        SourcePort: input.SourcePort,
        TargetId: input.TargetId,
        TargetType: input.TargetType,
        TargetIpAddress: input.TargetIpAddress,
        TargetPort: input.TargetPort,
        Protocol: input.Protocol,
      }),
    }
  },
})

const given = (members: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
