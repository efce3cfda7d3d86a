import type { Decider, SideVerdict, World } from '@sallyport/engine'
import { vpcsByIds } from '../store/group-surroundings.js'
import type { RuleRow } from '../store/schema.js'
import type { Session } from '../store/session.js'
import { newAnalysisId } from './ids.js'
import { findEnd, type FoundEnd } from './path-ends.js'
import type { PathParameters } from './path-parameters.js'
import { nodeListOf, reportRule, reverseListOf } from './path-report.js'
import { judgePath } from './path-verdict.js'
import { blockAt, type Place, walkOf } from './path-walk.js'
import { surroundingsOf } from './surroundings.js'

/** What an analysis found, ready to be stored. */
export interface Analysis {
  readonly status: 'finish' | 'error'
  readonly reachable: boolean
  /** NetworkReachableAnalysisResult: the text of a JSON object. */
  readonly result: string
}

/**
 * Codes of why a path is blocked. No list of them is published: these follow the two descriptions in the sample of the
 * reference page and the messages of the product's user page.
 */
const reasons = {
  '': '',
  security_group_default_drop: 'No security group rule matches, so the default drops the traffic.',
  security_group_drop_rule: 'A rule of the security group drops the traffic.',
  route_unreachable: 'No route leads from the source to the target.',
  resource_not_exist: 'The source or the target no longer exists.',
  resource_status_invalid: 'The instance at one end is not running.',
  internal_error: 'The question could not be answered in time. Name the ports of both ends and try again.',
} as const

type Reason = keyof typeof reasons

interface Item {
  readonly resourceId: string
  readonly securityGroupId: string
  readonly policy: 'accept' | 'drop'
  readonly description: string
  readonly matchedRule: ReturnType<typeof reportRule>
}

interface Finding {
  readonly reason: Reason
  readonly place: Place | undefined
  readonly items: readonly Item[]
}

/** Analyses a path as things stand in the session: one direction, no packet is sent. */
export async function analysePath(
  session: Session,
  accountId: string,
  analysisId: string,
  path: PathParameters,
  expired: () => boolean,
): Promise<Analysis> {
  const source = await findEnd(session, accountId, path.regionId, path.source)
  const target = await findEnd(session, accountId, path.regionId, path.target)
  if (typeof source === 'string' || typeof target === 'string') {
    const finding = { reason: 'resource_not_exist', place: undefined, items: [] } as const
    return analysisOf(analysisId, finding, [])
  }
  const vpcs = await vpcsByIds(
    session,
    [source, target].flatMap((end) => (end.kind === 'outside' ? [] : [end.vswitch.vpc_id])),
  )
  const finding = await find(session, path, source, target, expired)
  const routers = new Map(vpcs.map((row) => [row.id, row.vrouter_id]))
  return analysisOf(
    analysisId,
    finding,
    blockAt(walkOf(source, target, path.regionId, routers), finding.place),
  )
}

async function find(
  session: Session,
  path: PathParameters,
  source: FoundEnd,
  target: FoundEnd,
  expired: () => boolean,
): Promise<Finding> {
  if (stopped(source)) return { reason: 'resource_status_invalid', place: 'source', items: [] }
  const { world, rules } = await surroundingsOf(
    session,
    [source, target].flatMap((end) => (end.kind === 'interface' ? [end.interface] : [])),
  )
  const judgement = judgePath(world, path, source, target, expired)
  if (judgement === 'unknown') return { reason: 'internal_error', place: undefined, items: [] }
  const items: Item[] = []
  for (const place of ['source', 'target'] as const) {
    if (place === 'target' && !routed(source, target)) {
      return { reason: 'route_unreachable', place: 'router', items }
    }
    if (place === 'target' && stopped(target)) {
      return { reason: 'resource_status_invalid', place, items }
    }
    const side = judgement[place]
    if (!side) continue
    items.push(itemOf(side, world, rules))
    if (side.decider.verdict === 'drop') return { reason: dropReason(side.decider), place, items }
  }
  return { reason: '', place: undefined, items }
}

const stopped = (end: FoundEnd): boolean => end.kind === 'interface' && end.instance?.status === 'Stopped'

/** Inside a VPC everything is routed; nothing joins two VPCs; the outside is beyond every router. */
const routed = (source: FoundEnd, target: FoundEnd): boolean =>
  source.kind === 'outside' || target.kind === 'outside' || source.vswitch.vpc_id === target.vswitch.vpc_id

const dropReason = ({ reason }: Decider): Reason =>
  reason === 'default' ? 'security_group_default_drop' : 'security_group_drop_rule'

/** The report on one interface: of the group whose rule decides; of a default, the first group. */
function itemOf(
  { interface: id, decider }: SideVerdict,
  world: World,
  rules: ReadonlyMap<string, RuleRow>,
): Item {
  const ruled = decider.reason === 'rule' ? 'user_acl' : 'default_sg'
  // The sample calls access by default default_sg_access_rule.
  const word = decider.verdict === 'drop' ? 'drop' : ruled === 'user_acl' ? 'accept' : 'access'
  const groups = world.interfaces.get(id)?.groups ?? []
  return {
    resourceId: id,
    securityGroupId: decider.group ?? groups.find((group) => world.groups.has(group)) ?? '',
    policy: decider.verdict,
    description: `${ruled}_${word}_rule`,
    matchedRule: reportRule(decider.rule === null ? undefined : rules.get(decider.rule)),
  }
}

function analysisOf(
  analysisId: string,
  { reason, place, items }: Finding,
  nodes: ReturnType<typeof blockAt>,
): Analysis {
  const stage = place === 'source' ? 'source' : 'target'
  const result = {
    errorCode: reason,
    errorMessage: reasons[reason],
    status: `security_group_checking_${stage}`,
    nraId: analysisId,
    requestId: '',
    networkAclData: { networkAclItems: [] },
    routeData: { routeItems: [] },
    securityGroupData: {
      policy: reason === '' ? 'accept' : 'drop',
      securityGroupReportId: newAnalysisId('sgr'),
      securityGroupItems: items,
    },
    topologyData: {
      topologyReportId: newAnalysisId('tpr'),
      positive: nodeListOf(nodes),
      reverse: reverseListOf(nodes),
    },
  }
  return {
    status: reason === 'internal_error' ? 'error' : 'finish',
    reachable: reason === '',
    result: JSON.stringify(result),
  }
}
