import type { CallAnswer, TestCaller } from '../harness.js'
import type { World } from './world.js'

/** Calls the operation under test, on the roomy server unless another is named. */
export type Call = (parameters: object, on?: TestCaller) => Promise<CallAnswer>

/** One way to be refused with a certain error. */
export type Case = (call: Call, world: World) => Promise<CallAnswer>

/** Error key to case. */
export type Cases = Readonly<Record<string, Case>>

/** The same on the server that answers with the codes of today's documents. */
export const onCurrent =
  (one: Case): Case =>
  (call, world) =>
    one((parameters, on = world.current) => call(parameters, on), { ...world, roomy: world.current })
