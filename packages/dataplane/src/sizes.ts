import type { Ruleset } from './nftables/ruleset.js'

/** How much is in force for a VPC, or for the bound links of a namespace. */
export interface Size {
  /** The VPC's id, or the word for the namespace. */
  readonly of: string
  readonly interfaces: number
  readonly chains: number
  readonly rules: number
  readonly sets: number
  readonly elements: number
}

const sum = (numbers: Iterable<number>): number => {
  let total = 0
  for (const number of numbers) total += number
  return total
}

/** Counts what tables hold. */
export function sizeOf(of: string, interfaces: number, tables: readonly Ruleset[]): Size {
  const chains = tables.flatMap((table) => [...table.chains.values()])
  const sets = tables.flatMap((table) => [...table.sets.values()])
  return {
    of,
    interfaces,
    chains: chains.length,
    rules: sum(chains.map(({ rules }) => rules.length)),
    sets: sets.length,
    elements: sum(sets.map(({ elements }) => elements.size)),
  }
}
