import type { AccessKey, CallSubject } from '@sallyport/protocol'
import { allows, type Policy } from '../model/policy.js'

/**
 * Which resources a call is about, in the names that RAM policies use: `acs:ecs:<region>:<account>:securitygroup/<id>`.
 * They follow from the names of parameters, which mean the same in every operation.
 */

type Kind = keyof typeof services

/** The product whose resource a kind is. */
const services = {
  securitygroup: 'ecs',
  instance: 'ecs',
  eni: 'ecs',
  prefixlist: 'ecs',
  portrangelist: 'ecs',
  vpc: 'vpc',
  vswitch: 'vpc',
  routetable: 'vpc',
  resourcegroup: 'resourcemanager',
  networkpath: 'nis',
  networkreachableanalysis: 'nis',
} as const

const kindsByParameter: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['SecurityGroupId', 'securitygroup'],
  ['SecurityGroupIds', 'securitygroup'],
  ['InstanceId', 'instance'],
  ['InstanceIds', 'instance'],
  ['NetworkInterfaceId', 'eni'],
  ['PrefixListId', 'prefixlist'],
  ['PortRangeListId', 'portrangelist'],
  ['VpcId', 'vpc'],
  ['VSwitchId', 'vswitch'],
  ['RouteTableId', 'routetable'],
  ['NetworkPathId', 'networkpath'],
  ['NetworkPathIds', 'networkpath'],
  ['NetworkReachableAnalysisId', 'networkreachableanalysis'],
  ['NetworkReachableAnalysisIds', 'networkreachableanalysis'],
])

/** What the operations' names say: the longest that fits is what the operation is about. */
const kindsByNoun: readonly (readonly [string, Kind])[] = [
  ['NetworkReachableAnalysis', 'networkreachableanalysis'],
  ['CreateNetworkPath', 'networkpath'],
  ['DeleteNetworkPath', 'networkpath'],
  ['SecurityGroup', 'securitygroup'],
  ['ClassicLinkInstance', 'instance'],
  ['ClassicLinkVpc', 'instance'],
  ['NetworkInterface', 'eni'],
  ['PrivateIpAddresses', 'eni'],
  ['Ipv6Addresses', 'eni'],
  ['PrefixList', 'prefixlist'],
  ['PortRangeList', 'portrangelist'],
  ['RouteTable', 'routetable'],
  ['VSwitch', 'vswitch'],
  ['Vpc', 'vpc'],
  ['ResourceGroup', 'resourcegroup'],
  ['Instance', 'instance'],
]

const kindsByType: Readonly<Record<string, Kind>> = {
  securitygroup: 'securitygroup',
  instance: 'instance',
  eni: 'eni',
  prefixlist: 'prefixlist',
  portrangelist: 'portrangelist',
  vpc: 'vpc',
  vswitch: 'vswitch',
  routetable: 'routetable',
}

type Operation = Parameters<NonNullable<AccessKey['permits']>>[0]

/** An id longer than any real one names nothing; no policy has to be matched against a whole body. */
const LONGEST_ID = 128

/** Who needs no permission to ask who they are. Source: the GetCallerIdentity reference page. */
const free: ReadonlySet<string> = new Set(['GetCallerIdentity'])

/** The check that a key's policies make of its calls. */
export const permitsOf =
  (defaultRegion: string) =>
  (policies: readonly Policy[]): NonNullable<AccessKey['permits']> =>
  (operation, call) =>
    free.has(operation.name) ||
    allows(
      policies,
      `${operation.product.toLowerCase()}:${operation.name}`,
      resourcesOf(operation, call, defaultRegion),
    )

/**
 * The resources of a call, at least one: those of the operation's own kind, or all of them when none is named; and of
 * calls that change something, every other resource they name, save in the rules, which are about the group. What has no
 * kind of its own is about everything of the account.
 */
export function resourcesOf(operation: Operation, call: CallSubject, defaultRegion: string): string[] {
  const { parameters, accountId } = call
  const region = parameters.get('RegionId') || defaultRegion
  const name = (kind: Kind, id: string): string =>
    `acs:${services[kind]}:${region}:${accountId}:${kind}/${id.slice(0, LONGEST_ID)}`
  const roleArn = parameters.get('RoleArn')
  if (operation.name === 'AssumeRole' && roleArn) return [roleArn.slice(0, 2 * LONGEST_ID)]
  const own = kindsByNoun.find(([noun]) => operation.name.includes(noun))?.[1]
  const named = namedIn(parameters)
  const others = named.filter(({ kind }) => kind !== own && operation.access === 'write')
  const owned = named.filter(({ kind }) => kind === own)
  return [
    ...(own && owned.length === 0 ? [name(own, '*')] : []),
    ...[...owned, ...others].map(({ kind, id }) => name(kind, id)),
    ...(!own && others.length === 0
      ? [`acs:${operation.product.toLowerCase()}:${region}:${accountId}:*`]
      : []),
  ]
}

interface Named {
  readonly kind: Kind
  readonly id: string
}

/** `SecurityGroupId`, `SecurityGroupIds.2`, `NetworkInterface.1.VSwitchId`; but nothing of `Permissions.N`. */
const PARAMETER = /^(?:NetworkInterface\.\d+\.)?([A-Z][A-Za-z]*)(?:\.\d+)?$/

function namedIn(parameters: CallSubject['parameters']): Named[] {
  const type = kindsByType[parameters.get('ResourceType')?.toLowerCase() ?? '']
  const namedBy = (word: string, value: unknown): Named[] => {
    const kind = word === 'ResourceId' ? type : kindsByParameter.get(word)
    return kind ? idsIn(value).map((id) => ({ kind, id })) : []
  }
  return [...parameters].flatMap(([parameter, value]) => {
    if (parameter !== 'NetworkInterface') return namedBy(PARAMETER.exec(parameter)?.[1] ?? '', value)
    // What stands in NetworkInterface.N may also come as one JSON list of objects.
    const items = membersOf(value).filter((item) => typeof item === 'object' && item !== null)
    return items.flatMap((item) => Object.entries(item)).flatMap((field) => namedBy(...field))
  })
}

/** Of one id, of several with commas between them, or of a list, as JSON text too: every form that an input takes. */
const idsIn = (value: unknown): readonly string[] =>
  membersOf(value)
    .flatMap((member) => (typeof member === 'string' ? member.split(',') : []))
    .filter(Boolean)

/** The members of a list, as JSON text too; of anything else that itself. */
function membersOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value !== 'string' || !/^\s*\[/.test(value)) return [value]
  try {
    return JSON.parse(value) as unknown[]
  } catch {
    return [value]
  }
}
