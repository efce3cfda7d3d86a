import type { IncomingHttpHeaders } from 'node:http'
import type { WireError } from './errors.js'
import type { Caller } from './operation.js'
import type { Parameters } from './parameters.js'
import type { AnyOperation } from './registry.js'

/** A call whose caller is verified, about to be run. */
export interface Call {
  readonly operation: AnyOperation
  readonly caller: Caller
  readonly parameters: Parameters
}

/** What is done to a call instead of, or after, running it. */
export interface Interference {
  /** Answered instead of running the operation. */
  readonly error?: WireError
  /** Headers of the answer with that error. */
  readonly headers?: Readonly<Record<string, string>>
  /** The connection is closed without an answer: `before` the operation runs, or `after` it has taken effect. */
  readonly drop?: 'before' | 'after'
}

/** Looks at a call before its inputs are checked. It delays a call by resolving late. */
export type Interfere = (call: Call) => Promise<Interference | undefined> | undefined

/** One request that is over, with what was found out about it. */
export interface Finished {
  /** The same as in the answer. */
  readonly requestId: string
  /** When it arrived, in ms since 1970 by the system's clock. */
  readonly at: number
  readonly durationMs: number
  /** Address of the client; empty when it is no longer known. */
  readonly sourceAddress: string
  /** None when the bytes were no HTTP. */
  readonly headers: IncomingHttpHeaders
  /** As they arrived, secrets included; undefined when they could not be read. */
  readonly parameters: Parameters | undefined
  readonly operation: AnyOperation | undefined
  /** Undefined unless the signature held. */
  readonly caller: Caller | undefined
  /** HTTP status of the answer; 0 when there was none, because either side closed the connection. */
  readonly status: number
  /** Code of the error that was answered. */
  readonly code: string | undefined
}

/** Hears of finished requests. It must not throw, and what it does delays the next request. */
export type Observe = (finished: Finished) => void

/** Thrown to close a connection without an answer. */
export class Dropped extends Error {}

/** When and from where a request came. */
export interface Arrival {
  readonly at: number
  /** In ms, of a clock that only goes forward. */
  readonly started: number
  readonly sourceAddress: string
}

/** Notes a request's arrival. The address is read now: a socket that is closed has none. */
export const arrival = (sourceAddress: string | undefined): Arrival => ({
  at: Date.now(),
  started: performance.now(),
  sourceAddress: sourceAddress ?? '',
})

/** What an exchange knows when it is over. */
type Known = Pick<Finished, 'requestId' | 'parameters' | 'operation' | 'caller'> & {
  readonly request: { readonly headers: IncomingHttpHeaders }
}

/** Tells the observer that an exchange is over. */
export const tellFinished = (
  observe: Observe,
  { at, started, sourceAddress }: Arrival,
  { requestId, parameters, operation, caller, request }: Known,
  status: number,
  code?: string,
): void =>
  observe({
    requestId,
    at,
    durationMs: performance.now() - started,
    sourceAddress,
    headers: request.headers,
    parameters,
    operation,
    caller,
    status,
    code,
  })
