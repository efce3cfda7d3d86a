import type { FoundEnd } from './path-ends.js'
import type { ReportNode } from './path-report.js'

/** Where on a path it is blocked. */
export type Place = 'source' | 'router' | 'target'

/** A node and the place of the path that it stands for, if it can block there. */
export interface Step {
  readonly node: ReportNode
  readonly place: Place | undefined
}

/** The nodes of a path from its source to its target: instance, interface, vSwitch, router, and back down. */
export function walkOf(
  source: FoundEnd,
  target: FoundEnd,
  region: string,
  routers: ReadonlyMap<string, string>,
): readonly Step[] {
  const node = (id: string, nodeType: string, more: object = {}): ReportNode => ({
    ...{ id, bizInsId: id, nodeType, regionNo: region, regionNoAlias: region },
    ...more,
  })
  const down = (end: FoundEnd, place: Place): Step[] => {
    if (end.kind === 'outside') return [{ node: node(end.address, 'INTERNET'), place }]
    const { vswitch } = end
    const switchNode = node(vswitch.id, 'VSW', { aZone: vswitch.zone_id, cidr: vswitch.cidr_block })
    const first: Step = { node: switchNode, place: end.kind === 'vswitch' ? place : undefined }
    if (end.kind === 'vswitch') return [first]
    const { instance, interface: eni, address } = end
    const status = eni.instance_id === '' ? 'Available' : 'InUse'
    const machine = instance && node(instance.id, 'VM', { aZone: instance.zone_id })
    return [
      ...(machine ? [{ node: machine, place: undefined }] : []),
      { node: node(eni.id, 'ENI', { ip: address, mac: eni.mac, status }), place },
      first,
    ]
  }
  const up = (end: FoundEnd, place: Place): Step[] => down(end, place).reverse()
  const steps = [
    ...down(source, 'source'),
    ...between(source, target, routers, node),
    ...up(target, 'target'),
  ]
  return levelled(steps.filter(({ node }, index) => node.id !== steps[index - 1]?.node.id))
}

/** The routers between two ends; none inside of one vSwitch. */
function between(
  source: FoundEnd,
  target: FoundEnd,
  routers: ReadonlyMap<string, string>,
  node: (id: string, nodeType: string) => ReportNode,
): Step[] {
  const [from, to] = [source, target].map((end) => (end.kind === 'outside' ? undefined : end.vswitch))
  if (from && to && from.id === to.id) return []
  const ids = [...new Set([from, to].flatMap((vswitch) => (vswitch ? [vswitch.vpc_id] : [])))]
  return ids.map((vpc) => ({ node: node(routers.get(vpc) ?? '', 'VROUTER'), place: 'router' }))
}

/** Every node but interfaces says how far from the source it is. */
function levelled(steps: readonly Step[]): Step[] {
  let level = 0
  return steps.map((step) =>
    step.node.nodeType === 'ENI' ? step : { ...step, node: { ...step.node, level: ++level } },
  )
}

/** The nodes up to where the path is blocked, that one marked; all of them when it is not. */
export function blockAt(steps: readonly Step[], place: Place | undefined): ReportNode[] {
  const index = place === undefined ? -1 : steps.findIndex((step) => step.place === place)
  if (index < 0) return steps.map(({ node }) => node)
  return steps
    .slice(0, index + 1)
    .map(({ node }, position) => (position === index ? { ...node, blocked: true } : node))
}
