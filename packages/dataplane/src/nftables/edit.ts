import type { Line, ListedChain, Listing } from './listing.js'
import { TABLE } from './listing.js'

/** How a chain's rules differ: `removed` between two equal parts gives way to `added`. */
interface Difference {
  /** Number of equal lines at the start. */
  readonly start: number
  readonly removed: readonly Line[]
  readonly added: readonly Line[]
  /** The first line after the difference; undefined at the chain's end. */
  readonly next: Line | undefined
}

function differenceOf(wanted: readonly Line[], held: readonly Line[]): Difference {
  const shorter = Math.min(wanted.length, held.length)
  let start = 0
  while (start < shorter && wanted[start]?.comment === held[start]?.comment) start++
  let end = 0
  while (end < shorter - start && wanted.at(-1 - end)?.comment === held.at(-1 - end)?.comment) end++
  return {
    start,
    removed: held.slice(start, held.length - end),
    added: wanted.slice(start, wanted.length - end),
    next: held[held.length - end],
  }
}

const ruleText = ({ text, comment }: Line): string => `${text} comment "${comment}"`

/**
 * Commands that turn a chain's rules into the wanted ones, within a transaction. Only the rules that differ are
 * touched when their handles are known; else the chain is emptied and filled.
 */
export function editRules(name: string, wanted: readonly Line[], held: readonly Line[]): string[] {
  const { removed, added, next } = differenceOf(wanted, held)
  if (removed.length + added.length === 0) return []
  const known = [...removed, ...(next ? [next] : [])].every(({ handle }) => handle !== undefined)
  if (!known)
    return [
      `flush chain ${TABLE} ${name}`,
      ...wanted.map((line) => `add rule ${TABLE} ${name} ${ruleText(line)}`),
    ]
  const where =
    next === undefined ? `add rule ${TABLE} ${name}` : `insert rule ${TABLE} ${name} handle ${next.handle}`
  return [
    ...added.map((line) => `${where} ${ruleText(line)}`),
    ...removed.map(({ handle }) => `delete rule ${TABLE} ${name} handle ${handle}`),
  ]
}

/** The wanted lines with the handles that are known of the held ones; lines that the edit adds have none. */
function keepHandles(wanted: readonly Line[], held: readonly Line[]): Line[] {
  const { start, removed, added } = differenceOf(wanted, held)
  if (editRules('', wanted, held)[0]?.startsWith('flush')) return [...wanted]
  return wanted.map((line, index) => {
    if (index >= start && index < start + added.length) return line
    const twin = held[index < start ? index : index - added.length + removed.length]
    return twin?.handle === undefined ? line : { ...line, handle: twin.handle }
  })
}

/** A rule as `nft --echo --handle` repeats it. */
const ECHOED_RULE = new RegExp(`^(?:add|insert) rule ${TABLE} (\\S+) .*# handle (\\d+)$`)

/** Handles of the rules that a transaction added, by chain in order. */
export function addedHandles(echo: string): Map<string, number[]> {
  const handles = new Map<string, number[]>()
  for (const text of echo.split('\n')) {
    const [, chain, handle] = ECHOED_RULE.exec(text) ?? []
    if (chain === undefined) continue
    const known = handles.get(chain) ?? []
    known.push(Number(handle))
    handles.set(chain, known)
  }
  return handles
}

function chainAfter(
  chain: ListedChain,
  held: ListedChain | undefined,
  added: readonly number[],
): ListedChain {
  const lines = keepHandles(chain.lines, held?.lines ?? [])
  const fresh = lines.filter(({ handle }) => handle === undefined).length
  if (fresh !== added.length) return { ...chain, lines }
  let next = 0
  return {
    ...chain,
    lines: lines.map((line) => {
      const handle = line.handle ?? added[next++]
      return handle === undefined ? line : { ...line, handle }
    }),
  }
}

/** What the kernel holds after a transaction: the wanted table, with the handles of its rules. */
export function listingAfter(wanted: Listing, held: Listing | null, echo: string): Listing {
  const added = addedHandles(echo)
  const chains = [...wanted.chains].map(([name, chain]): [string, ListedChain] => [
    name,
    chainAfter(chain, held?.chains.get(name), added.get(name) ?? []),
  ])
  return { chains: new Map(chains), sets: wanted.sets }
}
