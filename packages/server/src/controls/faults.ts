import { setTimeout as sleep } from 'node:timers/promises'
import { type Call, type Interference, WireError } from '@sallyport/protocol'
import type { Fault } from './fault.js'

/** A fault that was set, and how often it fired. */
export type ActiveFault = Fault & { readonly id: number; readonly fired: number }

/** Finds the status and text of an error code for an operation, `Code` without a variant. */
export type DescribeError = (
  code: string,
  operation: string,
) => { status: number; message: string } | undefined

/** The faults in force. They are kept in memory: a restart forgets them. */
export interface Faults {
  /** Undefined when there are as many as there may be. */
  add(fault: Fault): ActiveFault | undefined
  /** In the order in which they were set; spent ones stay, to be counted. */
  list(): readonly ActiveFault[]
  /** Whether there was such a fault. */
  remove(id: number): boolean
  clear(): void
  /** What happens to a call: the first fault that fits and fires decides. */
  readonly interfere: (call: Call) => Promise<Interference | undefined> | undefined
}

interface Entry {
  readonly fault: Fault
  readonly id: number
  readonly random: () => number
  fired: number
}

/** No faults yet, and never more than `limit`. */
export function createFaults(describe: DescribeError, limit: number): Faults {
  const entries = new Map<number, Entry>()
  let last = 0
  return {
    add(fault) {
      if (entries.size >= limit) return undefined
      const entry: Entry = { fault, id: ++last, random: seeded(fault.seed ?? last), fired: 0 }
      entries.set(entry.id, entry)
      return shown(entry)
    },
    list: () => [...entries.values()].map(shown),
    remove: (id) => entries.delete(id),
    clear: () => entries.clear(),
    interfere(call) {
      if (entries.size === 0) return undefined
      for (const entry of entries.values()) {
        if (!fires(entry, call)) continue
        entry.fired++
        return act(entry.fault, call, describe)
      }
      return undefined
    },
  }
}

const shown = ({ fault, id, fired, random: _ }: Entry): ActiveFault => ({ id, ...fault, fired })

function fires({ fault, fired, random }: Entry, { operation, caller }: Call): boolean {
  if (fault.operation !== '*' && fault.operation !== operation.name) return false
  if (fault.account !== undefined && fault.account !== caller.accountId) return false
  if (fault.count !== undefined && fired >= fault.count) return false
  return fault.probability === undefined || random() < fault.probability
}

async function act(fault: Fault, call: Call, describe: DescribeError): Promise<Interference | undefined> {
  // A stopping server does not wait for it.
  if (fault.latencyMs !== undefined) await sleep(fault.latencyMs, undefined, { ref: false })
  if (fault.drop !== undefined) return { drop: fault.drop }
  if (fault.throttle) {
    return {
      // Status, code and text: the common error table. Clients read the header in ms (@alicloud/openapi-core).
      error: new WireError('Throttling.User', 400, 'Request was denied due to user flow control.'),
      headers: { 'x-acs-retry-after': String(fault.throttle.retryAfterMs) },
    }
  }
  return fault.error && { error: errorOf(fault.error, call.operation.name, describe) }
}

function errorOf(
  { code, status, message }: NonNullable<Fault['error']>,
  operation: string,
  describe: DescribeError,
): WireError {
  const known = describe(code, operation)
  return new WireError(
    code,
    status ?? known?.status ?? 400,
    message ?? known?.message ?? 'An injected fault.',
  )
}

/** Mulberry32: numbers from 0 to 1 that the seed decides. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}
