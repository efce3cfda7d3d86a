import { formatAddress, parseAddress } from '@sallyport/engine'
import { messageOf } from '../run.js'
import { runSoon } from '../shell.js'
import type { Base, DataType, ElementSet, Rule, RuleChain, Ruleset, TimeoutPolicy } from './ruleset.js'
import { TABLE_NAME } from './ruleset.js'

/** The objects of `nft -j list table` that matter here (libnftables-json(5)). */
interface NftObject {
  readonly chain?: NftChain
  readonly rule?: { chain: string; comment?: string }
  readonly set?: NftSet
  readonly map?: NftSet
  readonly 'ct timeout'?: { readonly name: string }
  readonly counter?: { readonly name: string }
}

interface NftChain {
  readonly name: string
  readonly type?: Base['type']
  readonly hook?: Base['hook']
  readonly prio?: number
  readonly policy?: Base['policy']
}

interface NftSet {
  readonly name: string
  readonly type: DataType | readonly DataType[]
  readonly map?: ElementSet['data']
  readonly flags?: readonly string[]
  readonly elem?: readonly unknown[]
}

/** A range of addresses or ports, as nft lists it: a prefix where it is one. */
interface NftRange {
  readonly prefix?: { readonly addr: string; readonly len: number }
  readonly range?: readonly [unknown, unknown]
}

/** An element's key as rules write it: names in quotes, addresses in canonical text. */
function atom(text: unknown, type: string): string {
  if (typeof text === 'object' && text !== null) {
    const { prefix, range } = text as NftRange
    if (prefix) return `${atom(prefix.addr, type)}/${prefix.len}`
    if (range) return range.map((end) => atom(end, type)).join('-')
  }
  if (typeof text !== 'string') return JSON.stringify(text)
  if (type === 'ifname') return `"${text}"`
  const address = parseAddress(text)
  return address ? formatAddress(address) : text
}

function keyText(key: unknown, types: readonly string[]): string {
  const parts = typeof key === 'object' && key !== null && 'concat' in key ? key.concat : [key]
  if (!Array.isArray(parts)) return JSON.stringify(key)
  return parts.map((part, index) => atom(part, types[index] ?? '')).join(' . ')
}

/** Whoever adds an element by hand may give it a comment, which wraps it. */
function bare(element: unknown): unknown {
  if (typeof element !== 'object' || element === null || !('elem' in element)) return element
  return (element.elem as { val: unknown }).val
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return `${value}`
  const [[word, details]] = Object.entries(value as object) as [[string, { target?: string } | null]]
  return details?.target === undefined ? word : `${word} ${details.target}`
}

function setFrom({ type, map, flags, elem }: NftSet): ElementSet {
  const key = typeof type === 'string' ? [type] : type
  const data = map ?? null
  const elements = (elem ?? []).map((element): [string, string] =>
    data !== null && Array.isArray(element)
      ? [keyText(bare(element[0]), key), valueText(element[1])]
      : [keyText(bare(element), key), ''],
  )
  return { key, data, interval: flags?.includes('interval') ?? false, elements: new Map(elements) }
}

const baseOf = ({ type, hook, prio, policy }: NftChain): Base | null =>
  type && hook && policy ? { type, hook, priority: prio ?? 0, policy } : null

/** Reads the JSON listing of a table. Rules are known by their comments; what they are made of is not read back. */
export function listingFrom(json: string): Ruleset {
  const { nftables } = JSON.parse(json) as { nftables: readonly NftObject[] }
  const chains = new Map<string, RuleChain & { rules: Rule[] }>()
  const sets = new Map<string, ElementSet>()
  const timeouts = new Map<string, TimeoutPolicy | null>()
  const counters = new Set<string>()
  for (const { chain, rule, set, map, 'ct timeout': timeout, counter } of nftables) {
    if (timeout) timeouts.set(timeout.name, null)
    if (counter) counters.add(counter.name)
    if (chain) chains.set(chain.name, { base: baseOf(chain), rules: [] })
    if (rule) chains.get(rule.chain)?.rules.push({ statements: [], comment: rule.comment ?? '' })
    if (set) sets.set(set.name, setFrom(set))
    if (map) sets.set(map.name, setFrom(map))
  }
  return { chains, sets, timeouts, counters }
}

/** The JSON listing of our table in a namespace, or null when there is no such table or namespace. */
export async function readTable(namespace: string): Promise<string | null> {
  try {
    return await runSoon(namespace, 'nft', ['-j', 'list', 'table', 'inet', TABLE_NAME], '')
  } catch (error) {
    if (messageOf(error).includes('No such file or directory')) return null
    throw error
  }
}

/** What the kernel holds of our table in a namespace, or null when there is no such table. */
export async function readBack(namespace: string): Promise<Ruleset | null> {
  const text = await readTable(namespace)
  return text === null ? null : listingFrom(text)
}
