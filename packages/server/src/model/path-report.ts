import type { RuleRow } from '../store/schema.js'

/** A rule as reports show it: every value a text, empty where the rule says nothing (sample of the reference page). */
export type ReportedRule = ReturnType<typeof reportRule>

const port = (text: string): string => (text === '' ? '-1/-1' : text)

/** The rule in the report's words; without one, every member is empty. */
export function reportRule(row: RuleRow | undefined) {
  const peer = (kind: RuleRow['peer_kind']): string => (row?.peer_kind === kind ? row.peer : '')
  const cidr = peer('cidr')
  const [v4, v6] = cidr.includes(':') ? ['', cidr] : [cidr, '']
  const own = row?.local ?? ''
  const [own4, own6] = own.includes(':') ? ['', own] : [own, '']
  const outwards = row?.direction === 'egress'
  /** The far side is the destination of an egress rule and the source of an ingress rule. */
  const sides = (far: string, near: string): readonly [string, string] =>
    outwards ? [near, far] : [far, near]
  const [sourceCidr, destinationCidr] = sides(v4, own4)
  const [ipv6SourceCidr, ipv6DestinationCidr] = sides(v6, own6)
  const [sourceGroupId, destinationGroupId] = sides(peer('group'), '')
  const [sourcePrefixListId, destinationPrefixListId] = sides(peer('prefix-list'), '')
  return {
    bizProtocol: row?.protocol.toUpperCase() ?? '',
    direction: row?.direction ?? '',
    policy: row ? (row.policy === 'accept' ? 'Accept' : 'Drop') : '',
    portRange: row && row.port_list === '' ? port(row.port_range) : '',
    priority: row ? String(row.priority) : '',
    ...{ sourceCidr, destinationCidr, sourceGroupId, destinationGroupId },
    description: row?.description ?? '',
    creatingTime: row?.created_at ?? '',
    // Beyond the sample: what identifies the rule, and what the sample's members cannot hold.
    securityGroupRuleId: row?.id ?? '',
    ...{ sourcePrefixListId, destinationPrefixListId, ipv6SourceCidr, ipv6DestinationCidr },
    sourcePortRange: row?.source_port_range ?? '',
    portRangeListId: row?.port_list ?? '',
  }
}

/** Members that may be added without the others that a node has. */
export interface ReportNode {
  readonly id: string
  readonly bizInsId: string
  readonly nodeType: string
  readonly [member: string]: unknown
}

/** Nodes in a walk as the two lists of a topology. */
export const nodeListOf = (nodes: readonly ReportNode[]) => ({
  nodeList: nodes.map((node) => ({ ...node, matchedRoute: { nextHopSet: [] }, trafficLogs: [] })),
  linkList: linksOf(nodes),
})

/** The walk back. */
export function reverseListOf(nodes: readonly ReportNode[]) {
  const back = [...nodes].reverse()
  return {
    revNodeList: back.map((node) => ({ ...node, revMatchedRoute: { revNextHopSet: [] } })),
    revLinkList: linksOf(back),
  }
}

const linksOf = (nodes: readonly ReportNode[]) =>
  nodes.slice(1).map((node, index) => {
    const source = nodes[index]?.id ?? ''
    return { id: `${source}-->${node.id}`, source, target: node.id }
  })
