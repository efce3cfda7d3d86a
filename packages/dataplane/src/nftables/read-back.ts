import { formatAddress, parseAddress } from '@sallyport/engine'
import { messageOf } from '../run.js'
import { runSoon } from '../shell.js'
import type { Line, ListedChain, ListedSet, Listing } from './listing.js'
import { INTERVAL, TABLE } from './listing.js'

/** The objects of `nft -j list table` that matter here (libnftables-json(5)). */
interface NftObject {
  readonly chain?: { name: string; type?: string; hook?: string; prio?: number; policy?: string }
  readonly rule?: { chain: string; comment?: string }
  readonly set?: NftSet
  readonly map?: NftSet
  readonly 'ct timeout'?: { readonly name: string }
}

interface NftSet {
  readonly name: string
  readonly type: string | readonly string[]
  readonly map?: string
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

function verdictText(verdict: unknown): string {
  const [[word, details]] = Object.entries(verdict as object) as [[string, { target?: string } | null]]
  return details?.target === undefined ? word : `${word} ${details.target}`
}

function listedSet(set: NftSet, kind: 'set' | 'map'): ListedSet {
  const types = typeof set.type === 'string' ? [set.type] : set.type
  const elements = (set.elem ?? []).map((element): [string, string] =>
    kind === 'map' && Array.isArray(element)
      ? [keyText(bare(element[0]), types), verdictText(element[1])]
      : [keyText(bare(element), types), ''],
  )
  const type = types.join(' . ') + (set.flags?.includes('interval') ? INTERVAL : '')
  return { kind, type: kind === 'map' ? `${type} : ${set.map ?? ''}` : type, elements: new Map(elements) }
}

const headerOf = ({ type, hook, prio, policy }: NonNullable<NftObject['chain']>): string | null =>
  type === undefined ? null : `type ${type} hook ${hook} priority ${prio}; policy ${policy};`

/** Reads the JSON listing of a table. Rules are known by their comments; their texts are not read back. */
export function listingFrom(json: string): Listing {
  const { nftables } = JSON.parse(json) as { nftables: readonly NftObject[] }
  const chains = new Map<string, ListedChain & { lines: Line[] }>()
  const sets = new Map<string, ListedSet>()
  const timeouts = new Map<string, string>()
  for (const { chain, rule, set, map, 'ct timeout': timeout } of nftables) {
    if (timeout) timeouts.set(timeout.name, '')
    if (chain) chains.set(chain.name, { header: headerOf(chain), lines: [] })
    if (rule) chains.get(rule.chain)?.lines.push({ text: '', comment: rule.comment ?? '' })
    if (set) sets.set(set.name, listedSet(set, 'set'))
    if (map) sets.set(map.name, listedSet(map, 'map'))
  }
  return { chains, sets, timeouts }
}

/** The JSON listing of our table in a namespace, or null when there is no such table or namespace. */
export async function readTable(namespace: string): Promise<string | null> {
  try {
    return await runSoon(namespace, 'nft', ['-j', 'list', 'table', ...TABLE.split(' ')], '')
  } catch (error) {
    if (messageOf(error).includes('No such file or directory')) return null
    throw error
  }
}

/** What the kernel holds of our table in a namespace, or null when there is no such table. */
export async function readBack(namespace: string): Promise<Listing | null> {
  const text = await readTable(namespace)
  return text === null ? null : listingFrom(text)
}
