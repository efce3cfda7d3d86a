import type {
  ChangedRegion,
  FlowChange,
  InterfaceDiff,
  MessageKey,
  MessageParams,
  Verdict,
  WorldDiff,
} from '@sallyport/engine'
import { say } from '@sallyport/engine'
import { countText, flowText, regionText } from '../explaining/flow-text.js'
import type { Style } from '../explaining/texts.js'

/** A comment of GitHub has at most 65,536 characters. */
const LIMIT = 60_000
const ROWS = 50
const NOTES = 20

/** Texts of others are shown as they are: nothing in them is markup, a mention or a link, or ends a cell. */
export const plainText = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[^\p{L}\p{N} ,.;/+-]/gu, (char) => `&#${char.codePointAt(0) ?? 0};`)
    // What begins like an address is made a link.
    .replace(/www\./gi, (found) => `${found.slice(0, 3)}&#46;`)

const code = (text: string): string => `<code>${plainText(text)}</code>`

/** Interfaces that change alike. */
interface Alike {
  readonly first: InterfaceDiff
  readonly ids: readonly string[]
}

/** How the comment is written: in which language, and what an id is called. */
interface Writing {
  readonly text: (key: MessageKey, params?: MessageParams) => string
  readonly called: (id: string) => string
}

function writingOf({ locale, names }: Pick<Style, 'locale' | 'names'>): Writing {
  return {
    text: (key, params) => say(locale, key, params),
    called: (id) => {
      const name = names.get(id)
      return name === undefined || name === id ? code(id) : `${code(name)} (${code(id)})`
    },
  }
}

/** What a change opens, closes and makes dead, as a comment of a pull request; never longer than GitHub takes. */
export function markdownOf(
  answer: WorldDiff,
  notes: readonly string[],
  style: Pick<Style, 'locale' | 'names'>,
): string {
  const alike = together(answer.interfaces)
  const writing = writingOf(style)
  const { text } = writing
  const head = [
    `### ${titleOf(answer, writing)}\n`,
    ...(answer.complete ? [] : [incomplete(answer, writing)]),
  ]
  const table = alike.length === 0 ? [] : [tableOf(alike, writing)]
  const ends = notes.length === 0 ? [] : [notesOf(notes, writing)]
  const details: string[] = []
  let length = [...head, ...table, ...ends].join('\n').length
  let left = 0
  for (const one of alike) {
    const written = detailsOf(one, writing)
    // Once one is left out, so are those after it: what is shown is a beginning.
    if (left > 0 || length + written.length > LIMIT - 200) left++
    else {
      details.push(written)
      length += written.length + 1
    }
  }
  const more = left === 0 ? [] : [`_${text('plan.full', { count: left })}_\n`]
  return [...head, ...table, ...details, ...more, ...ends].join('\n')
}

function titleOf({ interfaces, complete }: WorldDiff, { text }: Writing): string {
  const opening = interfaces.filter(({ diff }) => diff.opens.count > 0n).length
  const closing = interfaces.filter(({ diff }) => diff.closes.count > 0n).length
  const dead = new Set(interfaces.flatMap((one) => one.dead.map(({ rule }) => rule))).size
  const sides = (count: number): string => text(count === 1 ? 'plan.sides.one' : 'plan.sides.many', { count })
  const parts = [
    ...(opening > 0 ? [text('plan.opens', { sides: sides(opening) })] : []),
    ...(closing > 0 ? [text('plan.closes', { sides: sides(closing) })] : []),
    ...(dead > 0 ? [text(dead === 1 ? 'plan.dead.one' : 'plan.dead.many', { count: dead })] : []),
  ]
  if (parts.length > 0) return text('plan.title.changes', { parts: parts.join(', ') })
  return text(complete ? 'plan.title.nothing' : 'plan.title.unknown')
}

const incomplete = ({ covered }: WorldDiff, { text }: Writing): string =>
  `> ${text('plan.incomplete', { percent: Math.floor(covered * 1000) / 10 })}\n`

/** Interfaces whose changes differ in nothing but their own addresses, the most flows opened first. */
function together(interfaces: readonly InterfaceDiff[]): Alike[] {
  const groups = new Map<string, { first: InterfaceDiff; ids: string[] }>()
  for (const one of interfaces) {
    const { direction, status, diff, dead, revived } = one
    const said = (change: FlowChange): unknown[] => [
      String(change.count),
      ...change.regions.map(({ region: { local, ...region }, before, after }) => [
        JSON.stringify(region, plainBigint),
        local.length,
        before.rule,
        after.rule,
        before.reason,
        after.reason,
      ]),
    ]
    const rules = [...dead.map(({ rule }) => rule), ...revived]
    const key = JSON.stringify([direction, status, said(diff.opens), said(diff.closes), rules])
    const known = groups.get(key)
    if (known) known.ids.push(one.id)
    else groups.set(key, { first: one, ids: [one.id] })
  }
  const size = ({ first }: Alike): bigint => first.diff.opens.count
  return [...groups.values()].sort((a, b) => (size(a) > size(b) ? -1 : size(a) < size(b) ? 1 : 0))
}

const plainBigint = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value

/** The interface, and how many more change alike. */
function whose({ first, ids }: Alike, { text, called }: Writing): string {
  const { id, instance } = first
  const name = called(instance ?? id)
  return ids.length === 1 ? name : text('plan.others', { whose: name, count: ids.length - 1 })
}

const rowFrom = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function tableOf(alike: readonly Alike[], writing: Writing): string {
  const { text } = writing
  const rows = alike.slice(0, ROWS).map((one) => {
    const { direction, status, diff, dead } = one.first
    const way = text(`direction.${direction}`)
    const what = status === 'changed' ? way : `${way} (${text(`diff.${status}`)})`
    return rowFrom([
      ...[whose(one, writing), what, flows(diff.opens, writing), flows(diff.closes, writing)],
      String(dead.length),
    ])
  })
  const more = alike.length > ROWS ? [`| ${text('plan.more', { count: alike.length - ROWS })} | | | | |`] : []
  const columns = (['interface', 'direction', 'opens', 'closes', 'dead'] as const).map((column) =>
    text(`plan.column.${column}`),
  )
  return `${[rowFrom(columns), '| --- | --- | ---: | ---: | ---: |', ...rows, ...more].join('\n')}\n`
}

const flows = ({ count }: FlowChange, { text }: Writing): string =>
  count === 0n ? '' : text(count === 1n ? 'plan.flows.one' : 'plan.flows.many', { count: countText(count) })

function detailsOf(one: Alike, writing: Writing): string {
  const { text } = writing
  const { direction, diff, dead, revived } = one.first
  const rows = [
    ...diff.opens.regions.map((region) => rowOf('opens', region, direction, writing)),
    ...diff.closes.regions.map((region) => rowOf('closes', region, direction, writing)),
  ]
  const cut = diff.opens.more || diff.closes.more ? [`| | ${text('plan.regions.more')} | | | |`] : []
  const columns = (['flows', 'example', 'before', 'after'] as const).map((column) =>
    text(`plan.column.${column}`),
  )
  const table =
    rows.length === 0 ? [] : [`| ${rowFrom(columns)}`, '| --- | --- | --- | --- | --- |', ...rows, ...cut, '']
  const rules = [
    ...dead.map(({ rule, blockers }) => {
      const by = blockers.map((blocker) => decider(blocker, writing)).join(', ')
      return `- ${text('plan.rule.dead', { rule: code(rule), blockers: by })}`
    }),
    ...revived.map((rule) => `- ${text('plan.rule.revived', { rule: code(rule) })}`),
  ]
  const title = `${whose(one, writing)}, ${text(`direction.${direction}`)}`
  const body = [...table, ...rules].join('\n')
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>\n`
}

function rowOf(
  what: 'opens' | 'closes',
  { region, example, before, after }: ChangedRegion,
  direction: InterfaceDiff['direction'],
  writing: Writing,
): string {
  return rowFrom([
    writing.text(`plan.column.${what}`),
    code(regionText(region, direction)),
    code(flowText(example, direction)),
    decider(before, writing),
    decider(after, writing),
  ])
}

/** What decides, in a few words. */
const decider = ({ verdict, reason, rule, group }: Verdict, { text }: Writing): string =>
  text(`plan.by.${reason}`, {
    verdict: text(`verdict.${verdict}`),
    rule: code(rule ?? ''),
    group: code(group ?? ''),
  })

function notesOf(notes: readonly string[], { text }: Writing): string {
  const shown = notes.slice(0, NOTES).map((note) => `- ${plainText(note)}`)
  const more = notes.length > NOTES ? [`- ${text('plan.notes.more', { count: notes.length - NOTES })}`] : []
  return `<details><summary>${text('plan.notes', { count: notes.length })}</summary>\n\n${[...shown, ...more].join('\n')}\n\n</details>\n`
}
