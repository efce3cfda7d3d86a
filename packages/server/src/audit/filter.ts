import type { CallRecord } from './record.js'

/** Which calls to look for; every member given must fit. */
export interface CallFilter {
  readonly operation?: string
  readonly account?: string
  readonly accessKey?: string
  readonly region?: string
  readonly requestId?: string
  readonly code?: string
  readonly status?: number
  /** `ok`: answered as a success; `refused`: answered with an error; `unanswered`: the connection was closed. */
  readonly result?: 'ok' | 'refused' | 'unanswered'
  /** ISO 8601, inclusive. */
  readonly since?: string
  /** ISO 8601, exclusive. */
  readonly until?: string
}

const resultOf = (status: number): CallFilter['result'] =>
  status === 0 ? 'unanswered' : status === 200 ? 'ok' : 'refused'

const same = <T>(wanted: T | undefined, value: T | null): boolean => wanted === undefined || wanted === value

/** Whether a call fits. Times are compared as text, which their one form allows. */
export const fits = (filter: CallFilter, call: CallRecord): boolean =>
  same(filter.operation, call.operation) &&
  same(filter.account, call.accountId) &&
  same(filter.accessKey, call.accessKeyId) &&
  same(filter.region, call.region) &&
  same(filter.requestId, call.requestId) &&
  same(filter.code, call.code) &&
  same(filter.status, call.status) &&
  same(filter.result, resultOf(call.status) ?? null) &&
  (filter.since === undefined || call.time >= filter.since) &&
  (filter.until === undefined || call.time < filter.until)
