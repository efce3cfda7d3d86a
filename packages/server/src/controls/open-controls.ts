import type { EndpointOptions } from '@sallyport/protocol'
import { callRoutes } from '../admin/call-routes.js'
import { clockRoutes } from '../admin/clock-routes.js'
import { faultRoutes } from '../admin/fault-routes.js'
import type { Routes } from '../admin/routes.js'
import { type Journal, openJournal } from '../audit/journal.js'
import { recordOf } from '../audit/record.js'
import { describeError } from '../errors/describe.js'
import { operations } from '../operations/registry.js'
import type { Log } from '../settings/log.js'
import type { Settings } from '../settings/resolve.js'
import type { TravelClock } from './clock.js'
import { createFaults, type Faults } from './faults.js'

/** What tests do to a server beside calling its API, and the trail of the calls. */
export interface Controls {
  readonly faults: Faults
  /** Null when the audit is off. */
  readonly journal: Journal | null
  /** What the endpoint is given of it. */
  readonly hooks: Pick<EndpointOptions, 'operationClock' | 'interfere' | 'observe'>
  readonly routes: Routes
}

/** Opens the audit trail of the data folder; there are no faults yet. */
export function openControls(settings: Settings, clock: TravelClock, log: Log): Controls {
  const faults = createFaults((code, name) => describeError(code, declaredBy(name)))
  const limits = { calls: settings.auditCalls, bytes: settings.auditBytes }
  const journal = settings.audit === 'on' ? openJournal(settings.data, limits, log) : null
  return {
    faults,
    journal,
    hooks: {
      operationClock: clock.now,
      interfere: faults.interfere,
      ...(journal ? { observe: (finished) => journal.append(recordOf(finished)) } : {}),
    },
    routes: {
      ...callRoutes(journal),
      ...clockRoutes(clock),
      ...faultRoutes(faults, new Set(operations.map(({ name }) => name))),
    },
  }
}

const declaredBy = (name: string): readonly string[] =>
  operations.filter((operation) => operation.name === name).flatMap(({ errors }) => errors)
