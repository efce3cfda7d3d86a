import type {
  Base,
  DataType,
  ElementSet,
  Rule,
  RuleChain,
  Ruleset,
  TableFamily,
  TimeoutPolicy,
} from '../nftables/ruleset.js'
import { TABLE_NAME } from '../nftables/ruleset.js'
import { dump } from './dump.js'
import { COUNTER, HOOKS, MESSAGES, TIMEOUT } from './encode.js'
import { verdictCodes } from './expressions.js'
import { attributesIn, byKind, numberIn, putText, textIn } from './message.js'
import { listedContent } from './rule-content.js'
import { SET_FLAGS } from './sets.js'
import type { Socket } from './socket.js'
import { VERDICT_NUMBER, boundsText, padded, shapes, valueText } from './values.js'

type Value = Exclude<DataType, 'verdict'>

const typesByNumber = new Map(Object.entries(shapes).map(([type, { number }]) => [number, type as Value]))

/** The types of a key; one that is not ours is named by its number. */
function keyTypes(number: number): DataType[] {
  const numbers = []
  for (let rest = number; rest > 0; rest = Math.floor(rest / 64)) numbers.unshift(rest % 64)
  return numbers.map((one) => typesByNumber.get(one) ?? (`type ${one}` as Value))
}

const isKnown = (type: DataType): type is Value => type in shapes

function keyText(bytes: Buffer, key: readonly DataType[]): string {
  if (!key.every(isKnown)) return bytes.toString('hex')
  if (key.length === 1) return valueText(bytes, key[0] as Value)
  let at = 0
  return key
    .map((type) => {
      const text = valueText(bytes.subarray(at, at + shapes[type].bytes), type)
      at += padded(type)
      return text
    })
    .join(' . ')
}

const wordsByCode = new Map(Object.entries(verdictCodes).map(([word, code]) => [code, word]))

function verdictText(bytes: Buffer | undefined): string {
  const parts = byKind(bytes)
  const word = wordsByCode.get(numberIn(parts.get(1)) | 0) ?? 'unknown'
  const chain = textIn(parts.get(2))
  return chain === '' ? word : `${word} ${chain}`
}

function dataText(bytes: Buffer | undefined): string {
  if (bytes === undefined) return ''
  const data = byKind(bytes)
  const value = data.get(1)
  return value === undefined ? verdictText(data.get(2)) : valueText(value, 'mark')
}

interface Element {
  readonly key: Buffer
  readonly isEnd: boolean
  readonly value: string
}

function elementFrom(bytes: Buffer): Element {
  const parts = byKind(bytes)
  const key = byKind(parts.get(1)).get(1) ?? Buffer.alloc(0)
  return { key, isEnd: (numberIn(parts.get(3)) & 1) !== 0, value: dataText(parts.get(2)) }
}

/** Ranges from their ends, whatever order they are listed in. */
function rangesFrom(elements: Element[], type: Value): [string, string][] {
  elements.sort((a, b) => Buffer.compare(a.key, b.key) || Number(b.isEnd) - Number(a.isEnd))
  const ranges: [string, string][] = []
  let open: Element | null = null
  for (const element of elements) {
    if (open) ranges.push([boundsText(open.key, element.key, type), open.value])
    open = element.isEnd ? null : element
  }
  if (open) ranges.push([boundsText(open.key, null, type), open.value])
  return ranges
}

async function elementsOf(
  socket: Socket,
  family: TableFamily,
  name: string,
  key: readonly DataType[],
  interval: boolean,
): Promise<Map<string, string>> {
  const bodies = await dump(socket, MESSAGES.getElements, family, (writer) => putText(writer, 2, name))
  const elements = bodies.flatMap((body) =>
    attributesIn(byKind(body).get(3) ?? Buffer.alloc(0)).map(([, bytes]) => elementFrom(bytes)),
  )
  const [type] = key
  if (interval && key.length === 1 && type !== undefined && isKnown(type))
    return new Map(rangesFrom(elements, type))
  return new Map(elements.map((element) => [keyText(element.key, key), element.value]))
}

/** Named sets, and those that rules brought along. */
async function setsOf(
  socket: Socket,
  family: TableFamily,
): Promise<Record<'named' | 'own', Map<string, ElementSet>>> {
  const sets = { named: new Map<string, ElementSet>(), own: new Map<string, ElementSet>() }
  for (const body of await dump(socket, MESSAGES.getSet, family)) {
    const parts = byKind(body)
    const flags = numberIn(parts.get(3))
    const name = textIn(parts.get(2))
    const key = keyTypes(numberIn(parts.get(4)))
    const interval = (flags & SET_FLAGS.interval) !== 0
    const isMap = (flags & SET_FLAGS.map) !== 0
    const data = isMap ? (numberIn(parts.get(6)) === VERDICT_NUMBER ? 'verdict' : 'mark') : null
    const place = (flags & SET_FLAGS.anonymous) === 0 ? sets.named : sets.own
    place.set(name, { key, data, interval, elements: await elementsOf(socket, family, name, key, interval) })
  }
  return sets
}

function baseFrom(parts: Map<number, Buffer>): Base | null {
  const at = parts.get(4)
  if (at === undefined) return null
  const hook = byKind(at)
  return {
    type: textIn(parts.get(7)) as Base['type'],
    hook: HOOKS[numberIn(hook.get(1))] ?? 'prerouting',
    priority: numberIn(hook.get(2)) | 0,
    policy: numberIn(parts.get(5)) === 1 ? 'accept' : 'drop',
  }
}

/** The comment in a rule's user data: kind 0, its length, its text. */
function commentIn(bytes: Buffer | undefined): string {
  for (let at = 0; bytes !== undefined && at + 2 <= bytes.length; at += 2 + (bytes[at + 1] ?? 0))
    if (bytes[at] === 0) return textIn(bytes.subarray(at + 2, at + 2 + (bytes[at + 1] ?? 0)))
  return ''
}

async function chainsOf(
  socket: Socket,
  family: TableFamily,
  own: ReadonlyMap<string, ElementSet>,
): Promise<Map<string, RuleChain>> {
  const chains = new Map<string, RuleChain & { rules: Rule[] }>()
  for (const body of await dump(socket, MESSAGES.getChain, family)) {
    const parts = byKind(body)
    // The kernel lists the chains of all tables.
    if (textIn(parts.get(1)) === TABLE_NAME)
      chains.set(textIn(parts.get(3)), { base: baseFrom(parts), rules: [] })
  }
  for (const body of await dump(socket, MESSAGES.getRule, family)) {
    const parts = byKind(body)
    const content = listedContent(parts.get(4) ?? Buffer.alloc(0), own)
    chains
      .get(textIn(parts.get(2)))
      ?.rules.push({ statements: [], comment: commentIn(parts.get(7)), content })
  }
  return chains
}

/** Reads all of our table in the namespace of the socket. Of rules, what they are made of is read back as `content`. */
export async function rulesetIn(socket: Socket, family: TableFamily, dormant: boolean): Promise<Ruleset> {
  const { named: sets, own } = await setsOf(socket, family)
  const chains = await chainsOf(socket, family, own)
  const timeouts = new Map<string, TimeoutPolicy | null>()
  const counters = new Set<string>()
  for (const body of await dump(socket, MESSAGES.getObject, family)) {
    const parts = byKind(body)
    const [kind, name] = [numberIn(parts.get(3)), textIn(parts.get(2))]
    if (kind === TIMEOUT) timeouts.set(name, null)
    if (kind === COUNTER) counters.add(name)
  }
  return { chains, sets, timeouts, counters, ...(dormant ? { dormant } : {}) }
}
