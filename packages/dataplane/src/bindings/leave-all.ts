import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { namespaceFile } from '../names.js'
import { apply } from '../nftables/apply.js'
import { readBack } from '../nftables/read-back.js'
import { ownerChain } from '../nftables/ruleset.js'
import { boundText } from './binding.js'
import { keepBindings, readBindings } from './kept-bindings.js'
import { linksIn, setCalls } from './links.js'

/**
 * Takes back all bindings that a state folder keeps: the tables with the mark, and what was set for them. The agent of the
 * folder must not run. Answers the links that were bound.
 */
export async function leaveAll(state: string, mark: string): Promise<readonly string[]> {
  if (!existsSync(join(state, 'bindings.json'))) return []
  const kept = readBindings(state)
  if (!kept) return []
  if (kept.mark !== mark)
    throw new Error(`the bindings in ${state} are of the installation ${kept.mark}, not of ${mark}`)
  for (const netns of kept.places) {
    if (!existsSync(namespaceFile(netns))) continue
    for (const family of ['inet', 'bridge'] as const) {
      const table = await readBack(netns, family)
      if (table?.chains.has(ownerChain(mark))) await apply(netns, [{ do: 'delete-table' }], family)
    }
    const links = await linksIn(netns)
    for (const { bridge, ...calls } of kept.bridges.filter((one) => one.netns === netns))
      if (links?.get(bridge)?.bridge) await setCalls(netns, bridge, calls)
  }
  keepBindings(state, mark).change((before) => ({ ...before, bindings: [], places: [], bridges: [] }))
  return kept.bindings.map((bound) => `the binding of ${boundText(bound)}`)
}
