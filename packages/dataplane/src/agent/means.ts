import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { dropExpired } from '../bindings/binder.js'
import type { BindingKeeper } from '../bindings/kept-bindings.js'
import { forgetfulKeeper, keepBindings } from '../bindings/kept-bindings.js'
import type { Places } from '../bindings/places.js'
import { createPlaces, withPlaces } from '../bindings/places.js'
import type { Enforcer } from '../enforcer.js'
import { kernelEnforcer } from '../kernel.js'
import { noopEnforcer } from '../noop/enforcer.js'
import type { Capabilities } from '../probe.js'
import { capabilitiesOf, probe, shortcomingsOf } from '../probe.js'
import type { AgentOptions } from './agent.js'

/** Two agents with one mark would undo one another. The lock is a name in the kernel that dies with the process. */
function lock(mark: string): Promise<() => void> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`another agent with mark ${mark} is running: stop it, or choose another mark`)
          : error,
      ),
    )
    server.listen({ path: `\0sallyport-agent-${mark}` }, () => resolve(() => server.close()))
  })
}

/** What enforces, and what it can do here. */
export interface Means {
  readonly enforcer: Enforcer
  readonly can: Capabilities | null
  /** Bound links; null where nothing is enforced. */
  readonly bound: { readonly keeper: BindingKeeper; readonly places: Places } | null
}

/** Takes the lock of a mark; resolves with what frees it. An agent that is just ending holds the lock for a moment. */
export async function lockSoon(mark: string, tries = 20): Promise<() => void> {
  try {
    return await lock(mark)
  } catch (error) {
    if (tries === 0) throw error
    await sleep(100)
    return lockSoon(mark, tries - 1)
  }
}

/** What means depend on. */
export type MeansOptions = Pick<
  AgentOptions,
  'mark' | 'enforce' | 'state' | 'uplinkNetns' | 'uplinkRoutes' | 'keepTracked' | 'instances' | 'log'
>

/** Finds out what can be done here. Rejects when this host cannot enforce, or its bindings cannot be read. */
export async function meansOf(options: MeansOptions): Promise<Means> {
  if (options.enforce === false) return { enforcer: noopEnforcer(options.mark), can: null, bound: null }
  const probed = await probe()
  if (!probed.ok) throw new Error(`this host cannot enforce: it lacks ${probed.missing}`)
  const capabilities = await capabilitiesOf()
  for (const lack of shortcomingsOf({ ...capabilities })) options.log('warn', `this kernel lacks ${lack}`, {})
  const { mark, state, keepTracked = false, instances = true } = options
  const keeper = state === undefined ? forgetfulKeeper() : keepBindings(state, mark)
  dropExpired(keeper, options.log)
  const places = createPlaces({ mark, capabilities, keepTracked, keeper })
  const enforcer = kernelEnforcer({
    ...{ mark, capabilities, keepTracked, instances },
    ipv6: capabilities.ipv6,
    uplinkNetns: options.uplinkNetns ?? null,
    uplinkRoutes: options.uplinkRoutes ?? false,
    bound: places.bound,
  })
  return { enforcer: withPlaces(enforcer, places), can: capabilities, bound: { keeper, places } }
}
