import type { ChangedRegion, FlowChange, InterfaceDiff, Verdict, WorldDiff } from '@sallyport/engine'
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

/** What a change opens, closes and makes dead, as a comment of a pull request; never longer than GitHub takes. */
export function markdownOf(
  answer: WorldDiff,
  notes: readonly string[],
  { names }: Pick<Style, 'names'>,
): string {
  const alike = together(answer.interfaces)
  const called = (id: string): string => {
    const name = names.get(id)
    return name === undefined || name === id ? code(id) : `${code(name)} (${code(id)})`
  }
  const head = [`### ${titleOf(answer)}\n`, ...(answer.complete ? [] : [incomplete(answer)])]
  const table = alike.length === 0 ? [] : [tableOf(alike, called)]
  const ends = notes.length === 0 ? [] : [notesOf(notes)]
  const details: string[] = []
  let length = [...head, ...table, ...ends].join('\n').length
  let left = 0
  for (const one of alike) {
    const text = detailsOf(one, called)
    // Once one is left out, so are those after it: what is shown is a beginning.
    if (left > 0 || length + text.length > LIMIT - 200) left++
    else {
      details.push(text)
      length += text.length + 1
    }
  }
  const more = left === 0 ? [] : [`_Details of ${left} more are left out: this comment is full._\n`]
  return [...head, ...table, ...details, ...more, ...ends].join('\n')
}

function titleOf({ interfaces, complete }: WorldDiff): string {
  const opening = interfaces.filter(({ diff }) => diff.opens.count > 0n).length
  const closing = interfaces.filter(({ diff }) => diff.closes.count > 0n).length
  const dead = new Set(interfaces.flatMap((one) => one.dead.map(({ rule }) => rule))).size
  const parts = [
    ...(opening > 0 ? [`opens flows at ${sides(opening)}`] : []),
    ...(closing > 0 ? [`closes flows at ${sides(closing)}`] : []),
    ...(dead > 0 ? [`makes ${dead} ${dead === 1 ? 'rule' : 'rules'} dead`] : []),
  ]
  if (parts.length > 0) return `Security groups: this change ${parts.join(', ')}`
  return complete
    ? 'Security groups: this change opens and closes nothing'
    : 'Security groups: it is not known whether this change opens or closes anything'
}

const sides = (count: number): string =>
  count === 1 ? 'one side of an interface' : `${count} sides of interfaces`

const incomplete = ({ covered }: WorldDiff): string =>
  `> The time for the question ended first: ${Math.floor(covered * 1000) / 10} % of the flows were compared. What is listed is true; there may be more.\n`

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

type Called = (id: string) => string

/** The interface, and how many more change alike. */
function whose({ first, ids }: Alike, called: Called): string {
  const { id, instance } = first
  const others = ids.length === 1 ? '' : ` and ${ids.length - 1} more`
  return called(instance ?? id) + others
}

function tableOf(alike: readonly Alike[], called: Called): string {
  const rows = alike.slice(0, ROWS).map((one) => {
    const { direction, status, diff, dead } = one.first
    const what = status === 'changed' ? direction : `${direction} (${status})`
    return `| ${[whose(one, called), what, flows(diff.opens), flows(diff.closes), String(dead.length)].join(' | ')} |`
  })
  const more = alike.length > ROWS ? [`| ${alike.length - ROWS} more | | | | |`] : []
  return `${['| interface | direction | opens | closes | dead rules |', '| --- | --- | ---: | ---: | ---: |', ...rows, ...more].join('\n')}\n`
}

const flows = ({ count }: FlowChange): string =>
  count === 0n ? '' : count === 1n ? '1 flow' : `${countText(count)} flows`

function detailsOf(one: Alike, called: Called): string {
  const { direction, diff, dead, revived } = one.first
  const rows = [
    ...diff.opens.regions.map((region) => rowOf('opens', region, direction)),
    ...diff.closes.regions.map((region) => rowOf('closes', region, direction)),
  ]
  const cut = diff.opens.more || diff.closes.more ? ['| | more than these | | | |'] : []
  const table =
    rows.length === 0
      ? []
      : ['| | flows | for example | before | after |', '| --- | --- | --- | --- | --- |', ...rows, ...cut, '']
  const rules = [
    ...dead.map(({ rule, blockers }) => {
      const by = blockers.map((blocker) => decider(blocker)).join(', ')
      return `- ${code(rule)} can never decide: ${by} decides in its place`
    }),
    ...revived.map((rule) => `- ${code(rule)} can decide again`),
  ]
  const title = `${whose(one, called)}, ${direction}`
  const body = [...table, ...rules].join('\n')
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>\n`
}

function rowOf(
  what: string,
  { region, example, before, after }: ChangedRegion,
  direction: InterfaceDiff['direction'],
): string {
  const cells = [
    code(regionText(region, direction)),
    code(flowText(example, direction)),
    decider(before),
    decider(after),
  ]
  return `| ${what} | ${cells.join(' | ')} |`
}

/** What decides, in a few words. */
function decider({ verdict, reason, rule, group }: Verdict): string {
  switch (reason) {
    case 'rule':
      return `${verdict} by ${code(rule ?? '')}`
    case 'intra-group':
      return `${verdict} between members of ${code(group ?? '')}`
    case 'carve-out':
      return `${verdict}, always`
    case 'default':
      return `${verdict} by default`
  }
}

function notesOf(notes: readonly string[]): string {
  const shown = notes.slice(0, NOTES).map((note) => `- ${plainText(note)}`)
  const more = notes.length > NOTES ? [`- and ${notes.length - NOTES} more`] : []
  return `<details><summary>What is not known (${notes.length})</summary>\n\n${[...shown, ...more].join('\n')}\n\n</details>\n`
}
