import { generateLoad, startListener } from './processes.mjs'
import { traced } from './synchronisation.mjs'

const KEY = { accessKeyId: 'benchmark-key', accessKeySecret: 'benchmark-secret' }
/** Connections of every row that is not about a single one. */
export const CONNECTIONS = 32
const CLI = new URL('../packages/cli/bin/sallyport.js', import.meta.url).pathname
/** Below the 200 rules that a group may hold. */
export const RULES_PER_GROUP = 190
export const ECS = '2014-05-26'

/** Starts the real server on a data folder; `traceFile` has its synchronisations written there. */
export async function startSallyport(data, traceFile) {
  const args = [CLI, 'serve', '--listen', '127.0.0.1:0', '--data', data, '--admin', 'none']
  const [command, all] =
    traceFile === undefined ? [process.execPath, args] : traced(traceFile, process.execPath, args)
  const env = {
    SALLYPORT_CONFIG: 'none',
    SALLYPORT_ACCESS_KEY_ID: KEY.accessKeyId,
    SALLYPORT_ACCESS_KEY_SECRET: KEY.accessKeySecret,
    SALLYPORT_QUOTAS_SECURITY_GROUPS_PER_REGION: '1000000',
    SALLYPORT_LOG_LEVEL: 'warn',
  }
  return { ...(await startListener(command, all, { env })), ...KEY }
}

/** Starts the constant server that answers as the real one did in `sample`. */
export async function startBare({ head, body }) {
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => line.split(/: (.*)/s, 2))
      // Written by node:http itself.
      .filter(([name]) => !/^(date|connection|keep-alive)$/i.test(name)),
  )
  const bare = new URL('bare-server.mjs', import.meta.url).pathname
  return {
    ...(await startListener(process.execPath, [bare], { input: JSON.stringify({ headers, body }) })),
    ...KEY,
  }
}

/** Sends calls that differ in nothing; the bodies of their answers. */
export async function call(server, version, calls, parameters) {
  const report = await generateLoad({
    ...server,
    version,
    calls,
    connections: Math.min(calls, 32),
    parameters: { RegionId: 'cn-hangzhou', ...parameters },
  })
  return report.bodies.map((body) => JSON.parse(body))
}

/** Makes security groups in a region's default VPC through the API and answers with their ids. */
export async function createGroups(server, count, RegionId = 'cn-hangzhou') {
  const groups = await call(server, ECS, count, { Action: 'CreateSecurityGroup', RegionId })
  return groups.map((group) => group.SecurityGroupId)
}

/** Authorizes distinct outbound rules for a time. Each call makes a new rule in a group of its connection's. */
export function authorize(server, groups, connections, seconds, warmupSeconds) {
  return generateLoad({
    ...server,
    version: ECS,
    connections,
    seconds,
    warmupSeconds,
    groups,
    rulesPerGroup: RULES_PER_GROUP,
    parameters: {
      Action: 'AuthorizeSecurityGroupEgress',
      RegionId: 'cn-hangzhou',
      SecurityGroupId: null,
      'Permissions.1.IpProtocol': 'TCP',
      'Permissions.1.PortRange': '80/80',
      'Permissions.1.DestCidrIp': null,
    },
  })
}

/** Outbound rules to addresses, `Permissions.1` to `Permissions.count`, the first to `10.0.0.from`. */
export const permissions = (count, from = 0) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      [`Permissions.${index + 1}.IpProtocol`, 'TCP'],
      [`Permissions.${index + 1}.PortRange`, '80/80'],
      [`Permissions.${index + 1}.DestCidrIp`, `10.0.${(from + index) >> 8}.${(from + index) & 255}`],
    ]).flat(),
  )

/** Sends one and the same call for a time. */
export function repeat(server, parameters, seconds, warmupSeconds, connections = CONNECTIONS) {
  return generateLoad({
    ...{ ...server, version: ECS, connections, seconds, warmupSeconds },
    parameters: { RegionId: 'cn-hangzhou', ...parameters },
  })
}
