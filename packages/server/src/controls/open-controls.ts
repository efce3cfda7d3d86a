import type { EndpointOptions } from '@sallyport/protocol'
import { callRoutes } from '../admin/call-routes.js'
import { clockRoutes } from '../admin/clock-routes.js'
import { faultRoutes } from '../admin/fault-routes.js'
import type { Routes } from '../admin/routes.js'
import { seedRoutes } from '../admin/seed-routes.js'
import { stateRoutes } from '../admin/state-routes.js'
import { type Journal, openJournal } from '../audit/journal.js'
import { recordOf } from '../audit/record.js'
import { describeError } from '../errors/describe.js'
import type { ServerMetrics } from '../metrics/server-metrics.js'
import { operations } from '../operations/registry.js'
import type { Log } from '../settings/log.js'
import type { Settings } from '../settings/resolve.js'
import type { Store } from '../store/database.js'
import type { LiveFeed } from '../watch/create-feed.js'
import type { TravelClock } from './clock.js'
import { createFaults, type Faults } from './faults.js'
import { createStateControls, removeUnfinished, type StateControls } from './state.js'

/** What tests do to a server beside calling its API, and the trail of the calls. */
export interface Controls {
  readonly faults: Faults
  readonly state: StateControls
  /** Null when the audit is off. */
  readonly journal: Journal | null
  /** What the endpoint is given of it. */
  readonly hooks: Pick<EndpointOptions, 'operationClock' | 'interfere' | 'observe'>
  readonly routes: Routes
}

/** What the controls work on. */
interface Opening {
  readonly settings: Settings
  readonly clock: TravelClock
  readonly store: Store
  readonly feed: LiveFeed
  readonly metrics: ServerMetrics
  readonly log: Log
}

/** Opens the audit trail of the data folder and clears what was cut short in it; there are no faults yet. */
export function openControls({ settings, clock, store, feed, metrics, log }: Opening): Controls {
  const faults = createFaults((code, name) => describeError(code, declaredBy(name)), settings.faultLimit)
  const limits = { calls: settings.auditCalls, bytes: settings.auditBytes }
  const journal = settings.audit === 'on' ? openJournal(settings.data, limits, log) : null
  removeUnfinished(settings.data)
  const state = createStateControls({
    ...{ folder: settings.data, store, feed, settings },
    now: () => new Date(clock.now()),
  })
  return {
    faults,
    state,
    journal,
    hooks: {
      operationClock: clock.now,
      interfere: faults.interfere,
      observe: (finished) => {
        metrics.finished(finished)
        journal?.append(recordOf(finished))
      },
    },
    routes: {
      ...callRoutes(journal),
      ...clockRoutes(clock),
      ...stateRoutes({ state, clock, faults, snapshotBytes: settings.snapshotBytes }),
      ...seedRoutes({ store, settings, now: () => new Date(clock.now()) }),
      ...faultRoutes(faults, new Set(operations.map(({ name }) => name))),
    },
  }
}

const declaredBy = (name: string): readonly string[] =>
  operations.filter((operation) => operation.name === name).flatMap(({ errors }) => errors)
