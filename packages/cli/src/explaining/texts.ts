import type { Direction, FlowChange, Locale, SideVerdict, Verdict, World } from '@sallyport/engine'
import { reasonText, say } from '@sallyport/engine'
import { countText, flowText, regionText } from './flow-text.js'
import type { Paint } from './paint.js'

/** How answers are written: the language, the colours, and what things are called. */
export interface Style {
  readonly locale: Locale
  readonly paint: Paint
  readonly names: ReadonlyMap<string, string>
}

/** A verdict in its colour. */
export const verdictText = ({ locale, paint }: Style, verdict: Verdict['verdict']): string =>
  (verdict === 'accept' ? paint.good : paint.bad)(say(locale, `verdict.${verdict}`))

/** An id with its name, where it has one that differs. */
export function called({ names }: Style, id: string): string {
  const name = names.get(id)
  return name === undefined || name === id ? id : `${name} (${id})`
}

/** What one side of a path says, and why. */
export function sideText(style: Style, { side, interface: id, decider }: SideVerdict): string {
  const { locale } = style
  const direction = say(locale, `direction.${side}`)
  return `${direction} ${called(style, id)}: ${verdictText(style, decider.verdict)}, ${reasonText(locale, decider)}`
}

/** The flows that change one way: how many, the largest regions of them, an example and the reason before and after. */
export function changeLines(
  style: Style,
  kind: 'opens' | 'closes',
  direction: Direction,
  change: FlowChange,
): string[] {
  if (change.count === 0n) return []
  const { locale, paint } = style
  const colour = kind === 'opens' ? paint.warn : paint.bad
  const word = colour(say(locale, `diff.${kind}`))
  return [
    ...change.regions.flatMap(({ region, example, before, after }) => [
      `${word}  ${regionText(region, direction)}`,
      paint.faint(`  ${flowText(example, direction)}`),
      paint.faint(`  ${reasonText(locale, before)}`),
      paint.faint(`  → ${reasonText(locale, after)}`),
    ]),
    ...(change.more ? [`${word}  ${say(locale, 'diff.more')} (${countText(change.count)})`] : []),
  ]
}

/** What part of the flows an incomplete answer covers, as a whole percent that never says all. */
export const percentOf = (covered: number): number => Math.min(99, Math.floor(covered * 100))

/** An interface with its instance. */
export function interfaceText(style: Style, world: World, id: string): string {
  const instance = world.interfaces.get(id)?.instance ?? null
  return instance === null ? called(style, id) : `${called(style, instance)} ${style.paint.faint(id)}`
}

/** Lines with a final line break, indented. */
export const lines = (texts: readonly string[], indent = ''): string =>
  texts.map((text) => `${indent}${text}\n`).join('')
