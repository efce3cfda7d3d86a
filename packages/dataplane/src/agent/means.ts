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

/** What enforces, and what it can do here. */
export interface Means {
  readonly enforcer: Enforcer
  readonly can: Capabilities | null
  /** Bound links; null where nothing is enforced. */
  readonly bound: { readonly keeper: BindingKeeper; readonly places: Places } | null
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
