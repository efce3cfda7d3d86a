import type { Case, Cases } from './case.js'
import { newGroup, newInstance, nobody, region, TIGHT_ANALYSES, TIGHT_PATHS, type World } from './world.js'
import type { TestServer } from '../harness.js'

export const nisVersion = '2021-12-16'

/** A path from the outside to a new instance. */
async function somePath(server: TestServer) {
  const { instance } = await newInstance(server, await newGroup(server))
  return {
    RegionId: region,
    SourceType: 'internetIp',
    SourceId: '203.0.114.9',
    TargetType: 'ecs',
    TargetId: instance,
  }
}

const saved = async (server: TestServer): Promise<string> => {
  const parameters = { ...(await somePath(server)), NetworkPathName: 'path' }
  return String((await server.ok('CreateNetworkPath', parameters, nisVersion)).NetworkPathId)
}

const analysed = async (server: TestServer): Promise<string> =>
  String(
    (await server.ok('CreateAndAnalyzeNetworkPath', await somePath(server), nisVersion))
      .NetworkReachableAnalysisId,
  )

/** Parameters with which the six operations succeed on the roomy server. */
export const networkPathCalls: Readonly<Record<string, (world: World) => Promise<object>>> = {
  CreateAndAnalyzeNetworkPath: ({ roomy }) => somePath(roomy),
  CreateNetworkPath: async ({ roomy }) => ({ ...(await somePath(roomy)), NetworkPathName: 'path' }),
  CreateNetworkReachableAnalysis: async ({ roomy }) => ({ NetworkPathId: await saved(roomy) }),
  DeleteNetworkPath: async ({ roomy }) => ({ NetworkPathIds: JSON.stringify([await saved(roomy)]) }),
  DeleteNetworkReachableAnalysis: async ({ roomy }) => ({
    NetworkReachableAnalysisIds: JSON.stringify([await analysed(roomy)]),
  }),
  GetNetworkReachableAnalysis: async ({ roomy }) => ({
    NetworkReachableAnalysisId: await analysed(roomy),
  }),
}

/** A path of the tight server, once its quota of paths is used up. */
let tightPath: string | undefined

const NO_ID = 'np-00000000000000000000'

const changed =
  (change: object): Case =>
  async (call, { roomy }) =>
    call({ ...(await somePath(roomy)), NetworkPathName: 'path', ...change })

const pathCases: Cases = {
  'IllegalParam.SourceType': changed({ SourceType: 'clb' }),
  'IllegalParam.TargetType': changed({ TargetType: 'eni' }),
  'IllegalParam.TypeAndIdMismatch': changed({ TargetType: 'vsw' }),
  'IllegalParam.IP': changed({ SourceId: '203.0.114' }),
  'IllegalParam.InternetIP': changed({ SourceId: '192.168.0.1' }),
  'IllegalParam.SourceIp': changed({ SourceIpAddress: '2001:db8::1' }),
  'IllegalParam.TargetIp': changed({ TargetIpAddress: '203.0.114.7' }),
  'IllegalParam.SourcePort': changed({ SourcePort: -1 }),
  'IllegalParam.TargetPort': changed({ TargetPort: 65536 }),
  'IllegalParam.Protocol': changed({ Protocol: 'gre' }),
  'IllegalParam.SourceAndTargetInternetIp': changed({ TargetType: 'internetIp', TargetId: '203.0.114.8' }),
  'IllegalParam.SourceId': changed({ SourceType: 'vpn', SourceId: 'vpn-bp1' }),
  'IllegalParam.TargetId': changed({ TargetId: nobody.instance }),
  'IllegalParam.SourceEqualTarget': async (call, { roomy }) => {
    const path = await somePath(roomy)
    return call({ ...path, SourceType: 'ecs', SourceId: path.TargetId, NetworkPathName: 'path' })
  },
}

const tagCases = (valid: (world: World) => Promise<object>): Cases => {
  const tagged =
    (Tag: object): Case =>
    async (call, world) =>
      call({ ...(await valid(world)), Tag })
  return {
    'NumberExceed.Tags': tagged(Array.from({ length: 21 }, (_, index) => ({ Key: `k${index}` }))),
    'MissingParameter.TagKey#nis': tagged([{ Value: 'v' }]),
    'InvalidParameter.TagKey#nis': tagged([{ Key: 'aliyun-key' }]),
    'InvalidParameter.TagValue#nis': tagged([{ Key: 'k', Value: 'https://x' }]),
  }
}

const notThere =
  (member: string, value: string): Case =>
  (call) =>
    call({ [member]: value })

export const networkPathCases: Readonly<Record<string, Cases>> = {
  CreateAndAnalyzeNetworkPath: pathCases,
  CreateNetworkPath: {
    ...pathCases,
    ...tagCases(async ({ roomy }) => ({ ...(await somePath(roomy)), NetworkPathName: 'path' })),
    'QuotaExceeded.NetworkPath': async (call, { tight }) => {
      for (let made = 0; made < TIGHT_PATHS; made++) tightPath = await saved(tight)
      return call({ ...(await somePath(tight)), NetworkPathName: 'path' }, tight)
    },
    'ResourceAlreadyExist.NetworkPath': async (call, { roomy }) => {
      const path = { ...(await somePath(roomy)), NetworkPathName: 'path' }
      await roomy.ok('CreateNetworkPath', path, nisVersion)
      return call({ ...path, Protocol: 'TCP', NetworkPathName: 'another name' })
    },
  },
  CreateNetworkReachableAnalysis: {
    ...tagCases(async ({ roomy }) => ({ NetworkPathId: await saved(roomy) })),
    'ResourceNotFound.NetworkPath': notThere('NetworkPathId', NO_ID),
    'QuotaExceeded.MaxNraCount': async (call, { tight }) => {
      const NetworkPathId = tightPath ?? (await saved(tight))
      for (let made = 0; made < TIGHT_ANALYSES; made++) {
        await tight.call('CreateNetworkReachableAnalysis', { NetworkPathId }, nisVersion)
      }
      return call({ NetworkPathId }, tight)
    },
  },
  DeleteNetworkPath: { 'ResourceNotFound.NetworkPath': notThere('NetworkPathIds', `["${NO_ID}"]`) },
  DeleteNetworkReachableAnalysis: {
    'IllegalParam.NetworkReachableAnalysisId': notThere('NetworkReachableAnalysisIds', 'no list'),
    'ResourceNotFound.NetworkReachableAnalysisId': notThere('NetworkReachableAnalysisIds', '["nra-0"]'),
  },
  GetNetworkReachableAnalysis: {
    'ResourceNotFound.NetworkReachableAnalysis': notThere('NetworkReachableAnalysisId', 'nra-0'),
  },
}
