import type { LookupAddress, LookupOptions } from 'node:dns'
import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'

/** A resolver that the rules cut is silent: after so many milliseconds what is known is used. */
const PATIENCE = 2_000

/** And is not asked again for so long: each question keeps a thread of this process waiting. */
const REST = 60_000

const ofFamily = (known: readonly string[], { family = 0 }: LookupOptions): LookupAddress[] => {
  const wanted = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : family
  return known
    .map((address) => ({ address, family: isIP(address) }))
    .filter((one) => wanted === 0 || one.family === wanted)
}

/**
 * Looks names up, and answers addresses that were known before where that fails or takes long: an agent that protects its own
 * host must reach its server whatever the rules say of resolvers.
 */
export function lookupOr(known: () => readonly string[]): LookupFunction {
  let silentSince = -Infinity
  return (name, options, callback) => {
    let answered = false
    const answer = (error: NodeJS.ErrnoException | null, found: LookupAddress[] = []): void => {
      if (answered) return
      answered = true
      clearTimeout(alarm)
      const [first] = found
      if (error || !first) callback(error ?? new Error(`${name} has no address`), '')
      else if (options.all === true) callback(null, found)
      else callback(null, first.address, first.family)
    }
    const remembered = ofFamily(known(), options)
    const rests = performance.now() - silentSince < REST
    const alarm = setTimeout(
      () => {
        if (remembered.length === 0) return
        if (!rests) silentSince = performance.now()
        answer(null, remembered)
      },
      rests ? 0 : PATIENCE,
    )
    if (rests && remembered.length > 0) return
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error && remembered.length > 0) answer(null, remembered)
      else answer(error, found)
    })
  }
}
