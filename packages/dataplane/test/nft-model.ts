import type { Form } from '../src/intermediate.js'
import { render } from '../src/nftables/render.js'
import type { Command, ElementSet, Rule, RuleChain, Ruleset, Statement } from '../src/nftables/ruleset.js'
import { emptyRuleset } from '../src/nftables/ruleset.js'
import { commandText } from '../src/nftables/text.js'

/** A table as the kernel keeps it, with what a transaction may and may not do to it. */
interface Table extends Ruleset {
  readonly chains: Map<string, RuleChain & { rules: Rule[] }>
  readonly sets: Map<string, ElementSet & { elements: Map<string, string> }>
  readonly timeouts: Map<string, Ruleset['timeouts'] extends ReadonlyMap<string, infer T> ? T : never>
  readonly counters: Set<string>
}

const fail = (command: Command, why: string): never => {
  throw new Error(`${why}: ${commandText(command)}`)
}

const chainIn = (verdict: string): string | undefined => /^(?:jump|goto) (.*)$/.exec(verdict)?.[1]

/** What a step of a rule refers to: kind and name. */
function references(statement: Statement): string[] {
  switch (statement.kind) {
    case 'lookup':
      return [`set ${statement.set}`]
    case 'vmap':
    case 'map-mark':
      return [`set ${statement.map}`]
    case 'branch':
      return statement.cases.flatMap(([, verdict]) => chainIn(verdict) ?? []).map((name) => `chain ${name}`)
    case 'set-timeout':
      return [`timeout ${statement.name}`]
    case 'counter':
      return statement.name === null ? [] : [`counter ${statement.name}`]
    case 'verdict': {
      const name = chainIn(statement.verdict)
      return name === undefined ? [] : [`chain ${name}`]
    }
    default:
      return []
  }
}

const has = (table: Table, reference: string): boolean => {
  const [kind, name = ''] = reference.split(' ')
  return table[`${kind}s` as 'chains' | 'sets' | 'timeouts' | 'counters'].has(name)
}

function isUsed(table: Table, reference: string): boolean {
  const rules = [...table.chains.values()].flatMap(({ rules }) => rules)
  if (rules.some(({ statements }) => statements.flatMap(references).includes(reference))) return true
  const values = [...table.sets.values()].flatMap(({ elements }) => [...elements.values()])
  return values.some((value) => `chain ${chainIn(value)}` === reference)
}

function changeElements(table: Table, command: Command & { do: 'add-elements' | 'delete-elements' }): void {
  const set = table.sets.get(command.name) ?? fail(command, 'no such set')
  for (const [key, value] of command.elements) {
    if (command.do === 'delete-elements') {
      if (!set.elements.delete(key)) fail(command, `no element ${key}`)
      continue
    }
    if (set.elements.has(key)) fail(command, `element ${key} exists`)
    const chain = chainIn(value)
    if (chain !== undefined && !table.chains.has(chain)) fail(command, `no chain for ${value}`)
    set.elements.set(key, value)
  }
}

function mustBeFree(table: Table, command: Command, reference: string): void {
  if (!has(table, reference)) fail(command, 'it is not there')
  if (isUsed(table, reference)) fail(command, 'it is in use')
}

function mustBeNew(table: Table, command: Command, reference: string): void {
  if (has(table, reference)) fail(command, 'it exists')
}

function carryOut(
  table: Table,
  command: Exclude<Command, { do: 'add-table' } | { do: 'delete-table' }>,
): void {
  switch (command.do) {
    case 'add-chain':
      mustBeNew(table, command, `chain ${command.name}`)
      table.chains.set(command.name, { base: command.base, rules: [] })
      return
    case 'flush-chain':
      ;(table.chains.get(command.name) ?? fail(command, 'no such chain')).rules.length = 0
      return
    case 'delete-chain':
      mustBeFree(table, command, `chain ${command.name}`)
      if (table.chains.get(command.name)?.rules.length !== 0) fail(command, 'the chain has rules')
      table.chains.delete(command.name)
      return
    case 'add-rule':
      for (const reference of command.rule.statements.flatMap(references))
        if (!has(table, reference)) fail(command, `no ${reference}`)
      ;(table.chains.get(command.chain) ?? fail(command, 'no such chain')).rules.push(command.rule)
      return
    case 'add-set':
      mustBeNew(table, command, `set ${command.name}`)
      table.sets.set(command.name, { ...command.set, elements: new Map() })
      return
    case 'delete-set':
      mustBeFree(table, command, `set ${command.name}`)
      table.sets.delete(command.name)
      return
    case 'add-elements':
    case 'delete-elements':
      changeElements(table, command)
      return
    case 'add-timeout':
      mustBeNew(table, command, `timeout ${command.name}`)
      table.timeouts.set(command.name, command.timeout)
      return
    case 'delete-timeout':
      mustBeFree(table, command, `timeout ${command.name}`)
      table.timeouts.delete(command.name)
      return
    case 'add-counter':
      mustBeNew(table, command, `counter ${command.name}`)
      table.counters.add(command.name)
      return
    case 'delete-counter':
      mustBeFree(table, command, `counter ${command.name}`)
      table.counters.delete(command.name)
  }
}

/**
 * Carries out a transaction on a copy of what is held and returns the result. Throws where the kernel would refuse: a
 * missing reference, something in use deleted, an element twice.
 */
export function execute(commands: readonly Command[], held: Ruleset | null): Ruleset | null {
  let table: Table | null = held && copy(held)
  for (const command of commands) {
    if (command.do === 'add-table') table ??= copy(emptyRuleset)
    else if (command.do === 'delete-table') table = null
    else carryOut(table ?? fail(command, 'no table'), command)
  }
  return table
}

/** What a form makes of what is held: its transactions, one after another. */
export const carriedOut = (form: Form, held: Ruleset | null): Ruleset | null =>
  render(form, held).transactions.reduce((table, commands) => execute(commands, table), held)

function copy(held: Ruleset): Table {
  const chains = [...held.chains].map(
    ([name, { base, rules }]) => [name, { base, rules: [...rules] as Rule[] }] as const,
  )
  const sets = [...held.sets].map(
    ([name, set]) => [name, { ...set, elements: new Map(set.elements) }] as const,
  )
  return {
    chains: new Map(chains),
    sets: new Map(sets),
    timeouts: new Map(held.timeouts),
    counters: new Set(held.counters),
  }
}

/** A ruleset without what rules are made of and the order of names, for comparison. */
export function shapeOf(ruleset: Ruleset | null): unknown {
  if (!ruleset) return null
  const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    chains: sorted(ruleset.chains).map(([name, { base, rules }]) => [
      name,
      base,
      rules.map(({ comment }) => comment),
    ]),
    sets: sorted(ruleset.sets).map(([name, set]) => [name, { ...set, elements: sorted(set.elements) }]),
    timeouts: [...ruleset.timeouts.keys()].sort(),
    counters: [...ruleset.counters].sort(),
  }
}
