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
import { elementsOf } from './elements.js'
import { COUNTER, HOOKS, MESSAGES, TIMEOUT } from './encode.js'
import { byKind, numberIn, textIn } from './message.js'
import { listedContent } from './rule-content.js'
import { SET_FLAGS } from './sets.js'
import type { Socket } from './socket.js'
import { VERDICT_NUMBER, shapes } from './values.js'

type Value = Exclude<DataType, 'verdict'>

const typesByNumber = new Map(Object.entries(shapes).map(([type, { number }]) => [number, type as Value]))

/** The types of a key; one that is not ours is named by its number. */
function keyTypes(number: number): DataType[] {
  const numbers = []
  for (let rest = number; rest > 0; rest = Math.floor(rest / 64)) numbers.unshift(rest % 64)
  return numbers.map((one) => typesByNumber.get(one) ?? (`type ${one}` as Value))
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
    place.set(name, {
      key,
      data,
      interval,
      elements: await elementsOf(socket, family, name, { key, interval }),
    })
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
