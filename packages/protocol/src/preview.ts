import type { IncomingHttpHeaders } from 'node:http'
import type { WireError } from './errors.js'
import { raiseGateway } from './gateway-errors.js'
import type { Inputs, Values } from './inputs.js'
import type { Answer, Caller } from './operation.js'
import type { Parameters } from './parameters.js'
import type { AnyOperation } from './registry.js'

/** Asks that a call is only checked, and its answer and effect are told. */
const ASKING = 'x-sallyport-preview'

/** Carries the summary of what a previewed call would change. */
export const DIFF_HEADER = 'x-sallyport-diff'

/** A call to be previewed: its caller is verified and permitted, its inputs are not yet looked at. */
export interface PreviewedCall {
  readonly operation: AnyOperation
  /** Throws what the inputs are refused with. */
  readonly parse: () => Values<Inputs>
  readonly caller: Caller
  readonly parameters: Parameters
}

/** What the call would be answered with, and what it would change in a line of at most 1 KiB of ASCII. */
export type Previewed = { readonly summary: string } & (
  { readonly answer: Answer; readonly error?: undefined } | { readonly error: WireError }
)

/** Checks a call as if it were made, and changes nothing. Throws only what is a defect. */
export type Preview = (call: PreviewedCall) => Promise<Previewed>

/** Whether a request asks for a preview. Throws for a value that may mean anything. */
export function asksForPreview(headers: IncomingHttpHeaders): boolean {
  const value = headers[ASKING]
  if (value === undefined) return false
  if (value === '1') return true
  throw raiseGateway('InvalidParameter#preview', String(value).slice(0, 128))
}
