import type { World } from '@sallyport/engine'
import { lagOf } from '../metrics/server-metrics.js'
import type { AgentStatus } from './agents.js'

/** What is asked of a host and what is in force there. */
interface HostHealth {
  readonly host: string
  /** `behind`: not everything that is asked for was attempted yet. `errors`: it was, and some of it is not in force. */
  readonly status: 'in force' | 'behind' | 'errors' | 'not enforced'
  /** What its kernel can do; null where it does not enforce, or did not say. */
  readonly can: AgentStatus['can']
  readonly asked: number
  readonly inForce: number
  readonly lag: number
  readonly errors: readonly string[]
  readonly drifts: number
  /** Links of others that are bound there. */
  readonly bound: number
}

/** How a server and the hosts that follow it fare, for whoever has the token. */
export interface Health {
  readonly status: 'ok'
  readonly epoch: string
  readonly revision: number
  readonly hosts: readonly HostHealth[]
}

/** The health of the hosts that reported. */
export const healthOf = (
  world: Pick<World, 'epoch' | 'revision'>,
  agents: readonly AgentStatus[],
): Health => ({
  status: 'ok',
  epoch: world.epoch,
  revision: world.revision,
  hosts: agents.map((agent) => hostHealth(agent, world)),
})

function hostHealth(agent: AgentStatus, world: Pick<World, 'epoch' | 'revision'>): HostHealth {
  const lag = lagOf(agent, world)
  const { host, can, applied, errors, drifts, enforces, bound } = agent
  const status = !enforces ? 'not enforced' : lag > 0 ? 'behind' : errors.length > 0 ? 'errors' : 'in force'
  return {
    host,
    status,
    can,
    asked: world.revision,
    inForce: applied,
    lag,
    errors,
    drifts: drifts.count,
    bound,
  }
}
