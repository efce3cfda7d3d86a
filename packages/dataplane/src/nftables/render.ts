import type { Form } from '../intermediate.js'
import type { Line, ListedChain, ListedSet, Listing } from './listing.js'
import { INTERVAL, ownerChain, TABLE } from './listing.js'
import { listingOf } from './table.js'

const sameLines = (a: readonly Line[], b: readonly Line[]): boolean =>
  a.length === b.length && a.every((line, index) => line.comment === b[index]?.comment)

const addLines = (name: string, lines: readonly Line[]): string[] =>
  lines.map(({ text, comment }) => `add rule ${TABLE} ${name} ${text} comment "${comment}"`)

/** What cannot be changed in place: a base chain's hook, a set's type. */
function isSameShape(wanted: Listing, held: Listing): boolean {
  for (const [name, chain] of held.chains) {
    const twin = wanted.chains.get(name)
    if (twin && twin.header !== chain.header) return false
  }
  for (const [name, set] of held.sets) {
    const twin = wanted.sets.get(name)
    if (twin && (twin.kind !== set.kind || twin.type !== set.type)) return false
  }
  return true
}

const elementText = ([key, value]: readonly [string, string]): string =>
  value === '' ? key : `${key} : ${value}`

function elementCommand(
  verb: 'add' | 'delete',
  name: string,
  elements: readonly (readonly [string, string])[],
): string[] {
  if (elements.length === 0) return []
  return [`${verb} element ${TABLE} ${name} { ${elements.map(elementText).join(', ')} }`]
}

const addChain = (name: string, { header }: ListedChain): string =>
  header === null ? `add chain ${TABLE} ${name}` : `add chain ${TABLE} ${name} { ${header} }`

const addSet = (name: string, { kind, type }: ListedSet): string =>
  `add ${kind} ${TABLE} ${name} { type ${type}; }`

const addTimeout = (name: string, content: string): string => `add ct timeout ${TABLE} ${name} { ${content} }`

const missing = <T>(from: ReadonlyMap<string, T>, other: ReadonlyMap<string, unknown>): [string, T][] =>
  [...from].filter(([name]) => !other.has(name))

/** Elements of `from` that `other` lacks or has with another value. */
const differing = (from: ListedSet | undefined, other: ListedSet | undefined): [string, string][] =>
  [...(from?.elements ?? [])].filter(([key, value]) => other?.elements.get(key) !== value)

/**
 * Commands from a held table to the wanted one, in an order in which every reference exists when it is made. A chain
 * whose rules differ is emptied and filled: finding single rules by handle made nft list the whole table first, and
 * was no faster (measured with 200 rules).
 */
function changes(wanted: Listing, held: Listing): string[] {
  const linesHeld = (name: string): readonly Line[] => held.chains.get(name)?.lines ?? []
  const changed = [...wanted.chains].filter(([name, { lines }]) => !sameLines(lines, linesHeld(name)))
  const goneChains = missing(held.chains, wanted.chains)
  const goneSets = missing(held.sets, wanted.sets)
  const emptied = [...changed, ...goneChains].filter(([name]) => held.chains.has(name))
  return [
    ...missing(wanted.timeouts, held.timeouts).map(([name, content]) => addTimeout(name, content)),
    ...missing(wanted.sets, held.sets).map(([name, set]) => addSet(name, set)),
    ...missing(wanted.chains, held.chains).map(([name, chain]) => addChain(name, chain)),
    // Sets that go keep what they hold: packets on their way through the old rules still ask them.
    ...[...wanted.sets].flatMap(([name, set]) =>
      elementCommand('delete', name, differing(held.sets.get(name), set)),
    ),
    ...emptied.map(([name]) => `flush chain ${TABLE} ${name}`),
    ...[...wanted.sets].flatMap(([name, set]) =>
      elementCommand('add', name, differing(set, held.sets.get(name))),
    ),
    ...changed.flatMap(([name, { lines }]) => addLines(name, lines)),
    ...goneSets.map(([name, { kind }]) => `delete ${kind} ${TABLE} ${name}`),
    ...goneChains.map(([name]) => `delete chain ${TABLE} ${name}`),
    ...missing(held.timeouts, wanted.timeouts).map(([name]) => `delete ct timeout ${TABLE} ${name}`),
  ]
}

const nothing: Listing = { chains: new Map(), sets: new Map(), timeouts: new Map() }

/**
 * The interval sets that are not held yet, filled, and with them the chain that says whose the table is: it must never
 * be there without. Nothing refers to them, so that nothing changes.
 */
function preparation(form: Form, wanted: Listing, held: Listing): Listing {
  const fresh = missing(wanted.sets, held.sets).filter(([, { type }]) => type.endsWith(INTERVAL))
  if (fresh.length === 0) return held
  const owner: [string, ListedChain] = [ownerChain(form.mark), { header: null, lines: [] }]
  return { ...held, chains: new Map([...held.chains, owner]), sets: new Map([...held.sets, ...fresh]) }
}

/** A transaction, what has to be in the kernel before it begins ('' when nothing does), and the table it makes. */
export interface Transaction {
  readonly prepare: string
  readonly text: string
  readonly listing: Listing
}

const textOf = (lines: readonly string[]): string => lines.map((text) => `${text}\n`).join('')

/**
 * The one transaction that brings the table from what is held to what the form wants; '' when they are equal. What
 * cannot be changed in place makes the whole table new within the same transaction, so there is never a gap.
 *
 * An interval set that is new in the transaction that makes it live looks empty for a moment (measured), and a rule that
 * drops what it holds would let it pass. So such sets come into being in a transaction before.
 */
export function render(form: Form, held: Listing | null): Transaction {
  const listing = listingOf(form)
  if (held !== null && !isSameShape(listing, held)) {
    // Another version's table. Its new sets may look empty for that moment.
    const renewal = [`add table ${TABLE}`, `delete table ${TABLE}`, `add table ${TABLE}`]
    return { prepare: '', text: textOf([...renewal, ...changes(listing, nothing)]), listing }
  }
  const table = held === null ? [`add table ${TABLE}`] : []
  const prepared = preparation(form, listing, held ?? nothing)
  const first = changes(prepared, held ?? nothing)
  return {
    prepare: first.length === 0 ? '' : textOf([...table, ...first]),
    text: textOf([...(first.length === 0 ? table : []), ...changes(listing, prepared)]),
    listing,
  }
}
