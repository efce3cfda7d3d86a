import type {
  ActiveFault,
  CallFilter,
  CallRecord,
  ClockState,
  FaultRequest,
  NamedSnapshot,
  Restarted,
  SeedDocument,
  SeededResource,
} from '@sallyport/server'
import { type AdminAddress, type Ask, connectAdmin, queryOf } from './admin-client.js'
import { seed } from './seed.js'

/** The clock of operations. Signatures never go by it. */
export interface ClockControls {
  state(): Promise<ClockState>
  /** Lets it stand, at a time or as it is. */
  freeze(at?: Date | string): Promise<ClockState>
  /** Puts it forward by milliseconds, or by text such as `25h`. */
  advance(by: number | string): Promise<ClockState>
  /** Lets it show the real time again. */
  release(): Promise<ClockState>
}

/** Calls that are to fail. */
export interface FaultControls {
  add(fault: FaultRequest): Promise<ActiveFault>
  /** Each with how often it fired. */
  list(): Promise<ActiveFault[]>
  /** One, or all. */
  clear(id?: number): Promise<void>
}

/** The recorded calls. */
export interface CallControls {
  /** The latest that fit, oldest first; 100 unless told otherwise. */
  list(filter?: CallFilter, limit?: number): Promise<CallRecord[]>
  /** Resolves once `count` calls fit, those before included. Rejects when they do not come in time (10 s). */
  waitFor(
    filter: CallFilter,
    options?: { readonly count?: number; readonly seconds?: number },
  ): Promise<CallRecord[]>
  clear(): Promise<void>
}

/** What a test does to a server beside calling its API. */
export interface Controls {
  /** Leaves every account, or one, as it was when it was new; keys stay. */
  reset(account?: string): Promise<Restarted>
  /** Makes what a document, or YAML text, names and the server does not have: all of it or nothing. */
  seed(from: SeedDocument | string): Promise<SeededResource[]>
  /** Keeps the state under a name; one that is taken is replaced. */
  snapshot(name: string): Promise<NamedSnapshot>
  /** Puts the state of a snapshot in the place of the present one. */
  restore(name: string): Promise<Restarted>
  readonly time: ClockControls
  readonly faults: FaultControls
  readonly calls: CallControls
}

/** The controls of a server that runs elsewhere, with the token of its admin listener. */
export const connectSallyport = (admin: AdminAddress): Controls => controlsOver(connectAdmin(admin))

const controlsOver = (ask: Ask): Controls => ({
  reset: (account) => ask('POST', '/v1/reset', account === undefined ? {} : { account }),
  seed: (from) => seed(ask, from),
  snapshot: (name) => ask('POST', '/v1/snapshots', { name }),
  restore: (name) => ask('POST', '/v1/restore', { name }),
  time: {
    state: () => ask('GET', '/v1/time'),
    freeze: (at) => ask('POST', '/v1/time', { freeze: at === undefined ? true : timeText(at) }),
    advance: (by) => ask('POST', '/v1/time', { advance: typeof by === 'number' ? `${by}ms` : by }),
    release: () => ask('POST', '/v1/time', { release: true }),
  },
  faults: {
    add: (fault) => ask('POST', '/v1/faults', fault),
    list: async () => (await ask<{ faults: ActiveFault[] }>('GET', '/v1/faults')).faults,
    clear: async (id) => void (await ask('DELETE', `/v1/faults${queryOf({ id })}`)),
  },
  calls: {
    list: async (filter = {}, limit) =>
      (await ask<{ calls: CallRecord[] }>('GET', `/v1/calls${queryOf({ ...filter, limit })}`)).calls,
    waitFor: (filter, options = {}) => waitFor(ask, filter, options),
    clear: async () => void (await ask('DELETE', '/v1/calls')),
  },
})

const timeText = (at: Date | string): string => (typeof at === 'string' ? at : at.toISOString())

async function waitFor(
  ask: Ask,
  filter: CallFilter,
  { count = 1, seconds = 10 }: { readonly count?: number; readonly seconds?: number },
): Promise<CallRecord[]> {
  const path = `/v1/calls/wait${queryOf({ ...filter, count, timeout: seconds })}`
  const { calls, reached } = await ask<{ calls: CallRecord[]; reached: boolean }>('GET', path)
  if (reached) return calls
  throw new Error(`only ${calls.length} of ${count} calls fit ${JSON.stringify(filter)} within ${seconds} s`)
}
