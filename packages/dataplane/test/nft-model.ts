import type { Form } from '../src/intermediate.js'
import type { Line, ListedChain, ListedSet, Listing } from '../src/nftables/listing.js'
import { render } from '../src/nftables/render.js'

/** A table as the kernel keeps it, with what a transaction may and may not do to it. */
interface Table {
  readonly chains: Map<string, ListedChain & { lines: Line[] }>
  readonly sets: Map<string, ListedSet & { elements: Map<string, string> }>
  readonly timeouts: Map<string, string>
}

const fail = (command: string, why: string): never => {
  throw new Error(`${why}: ${command}`)
}

/** Names a rule refers to: sets as @name, chains by jump. */
const referredSets = (text: string): string[] =>
  [...text.matchAll(/@([\w.-]+)/g)].map(([, name]) => name ?? '')

const referredTimeouts = (text: string): string[] =>
  [...text.matchAll(/ct timeout set "([^"]+)"/g)].map(([, name]) => name ?? '')

function readElements(text: string): [string, string][] {
  return text.split(', ').map((part) => {
    const [key, value] = part.split(' : ')
    return [key ?? '', value ?? '']
  })
}

function addRule(table: Table, command: string, chain: string, rest: string): void {
  const lines = table.chains.get(chain)?.lines ?? fail(command, 'no such chain')
  const [, text = '', comment = ''] =
    /^(.*) comment "([^"]*)"$/.exec(rest) ?? fail(command, 'a rule without comment')
  for (const name of referredSets(text)) if (!table.sets.has(name)) fail(command, `no set ${name}`)
  for (const name of referredTimeouts(text))
    if (!table.timeouts.has(name)) fail(command, `no timeout ${name}`)
  lines.push({ text, comment })
}

function changeElements(table: Table, command: string, verb: string, name: string, body: string): void {
  const set = table.sets.get(name) ?? fail(command, 'no such set')
  for (const [key, value] of readElements(body)) {
    if (verb === 'delete') {
      if (!set.elements.delete(key)) fail(command, `no element ${key}`)
      continue
    }
    if (set.elements.has(key)) fail(command, `element ${key} exists`)
    if (value !== '' && !table.chains.has(value.replace('jump ', ''))) fail(command, `no chain for ${value}`)
    set.elements.set(key, value)
  }
}

function deleteObject(table: Table, command: string, kind: string, name: string): void {
  const rules = [...table.chains.values()].flatMap(({ lines }) => lines)
  if (kind === 'chain') {
    const values = [...table.sets.values()].flatMap(({ elements }) => [...elements.values()])
    if (values.includes(`jump ${name}`)) fail(command, 'the chain is in use')
    if (table.chains.get(name)?.lines.length !== 0) fail(command, 'the chain has rules or is not there')
    table.chains.delete(name)
    return
  }
  if (rules.some(({ text }) => referredSets(text).includes(name))) fail(command, 'the set is in use')
  if (!table.sets.delete(name)) fail(command, 'no such set')
}

const PATTERNS: readonly [RegExp, (table: Table, command: string, ...parts: string[]) => void][] = [
  [
    /^add (set|map) inet sallyport (\S+) \{ type (.*); \}$/,
    (table, command, kind = '', name = '', type = '') => {
      if (table.sets.has(name)) fail(command, 'the set exists')
      table.sets.set(name, { kind: kind as 'set' | 'map', type, elements: new Map() })
    },
  ],
  [
    /^add ct timeout inet sallyport (\S+) \{ (.*) \}$/,
    (table, command, name = '', content = '') => {
      if (table.timeouts.has(name)) fail(command, 'the timeout exists')
      table.timeouts.set(name, content)
    },
  ],
  [
    /^delete ct timeout inet sallyport (\S+)$/,
    (table, command, name = '') => {
      const rules = [...table.chains.values()].flatMap(({ lines }) => lines)
      if (rules.some(({ text }) => referredTimeouts(text).includes(name))) fail(command, 'it is in use')
      if (!table.timeouts.delete(name)) fail(command, 'no such timeout')
    },
  ],
  [
    /^add chain inet sallyport (\S+)(?: \{ (.*) \})?$/,
    (table, command, name = '', header?: string) => {
      if (table.chains.has(name)) fail(command, 'the chain exists')
      table.chains.set(name, { header: header ?? null, lines: [] })
    },
  ],
  [
    /^flush chain inet sallyport (\S+)$/,
    (table, command, name = '') => {
      ;(table.chains.get(name) ?? fail(command, 'no such chain')).lines.length = 0
    },
  ],
  [
    /^add rule inet sallyport (\S+) (.*)$/,
    (table, command, name = '', rest = '') => addRule(table, command, name, rest),
  ],
  [
    /^(add|delete) element inet sallyport (\S+) \{ (.*) \}$/,
    (table, command, verb = '', name = '', body = '') => changeElements(table, command, verb, name, body),
  ],
  [
    /^delete (set|map|chain) inet sallyport (\S+)$/,
    (table, command, kind = '', name = '') => deleteObject(table, command, kind, name),
  ],
]

/**
 * Carries out a transaction's text on a copy of what is held and returns the result. Throws where the kernel would
 * refuse: a missing reference, something in use deleted, an element twice.
 */
export function execute(text: string, held: Listing | null): Listing | null {
  let table: Table | null = held && copy(held)
  for (const command of text.split('\n').filter((one) => one !== '')) {
    if (command === 'add table inet sallyport')
      table ??= copy({ chains: new Map(), sets: new Map(), timeouts: new Map() })
    else if (command === 'delete table inet sallyport') table = null
    else {
      if (!table) throw new Error(`no table: ${command}`)
      const found = PATTERNS.find(([pattern]) => pattern.test(command)) ?? fail(command, 'not understood')
      found[1](table, command, ...(found[0].exec(command) ?? []).slice(1))
    }
  }
  return table
}

/** What a form makes of what is held: its preparation, then its transaction. */
export function carriedOut(form: Form, held: Listing | null): Listing | null {
  const { prepare, text } = render(form, held)
  return execute(text, execute(prepare, held))
}

function copy(held: Listing): Table {
  const chains = [...held.chains].map(
    ([name, { header, lines }]) => [name, { header, lines: [...lines] as Line[] }] as const,
  )
  const sets = [...held.sets].map(
    ([name, set]) => [name, { ...set, elements: new Map(set.elements) }] as const,
  )
  return { chains: new Map(chains), sets: new Map(sets), timeouts: new Map(held.timeouts) }
}

/** A listing without the texts of rules and the order of names, for comparison. */
export function shapeOf(listing: Listing | null): unknown {
  if (!listing) return null
  const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    chains: sorted(listing.chains).map(([name, { header, lines }]) => [
      name,
      header,
      lines.map(({ comment }) => comment),
    ]),
    sets: sorted(listing.sets).map(([name, { kind, type, elements }]) => [
      name,
      kind,
      type,
      sorted(elements),
    ]),
    timeouts: [...listing.timeouts.keys()].sort(),
  }
}
