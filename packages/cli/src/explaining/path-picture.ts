import type { PathAnswer } from '@sallyport/engine'
import type { NamedEnd } from './ends.js'
import type { Paint } from './paint.js'

/** How much of what is asked about a side of the path lets through. */
type Share = 'all' | 'some' | 'none'

const marks: Readonly<Record<Share, string>> = { all: '✓', some: '◐', none: '✗' }

/** One line that draws the path: its ends, and what each side that the flows cross lets through. */
export function pathPicture(from: NamedEnd, to: NamedEnd, answer: PathAnswer, paint: Paint): string {
  const gate = (side: 'egress' | 'ingress', end: NamedEnd): string => {
    if (!end.interface) return ' '
    const share = shareOf(answer, side)
    const mark = marks[share]
    return share === 'all' ? paint.good(mark) : share === 'none' ? paint.bad(mark) : paint.warn(mark)
  }
  const line = paint.faint('──')
  return `${from.text} ${gate('egress', from)} ${line}${line}▶ ${gate('ingress', to)} ${to.text}`
}

function shareOf({ allowed, denied }: PathAnswer, side: 'egress' | 'ingress'): Share {
  const verdicts = [...allowed.parts, ...denied.parts].flatMap(({ sides }) =>
    sides.filter((one) => one.side === side).map(({ decider }) => decider.verdict),
  )
  if (verdicts.every((verdict) => verdict === 'accept')) return 'all'
  return verdicts.every((verdict) => verdict === 'drop') ? 'none' : 'some'
}
