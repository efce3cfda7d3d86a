import { desiredOf } from '../desired.js'
import type { Enforcer } from '../enforcer.js'
import { formOf } from '../intermediate.js'
import { messageOf } from '../run.js'
import type { Shelf } from './apply.js'
import { apply } from './apply.js'
import { readBack } from './read-back.js'
import { render } from './render.js'

/**
 * Follows without enforcing, for hosts that cannot. `shelf` holds what would be in force. Every outcome says that
 * nothing is, so that no report looks as if it were.
 */
export function noopEnforcer(mark: string, shelf: Shelf = new Map()): Enforcer {
  const problems = new Map<string, readonly string[]>()
  return {
    reconcile(world, vpcs) {
      for (const vpc of vpcs) {
        problems.delete(vpc)
        try {
          const desired = desiredOf(world, vpc, { ipv6: true })
          if (!desired) continue
          if (desired.problems.length > 0) problems.set(vpc, desired.problems)
          const { text } = render(formOf(desired, mark, []), readBack(shelf, desired.router))
          apply(shelf, desired.router, text)
        } catch (error) {
          problems.set(vpc, [`${vpc} is left as it was: ${messageOf(error)}`])
        }
      }
      const all = ['nothing is enforced on this host: the agent was started without enforcement']
      return Promise.resolve({ problems: [...all, ...[...problems.values()].flat()], retry: new Set() })
    },
    held: () => [],
    look: () => Promise.resolve(null),
    counts: () => Promise.resolve([]),
    sizes: () => [],
    denied: () => [],
    deaf: () => undefined,
  }
}
