import { rangeText } from './lists.js'
import { vpcName } from './networks.js'
import { at, SeedProblem, type SeedPath } from './problem.js'
import { idOf, type Place } from './place.js'
import type { SeedRule, SeedVpc } from './schema.js'

/** Finds the place of another account of the file, by id or login name. */
export type FindPlace = (account: string, path: SeedPath) => Place

/** Rules of one call: the most that one may have. */
const PER_CALL = 100

/** Adds the rules that the groups of a VPC do not have yet. Groups of every account must be there. */
export async function seedRules(place: Place, vpc: SeedVpc, path: SeedPath, find: FindPlace): Promise<void> {
  for (const [index, group] of vpc.groups.entries()) {
    const at = [...path, 'groups', index]
    const id = idOf(place, at, 'group', `${vpcName(vpc)}/${group.name}`)
    const where = { place, vpc: vpcName(vpc), find }
    await addRules(where, 'AuthorizeSecurityGroup', id, group.ingress, [...at, 'ingress'])
    await addRules(where, 'AuthorizeSecurityGroupEgress', id, group.egress, [...at, 'egress'])
  }
}

interface Where {
  readonly place: Place
  readonly vpc: string
  readonly find: FindPlace
}

async function addRules(
  where: Where,
  operation: string,
  SecurityGroupId: string,
  rules: readonly SeedRule[],
  path: SeedPath,
): Promise<void> {
  const permissions = rules.map((rule, index) => permissionOf(where, rule, [...path, index]))
  for (let first = 0; first < permissions.length; first += PER_CALL) {
    const Permissions = permissions.slice(first, first + PER_CALL)
    const place = (index: number): SeedPath => [...path, first + index]
    await atRule(place, Permissions.length, () =>
      where.place.run(operation, { SecurityGroupId, Permissions }),
    )
  }
}

/** A refusal names the rule by its number in the call where it can; else the whole list is meant. */
async function atRule(
  place: (index: number) => SeedPath,
  count: number,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await at(place(0).slice(0, -1), work)
  } catch (error) {
    if (!(error instanceof SeedProblem)) throw error
    const number = /Permissions\.(\d+)/.exec(error.reason)?.[1]
    const index = number === undefined ? (count === 1 ? 0 : undefined) : Number(number) - 1
    throw index === undefined ? error : new SeedProblem(place(index), error.reason, { cause: error.cause })
  }
}

function permissionOf(where: Where, rule: SeedRule, path: SeedPath): object {
  const inbound = 'from' in rule
  return {
    ...{ Policy: rule.policy, Priority: rule.priority, IpProtocol: rule.protocol.toUpperCase() },
    ...portsOf(where.place, rule, path),
    ...peerOf(where, inbound ? 'Source' : 'Dest', inbound ? rule.from : rule.to, [
      ...path,
      inbound ? 'from' : 'to',
    ]),
    ...(rule.local === undefined ? {} : cidrOf(inbound ? 'Dest' : 'Source', rule.local)),
    Description: rule.description,
  }
}

function portsOf(place: Place, { protocol, ports, sourcePorts }: SeedRule, path: SeedPath): object {
  if (protocol !== 'tcp' && protocol !== 'udp') {
    if (ports !== undefined) throw new SeedProblem([...path, 'ports'], `${protocol} has no ports`)
    if (sourcePorts !== undefined) throw new SeedProblem([...path, 'sourcePorts'], `${protocol} has no ports`)
    return { PortRange: '-1/-1' }
  }
  const source = sourcePorts === undefined ? {} : { SourcePortRange: rangeText(sourcePorts) }
  if (ports === undefined) return { PortRange: '1/65535', ...source }
  if (typeof ports !== 'object') return { PortRange: rangeText(ports), ...source }
  const list = 'listId' in ports ? ports.listId : idOf(place, [...path, 'ports'], 'port-list', ports.list)
  return { PortRangeListId: list, ...source }
}

const cidrOf = (side: 'Source' | 'Dest', text: string): object => ({
  [`${text.includes(':') ? 'Ipv6' : ''}${side}CidrIp`]: text,
})

type Peer = Extract<SeedRule, { from: unknown }>['from']

function peerOf({ place, vpc, find }: Where, side: 'Source' | 'Dest', peer: Peer, path: SeedPath): object {
  if (typeof peer === 'string') return cidrOf(side, peer)
  if ('prefixListId' in peer) return { [`${side}PrefixListId`]: peer.prefixListId }
  if ('groupId' in peer) {
    return {
      [`${side}GroupId`]: peer.groupId,
      ...(peer.account === undefined ? {} : { [`${side}GroupOwnerId`]: peer.account }),
    }
  }
  if ('prefixList' in peer) {
    return { [`${side}PrefixListId`]: idOf(place, path, 'prefix-list', peer.prefixList) }
  }
  const other = peer.account === undefined ? place : find(peer.account, [...path, 'account'])
  const foreign = other.account !== place.account
  return {
    [`${side}GroupId`]: idOf(other, [...path, 'group'], 'group', `${peer.vpc ?? vpc}/${peer.group}`),
    ...(foreign ? { [`${side}GroupOwnerId`]: other.account } : {}),
  }
}
