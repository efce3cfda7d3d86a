import type { Direction, Explanation as Grounds, World } from '@sallyport/engine'
import { explain, kindOfProtocol, nicOf, policyOf } from '@sallyport/engine'
import { readQuestion, undecidedText, UserError } from '@sallyport/server'
import { exitCodes } from '../exit-codes.js'
import type { End } from '../flow-ends.js'
import { findEnds } from '../flow-ends.js'
import type { Source } from '../world/source.js'
import { interfacesNamed } from './ends.js'
import { explanationText, plainGrounds } from './explain-text.js'
import { readProtocol } from './query.js'
import type { Style } from './texts.js'

/** What one interface says of the flow. */
export interface Side {
  readonly direction: Direction
  readonly interface: string
  readonly instance: string | null
  readonly grounds: Grounds
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

/** Says whether a flow passes and what decides it: prints it and answers with the exit code. */
export function explainCommand(
  { world, names }: Pick<Source, 'world' | 'names'>,
  options: Readonly<Record<string, unknown>>,
  style: Style,
): number {
  const flow = readOptions(options)
  const interfaces = [...world.interfaces.values()]
  const [from, to] = [flow.from, flow.to].map((text) => idOf(world, names, text)) as [string, string]
  const ends = findEnds({ interfaces }, from, to, flow.protocol)
  const asked = sidesOf(ends.from, ends.to, flow)
  const sides = asked.map((side) => answered(side, world, wireFlow(side, ends.from, ends.to, flow)))
  const explanation = combine(ends.from, ends.to, flow, sides)
  process.stdout.write(options['json'] === true ? jsonOf(explanation) : explanationText(explanation, style))
  return explanation.verdict === 'accept' ? exitCodes.ok : exitCodes.drop
}

/** The id of the one interface that goes by a name; anything else as it is. */
function idOf(world: World, names: Source['names'], text: string): string {
  const [found, second] = interfacesNamed(world, names, text)
  return found && !second ? found.id : text
}

function jsonOf(explanation: Explanation): string {
  const sides = explanation.sides.map(({ grounds, ...side }) => ({ ...side, ...plainGrounds(grounds) }))
  return `${JSON.stringify({ ...explanation, sides }, null, 2)}\n`
}

function readOptions(options: Readonly<Record<string, unknown>>): FlowOptions {
  const { direction } = options
  if (direction !== undefined && direction !== 'ingress' && direction !== 'egress') {
    throw new UserError(
      `--direction is ${JSON.stringify(direction)}`,
      'Give egress or ingress, or leave it out for both.',
    )
  }
  const protocol = String(options['protocol'])
  refuseForeign(protocol, options)
  return {
    from: String(options['from']),
    to: String(options['to']),
    protocol,
    port: whole('--port', options['port']),
    sourcePort: whole('--source-port', options['sourcePort']),
    icmpType: whole('--icmp-type', options['icmpType']),
    direction,
  }
}

/** One flow has one protocol, and only the fields that this one has. */
function refuseForeign(
  text: string,
  { port, sourcePort, icmpType }: Readonly<Record<string, unknown>>,
): void {
  const protocol = readProtocol(text)
  if (protocol === null) {
    throw new UserError('--protocol is all, and one flow has one', 'Give tcp, udp, icmp or another protocol.')
  }
  const kind = kindOfProtocol(protocol)
  if (kind !== 'ported' && (port ?? sourcePort) !== undefined) {
    throw new UserError(
      `a port is given, and ${text} has none`,
      'Leave it out, or give --protocol tcp or udp.',
    )
  }
  if (kind !== 'typed' && icmpType !== undefined) {
    throw new UserError(
      `--icmp-type is given, and ${text} has no types`,
      'Leave it out, or give --protocol icmp or icmpv6.',
    )
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

function answered(side: Asked, world: World, wire: Record<string, unknown>): Side {
  const hint = 'The port of the start is --source-port, the port of the end --port.'
  const refuse = (problem: string): UserError =>
    new UserError(`${side.direction} of ${side.interface}: ${problem}`, hint)
  const question = readQuestion(wire)
  if (typeof question === 'string') throw refuse(question)
  const found = world.interfaces.get(side.interface)
  // Outside of VPCs, each side of an instance has rules of its own.
  const nic = found?.vpc === '' ? nicOf(question.flow.remote) : 'intranet'
  const grounds = explain(policyOf(world, found?.groups ?? [], side.direction, nic), question.flow)
  if ('missing' in grounds) throw refuse(undecidedText(grounds))
  return { ...side, grounds }
}

function combine(from: End, to: End, flow: FlowOptions, sides: readonly Side[]): Explanation {
  return {
    verdict: sides.every(({ grounds }) => grounds.verdict.verdict === 'accept') ? 'accept' : 'drop',
    from: from.address,
    to: to.address,
    protocol: flow.protocol,
    port: flow.port ?? null,
    sourcePort: flow.sourcePort ?? null,
    sides,
  }
}
