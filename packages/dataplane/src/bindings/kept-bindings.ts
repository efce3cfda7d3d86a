import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../agent/whole-file.js'
import { messageOf } from '../run.js'
import type { Bound } from './binding.js'
import { nameProblem } from './binding.js'

/** What a bridge was like before bindings needed it otherwise: whether it passed frames to iptables and nftables. */
export interface BridgeBefore {
  readonly netns: string | null
  readonly bridge: string
  readonly calls4: boolean
  readonly calls6: boolean
}

/** A place where the agent's own server answers: what protecting the host must not cut. */
export interface ServerPlace {
  readonly address: string
  readonly port: number
}

/** What an agent knows of bindings, all of which outlives it. */
export interface Kept {
  readonly bindings: readonly Bound[]
  /** Namespaces that may hold rules of ours. One stays until its rules are known to be gone. */
  readonly places: readonly (string | null)[]
  readonly bridges: readonly BridgeBefore[]
  readonly server: readonly ServerPlace[]
}

/** Keeps it on the disk. */
export interface BindingKeeper {
  /** As it is now. */
  readonly kept: () => Kept
  /** Replaces what is kept; it is on the disk when this returns. Throws when it cannot be. */
  readonly change: (how: (before: Kept) => Kept) => void
}

const nothing: Kept = { bindings: [], places: [], bridges: [], server: [] }

interface File extends Kept {
  readonly version: 1
  readonly mark: string
}

const fileIn = (folder: string): string => join(folder, 'bindings.json')

/** Reads what a folder keeps; null where there is nothing. Throws when it cannot be used. */
export function readBindings(folder: string): (Kept & { readonly mark: string }) | null {
  const file = fileIn(folder)
  try {
    const { version, mark, ...kept } = { ...nothing, ...(JSON.parse(readFileSync(file, 'utf8')) as File) }
    if (version !== 1) throw new Error('it is of another version')
    const wrong = kept.bindings.map(nameProblem).find((problem) => problem !== undefined)
    if (wrong !== undefined) throw new Error(wrong)
    return { ...kept, mark }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Error(`the bindings in ${file} cannot be used: ${messageOf(error)}`, { cause: error })
  }
}

/**
 * Opens the folder, which is made where it is not there. Throws when it holds bindings that cannot be used, or another
 * installation's: to go on without them would open what they protect.
 */
export function keepBindings(folder: string, mark: string): BindingKeeper {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = readBindings(folder)
  if (found && found.mark !== mark)
    throw new Error(`the bindings in ${fileIn(folder)} are of the installation ${found.mark}, not of ${mark}`)
  let kept: Kept = found ?? nothing
  return {
    kept: () => kept,
    change(how) {
      const { bindings, places, bridges, server } = how(kept)
      const file: File = { version: 1, mark, bindings, places, bridges, server }
      if (JSON.stringify(file) === JSON.stringify({ version: 1, mark, ...kept })) return
      writeWhole(fileIn(folder), JSON.stringify(file))
      kept = { bindings, places, bridges, server }
    },
  }
}

/** Keeps bindings in memory only, for agents without a folder. */
export function forgetfulKeeper(): BindingKeeper {
  let kept = nothing
  return { kept: () => kept, change: (how) => void (kept = how(kept)) }
}
