import type { Direction, Snapshot } from '@sallyport/engine'
import { worldFrom } from '@sallyport/engine'
import type { Decided, Settings } from '@sallyport/server'
import { createPolicyCache, decideFlows, UserError } from '@sallyport/server'
import { columns } from './columns.js'
import type { Ask } from './control-client.js'
import { connectControl } from './control-client.js'
import { exitCodes } from './exit-codes.js'
import type { End } from './flow-ends.js'
import { findEnds } from './flow-ends.js'

type Verdict = Exclude<Decided, { error: string }>

/** What one interface says of the flow. */
export interface Side {
  readonly direction: Direction
  readonly interface: string
  readonly instance: string | null
  readonly answer: Verdict
}

/** The whole explanation: the flow passes when every side that it crosses accepts it. */
export interface Explanation {
  readonly verdict: 'accept' | 'drop'
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly port: number | null
  readonly sourcePort: number | null
  readonly sides: readonly Side[]
}

/** The flow as asked for on the command line. */
export interface FlowOptions {
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly port: number | undefined
  readonly sourcePort: number | undefined
  readonly icmpType: number | undefined
  readonly direction: Direction | undefined
}

/** Asks the running server whether a flow passes, or passed at a point of its history, and prints what decides. */
export async function explain(
  settings: Settings,
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  const flow = readOptions(options)
  const ask = connectControl(settings.data)
  const { at } = options
  const past = typeof at === 'string'
  const snapshot = (await ask('GET', `/v1/state${past ? `?at=${encodeURIComponent(at)}` : ''}`)) as Snapshot
  const ends = findEnds(snapshot, flow.from, flow.to, flow.protocol)
  const asked = sidesOf(ends.from, ends.to, flow)
  const body = { flows: asked.map((side) => wireFlow(side, ends.from, ends.to, flow)) }
  const verdicts = past ? decideIn(snapshot, body) : await decideNow(ask, body)
  const explanation = combine(
    ends.from,
    ends.to,
    flow,
    asked.map((side, index) => answered(side, verdicts[index])),
  )
  process.stdout.write(
    options['json'] === true ? `${JSON.stringify(explanation, null, 2)}\n` : explanationText(explanation),
  )
  return explanation.verdict === 'accept' ? exitCodes.ok : exitCodes.drop
}

type Body = { readonly flows: readonly object[] }

/** The server knows only the present: what was is decided here, by the same engine. */
function decideIn(snapshot: Snapshot, body: Body): readonly Decided[] {
  const world = worldFrom(snapshot)
  return decideFlows(body, world, createPolicyCache(world))
}

const decideNow = async (ask: Ask, body: Body): Promise<readonly Decided[]> =>
  ((await ask('POST', '/v1/decide', body)) as { readonly verdicts: readonly Decided[] }).verdicts

function readOptions(options: Readonly<Record<string, unknown>>): FlowOptions {
  const { direction } = options
  if (direction !== undefined && direction !== 'ingress' && direction !== 'egress') {
    throw new UserError(
      `--direction is ${JSON.stringify(direction)}`,
      'Give egress or ingress, or leave it out for both.',
    )
  }
  return {
    from: String(options['from']),
    to: String(options['to']),
    protocol: String(options['protocol']),
    port: whole('--port', options['port']),
    sourcePort: whole('--source-port', options['sourcePort']),
    icmpType: whole('--icmp-type', options['icmpType']),
    direction,
  }
}

function whole(flag: string, value: unknown): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && /^\d{1,5}$/.test(value)) return Number(value)
  throw new UserError(`${flag} is ${JSON.stringify(value)}`, 'Give a whole number.')
}

interface Asked {
  readonly direction: Direction
  readonly interface: string
  readonly instance: string | null
}

function sidesOf(from: End, to: End, { direction }: FlowOptions): Asked[] {
  const all: [Direction, End][] = [
    ['egress', from],
    ['ingress', to],
  ]
  const sides = all.flatMap(([side, { interface: found }]) =>
    found && (direction === undefined || direction === side)
      ? [{ direction: side, interface: found.id, instance: found.instance }]
      : [],
  )
  if (sides.length === 0) {
    const end = direction === 'egress' ? from.address : to.address
    throw new UserError(`${end} is not ours, so nothing decides its ${direction}`, 'Leave --direction out.')
  }
  return sides
}

function wireFlow(side: Asked, from: End, to: End, flow: FlowOptions): Record<string, unknown> {
  const outwards = side.direction === 'egress'
  return {
    interface: side.interface,
    direction: side.direction,
    protocol: flow.protocol,
    local: outwards ? from.address : to.address,
    remote: outwards ? to.address : from.address,
    localPort: outwards ? flow.sourcePort : flow.port,
    remotePort: outwards ? flow.port : flow.sourcePort,
    icmpType: flow.icmpType,
  }
}

function answered(side: Asked, answer: Decided | undefined): Side {
  if (answer && !('error' in answer)) return { ...side, answer }
  throw new UserError(
    `${side.direction} of ${side.interface}: ${answer?.error ?? 'the server gave no answer'}`,
    'The port of the start is --source-port, the port of the end --port.',
  )
}

function combine(from: End, to: End, flow: FlowOptions, sides: readonly Side[]): Explanation {
  return {
    verdict: sides.every(({ answer }) => answer.verdict === 'accept') ? 'accept' : 'drop',
    from: from.address,
    to: to.address,
    protocol: flow.protocol,
    port: flow.port ?? null,
    sourcePort: flow.sourcePort ?? null,
    sides,
  }
}

/** The explanation in aligned text, the combined verdict last. */
export function explanationText(explanation: Explanation): string {
  const { from, to, protocol, port, sourcePort } = explanation
  const withPort = (address: string, number: number | null): string =>
    number === null ? address : `${address.includes(':') ? `[${address}]` : address}:${number}`
  return columns([
    ['flow', `${protocol} ${withPort(from, sourcePort)} -> ${withPort(to, port)}`],
    ...explanation.sides.map(({ direction, interface: id, instance, answer }) => [
      direction,
      instance === null ? id : `${id} of ${instance}`,
      answer.verdict,
      reasonText(answer),
    ]),
    ['verdict', explanation.verdict],
  ])
}

function reasonText({ reason, rule, group, priority }: Verdict): string {
  switch (reason) {
    case 'rule':
      return `rule ${rule} of group ${group}, priority ${priority}`
    case 'default':
      return 'default: no rule matches'
    case 'intra-group':
      return `members of group ${group} reach one another`
    case 'carve-out':
      return 'always reachable, whatever the rules say'
  }
}
