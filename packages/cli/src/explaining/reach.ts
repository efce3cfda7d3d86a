import type { PathAnswer, PathPart, Reach, WhoMayReach, World } from '@sallyport/engine'
import { reach, say, whoMayReach } from '@sallyport/engine'
import { UserError } from '@sallyport/server'
import { exitCodes } from '../exit-codes.js'
import type { Source } from '../world/source.js'
import { budgetOf } from './budget.js'
import { type NamedEnd, readEnd, readEnds } from './ends.js'
import { countText, packetText, pathRegionText } from './flow-text.js'
import { jsonText } from './json.js'
import { pathPicture } from './path-picture.js'
import { queryOf } from './query.js'
import { interfaceText, lines, percentOf, sideText, type Style } from './texts.js'

type Options = Readonly<Record<string, unknown>>

/** Which flows pass between two ends, or who may reach one: prints it and answers with the exit code. */
export function reachCommand({ world, names }: Source, options: Options, style: Style): number {
  const from = options['from'] as string | undefined
  return from === undefined
    ? whoCommand(world, names, options, style)
    : pathCommand(world, readEnds(world, names, from, String(options['to'])), options, style)
}

function pathCommand(
  world: World,
  [from, to]: readonly [NamedEnd, NamedEnd],
  options: Options,
  style: Style,
): number {
  const budget = budgetOf(options['budget'])
  const answer = reach(world, from.end, to.end, queryOf(options), { budget })
  process.stdout.write(
    options['json'] === true
      ? jsonText({ from: from.text, to: to.text, ...answer })
      : reachText(from, to, answer, style),
  )
  const { forward } = answer
  if (forward.denied.count > 0n) return exitCodes.drop
  return forward.complete ? exitCodes.ok : exitCodes.unknown
}

/** Both directions of a path in text. */
export function reachText(from: NamedEnd, to: NamedEnd, { forward, reverse }: Reach, style: Style): string {
  const { locale, paint } = style
  const title = (key: 'path.forward' | 'path.reverse', start: NamedEnd, end: NamedEnd): string =>
    paint.strong(say(locale, key, { from: start.text, to: end.text }))
  return (
    lines([title('path.forward', from, to), '', pathPicture(from, to, forward, paint), '']) +
    answerText(forward, style) +
    lines(['', title('path.reverse', to, from), '', pathPicture(to, from, reverse, paint), '']) +
    answerText(reverse, style) +
    lines(['', paint.faint(say(locale, 'path.replies'))])
  )
}

function answerText({ allowed, denied, complete, covered }: PathAnswer, style: Style): string {
  const { locale, paint } = style
  const passes = paint.good(say(locale, 'path.allowed'))
  const fails = paint.bad(say(locale, 'path.denied'))
  const unknown = say(locale, 'path.unknown', { percent: percentOf(covered) })
  return (
    lines(allowed.parts.flatMap((part) => partLines(passes, part, style))) +
    lines(allowed.more ? [`${passes}  ${say(locale, 'diff.more')} (${countText(allowed.count)})`] : []) +
    lines(denied.parts.flatMap((part) => partLines(fails, part, style))) +
    lines(denied.more ? [`${fails}  ${say(locale, 'diff.more')} (${countText(denied.count)})`] : []) +
    lines(complete ? [] : [paint.warn(unknown)])
  )
}

const partLines = (word: string, { region, example, sides }: PathPart, style: Style): string[] => [
  `${word}  ${pathRegionText(region)}`,
  style.paint.faint(`  ${packetText(example)}`),
  ...sides.map((side) => `  ${sideText(style, side)}`),
]

function whoCommand(
  world: World,
  names: ReadonlyMap<string, string>,
  options: Options,
  style: Style,
): number {
  const target = readEnd(world, names, String(options['to']), null)
  if (!target.interface) {
    throw new UserError(`${target.text} is no interface of ours`, 'Name an instance as --to, or give --from.')
  }
  const { protocol, destinationPorts, sourcePorts } = queryOf(options)
  if (sourcePorts) {
    throw new UserError(
      '--source-port is given without --from',
      'Leave it out: who may reach an end is asked for any source port; or give --from.',
    )
  }
  const asked = { interface: target.interface.id, protocol, ports: destinationPorts }
  const answer = whoMayReach(world, asked, { budget: budgetOf(options['budget']) })
  process.stdout.write(
    options['json'] === true ? jsonText({ to: target.text, ...answer }) : whoText(answer, world, style),
  )
  return answer.complete ? exitCodes.ok : exitCodes.unknown
}

/** Who may reach an interface: blocks of addresses, then interfaces of ours, a line each. */
export function whoText(answer: WhoMayReach, world: World, style: Style): string {
  const { cidrs, cidrs6, interfaces, complete, covered } = answer
  const { locale, paint } = style
  const unknown = say(locale, 'path.unknown', { percent: percentOf(covered) })
  return lines([
    ...cidrs,
    ...cidrs6,
    ...interfaces.map((id) => interfaceText(style, world, id)),
    ...(complete ? [] : [paint.warn(unknown)]),
  ])
}
