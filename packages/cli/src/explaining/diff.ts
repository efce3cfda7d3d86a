import type { InterfaceDiff, WorldDiff } from '@sallyport/engine'
import { diffWorlds, say } from '@sallyport/engine'
import { UserError } from '@sallyport/server'
import { exitCodes } from '../exit-codes.js'
import type { Source } from '../world/source.js'
import { budgetOf } from './budget.js'
import { jsonText } from './json.js'
import { changeLines, called, lines, percentOf, type Style } from './texts.js'

type Options = Readonly<Record<string, unknown>>

/** Prints which flows open and close from one source to another; exit code 1 when any does. */
export function diffCommand(before: Source, after: Source, options: Options, style: Style): number {
  const regions = regionsOf(options['regions'])
  const answer = diffWorlds(before.world, after.world, { regions, budget: budgetOf(options['budget']) })
  process.stdout.write(options['json'] === true ? jsonText(answer) : diffText(answer, style))
  if (changes(answer)) return exitCodes.drop
  return answer.complete ? exitCodes.ok : exitCodes.unknown
}

/** Reads `--regions`: how many sets of flows a direction are listed. */
function regionsOf(text: unknown): number {
  if (text === undefined) return 5
  const number = typeof text === 'string' && /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= 1000) return number
  throw new UserError(`--regions is ${JSON.stringify(text)}`, 'Give a whole number from 1 to 1000.')
}

const changes = ({ interfaces }: WorldDiff): boolean =>
  interfaces.some(({ diff }) => diff.opens.count > 0n || diff.closes.count > 0n)

/** A difference in text: a paragraph an interface and direction. */
export function diffText({ interfaces, complete, covered }: WorldDiff, style: Style): string {
  const { locale, paint } = style
  const incomplete = say(locale, 'diff.incomplete', { percent: percentOf(covered) })
  const equal = interfaces.length === 0 && complete
  return (
    interfaces.map((one) => interfaceLines(one, style)).join('\n') +
    lines(equal ? [say(locale, 'diff.equal')] : []) +
    lines(complete ? [] : [paint.warn(incomplete)])
  )
}

function interfaceLines(one: InterfaceDiff, style: Style): string {
  const { locale, paint } = style
  const { id, instance, direction, status, diff, dead, revived } = one
  const owner = instance === null ? called(style, id) : `${called(style, instance)} ${paint.faint(id)}`
  const note = status === 'changed' ? '' : ` (${say(locale, `diff.${status}`)})`
  return (
    lines([`${paint.strong(owner)} ${say(locale, `direction.${direction}`)}${note}`]) +
    lines(
      [
        ...changeLines(style, 'opens', direction, diff.opens),
        ...changeLines(style, 'closes', direction, diff.closes),
        ...(diff.equal && status === 'changed' ? [say(locale, 'diff.equal')] : []),
        ...dead.map(({ rule, group, blockers }) => {
          const by = blockers.map(
            (blocker) => blocker.rule ?? say(locale, `reason.${blocker.reason}` as never),
          )
          return say(locale, 'diff.dead', { rule, group, blockers: by.join(', ') })
        }),
        ...revived.map((rule) => say(locale, 'diff.revived', { rule })),
      ],
      '  ',
    )
  )
}
