import type { ElementSet, Rule, Statement } from '../nftables/ruleset.js'
import type { OwnSet } from './expressions.js'
import { ownSetOf, putExpressions } from './expressions.js'
import { attributesIn, byKind, newWriter, numberIn, textIn } from './message.js'

/**
 * What a rule is made of, in words that are the same for the expressions that were sent and for those that the kernel
 * lists: it fills in what was left out, names the sets that rules bring along, and counts.
 */

/** What counts of expressions: attributes of linux/netfilter/nf_tables.h. What later kernels tell beside them does not. */
const telling: Readonly<Record<string, readonly number[]>> = {
  bitwise: [1, 2, 3, 4, 5],
  cmp: [1, 2, 3],
  // What a counter has counted is not what it is.
  counter: [],
  ct: [1, 2, 3, 4],
  immediate: [1, 2],
  limit: [1, 2, 3, 4, 5],
  log: [1, 2, 3],
  // Not the number that stands for a set in the transaction that makes it.
  lookup: [1, 2, 3, 5],
  masq: [1, 2, 3],
  meta: [1, 2, 3],
  objref: [1, 2],
  payload: [1, 2, 3, 4],
  range: [1, 2, 3, 4],
}

/** Those that hold a value or a verdict. */
const values: Readonly<Record<string, readonly number[]>> = {
  immediate: [2],
  cmp: [3],
  range: [3, 4],
  bitwise: [4, 5],
}

/** Of lookups: the set, and the number of one that comes along. */
const [SET, SET_ID] = [1, 4]

function valueText(bytes: Buffer): string {
  const data = byKind(bytes)
  const value = data.get(1)
  if (value) return value.toString('latin1')
  const verdict = byKind(data.get(2))
  return `${numberIn(verdict.get(1))} ${textIn(verdict.get(2))}`
}

/** A number that is zero is as good as one that is not there. */
const isNothing = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0)

/** How a set is told: by its name, or by what it holds. */
type SetText = (name: string, id: number) => string

function expressionText(bytes: Buffer, setText: SetText): string {
  const parts = byKind(bytes)
  const name = textIn(parts.get(1))
  const attributes = byKind(parts.get(2))
  const texts = (telling[name] ?? [...attributes.keys()]).flatMap((kind) => {
    const content = attributes.get(kind)
    if (content === undefined) return []
    if (values[name]?.includes(kind)) return `${kind}=${valueText(content)}`
    if (isNothing(content)) return []
    const isSet = name === 'lookup' && kind === SET
    const text = isSet
      ? setText(textIn(content), numberIn(attributes.get(SET_ID)))
      : content.toString('latin1')
    return `${kind}=${text}`
  })
  return `${name} ${texts.join(' ')}`
}

const contentText = (expressions: Buffer, setText: SetText): string =>
  attributesIn(expressions)
    .map(([, bytes]) => expressionText(bytes, setText))
    .join('\n')

const elementsText = ({ data, elements }: ElementSet): string =>
  `${data} { ${[...elements]
    .map((element) => element.join(' : '))
    .sort()
    .join(', ')} }`

/** Whether a set is one that a rule brought along: the kernel names it after what was asked for. */
const isOwn = (name: string): boolean => name.startsWith('__')

/** What rules are made of by how the kernel listed them: most are listed in the same words again and again. */
const listed = new Map<string, string>()
const MOST_LISTED = 50_000

/** What a rule that the kernel lists is made of. `own` are the sets that rules brought along. */
export function listedContent(expressions: Buffer, own: ReadonlyMap<string, ElementSet>): string {
  const key = expressions.toString('latin1')
  const known = listed.get(key)
  if (known !== undefined) return known
  let hasOwn = false
  const text = contentText(expressions, (name) => {
    if (!isOwn(name)) return name
    hasOwn = true
    const set = own.get(name)
    return set ? elementsText(set) : name
  })
  if (hasOwn) return text
  if (listed.size >= MOST_LISTED) listed.clear()
  listed.set(key, text)
  return text
}

function encodedContent({ statements, table = 'inet' }: Rule): string {
  const sets = statements.flatMap((statement) => {
    const set = ownSetOf(statement)
    return set ? [[statement, set] as const] : []
  })
  const own = new Map<Statement, OwnSet>(sets.map(([statement, set], at) => [statement, { id: at + 1, set }]))
  const writer = newWriter(1024)
  putExpressions(writer, statements, own, table)
  return contentText(writer.buffer.subarray(0, writer.length), (name, id) => {
    const set = sets[id - 1]?.[1]
    return isOwn(name) && set ? elementsText(set) : name
  })
}

/** What rules that were not read back are made of: most are compared again and again. */
const wanted = new WeakMap<Rule, string>()

/** What a rule is made of. */
export function contentOf(rule: Rule): string {
  const known = rule.content ?? wanted.get(rule)
  if (known !== undefined) return known
  const text = encodedContent(rule)
  wanted.set(rule, text)
  return text
}

/** Whether two rules are the same: of one that was read back, what it is made of counts, not only what it says of itself. */
export const isSameRule = (a: Rule, b: Rule | undefined): boolean =>
  a.comment === b?.comment &&
  ((a.content === undefined && b.content === undefined) || contentOf(a) === contentOf(b))
