import type { Entry, Explanation as Grounds, Match } from '@sallyport/engine'
import { reasonText, say } from '@sallyport/engine'
import { columns } from '../columns.js'
import type { Explanation, Side } from './explain.js'
import { lines, type Style } from './texts.js'

/** The explanation in text: a picture of the path, each side's verdict with its grounds, the combined verdict last. */
export function explanationText(explanation: Explanation, style: Style): string {
  const { locale, paint } = style
  const { from, to, protocol, port, sourcePort, sides, verdict } = explanation
  const flow = `${protocol} ${withPort(from, sourcePort)} -> ${withPort(to, port)}`
  return (
    lines([paint.strong(flow), '', picture(explanation, style), '']) +
    sides.map((side) => sideLines(side, style)).join('') +
    columns([[say(locale, 'explain.verdict'), say(locale, `verdict.${verdict}`)]])
  )
}

const withPort = (address: string, number: number | null): string =>
  number === null ? address : `${address.includes(':') ? `[${address}]` : address}:${number}`

/** The ends, and a mark at each side that the flow crosses. */
function picture({ from, to, sides }: Explanation, { paint }: Style): string {
  const mark = (direction: Side['direction']): string => {
    const side = sides.find((one) => one.direction === direction)
    if (!side) return ''
    return side.grounds.verdict.verdict === 'accept' ? paint.good(' ✓') : paint.bad(' ✗')
  }
  const name = (direction: Side['direction'], address: string): string => {
    const side = sides.find((one) => one.direction === direction)
    return side ? `${side.instance ?? side.interface} ${paint.faint(address)}` : address
  }
  return `${name('egress', from)}${mark('egress')} ${paint.faint('────▶')}${mark('ingress')} ${name('ingress', to)}`
}

function sideLines({ direction, interface: id, instance, grounds }: Side, style: Style): string {
  const { locale, paint } = style
  const { verdict } = grounds.verdict
  const colour = verdict === 'accept' ? paint.good : paint.bad
  const whose = instance === null ? id : `${id} of ${instance}`
  return (
    lines([
      `${say(locale, `explain.${direction}`).padEnd(7)}  ${whose}  ${colour(say(locale, `verdict.${verdict}`))}  ${reasonText(locale, grounds.verdict)}`,
    ]) + lines([...stagedOf(grounds, style), ...othersOf(grounds, style)], '         ')
  )
}

/** What the verdict would be if no group was in audit. */
function stagedOf({ staged }: Grounds, { locale, paint }: Style): string[] {
  if (staged === null) return []
  if ('missing' in staged) {
    const params = { rule: staged.rule ?? '', field: staged.missing }
    return [paint.warn(say(locale, 'verdict.staged.unknown', params))]
  }
  const verdict = say(locale, `verdict.${staged.verdict}`)
  return [paint.warn(say(locale, 'verdict.staged', { verdict, reason: reasonText(locale, staged) }))]
}

/** What matched too and did not decide, and why not. */
const othersOf = ({ matches }: Grounds, style: Style): string[] =>
  matches.flatMap((match) => (match.outcome === 'decides' ? [] : [otherText(match, style)]))

function otherText(match: Match, { locale, paint }: Style): string {
  const { entry } = match
  const name = entry.rule ?? entry.group ?? say(locale, `reason.${entry.reason}`)
  const why =
    match.outcome === 'loses'
      ? whyLost(entry, match.losesTo, locale)
      : say(locale, 'match.counts', { group: entry.group ?? '' })
  return paint.faint(`${name} (${say(locale, `verdict.${entry.verdict}`)}): ${why}`)
}

function whyLost(entry: Entry, winner: Entry, locale: Style['locale']): string {
  if (winner.rule === null) return say(locale, 'match.loses.implicit')
  const params = { other: winner.rule, priority: winner.priority ?? '' }
  if (entry.priority !== winner.priority) return say(locale, 'match.loses.priority', params)
  return say(locale, entry.verdict === winner.verdict ? 'match.loses.same' : 'match.loses.drop', params)
}

/** Members of an explanation without the entries, which are no facts of the API. */
export const plainGrounds = (grounds: Grounds) => ({
  answer: withoutNulls(grounds.verdict),
  ...(grounds.staged && { staged: withoutNulls(grounds.staged) }),
  matches: grounds.matches.map(({ entry, outcome }) => ({ outcome, ...withoutNulls(verdictFrom(entry)) })),
})

const verdictFrom = ({ verdict, reason, rule, group, priority }: Entry) => ({
  ...{ verdict, reason, rule, group, priority },
})

const withoutNulls = (verdict: object) =>
  Object.fromEntries(Object.entries(verdict).filter(([, value]) => value !== null))
