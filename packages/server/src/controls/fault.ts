import { z } from 'zod'

const operationName = z.string().regex(/^(\*|[A-Za-z][A-Za-z0-9]{0,127})$/)

/** What a fault may do to a call; `latencyMs` goes with any of them or alone. */
export const faultSchema = z
  .strictObject({
    /** Name of an operation, whatever its product; `*` for all. */
    operation: operationName.default('*'),
    /** Only calls of this account. */
    account: z.string().min(1).max(64).optional(),
    /** Answers an error. Status and message may be left out for a code that the error tables have. */
    error: z
      .strictObject({
        code: z.string().regex(/^[A-Za-z][\w.-]{0,127}$/),
        status: z.number().int().min(400).max(599).optional(),
        message: z.string().max(1024).optional(),
      })
      .optional(),
    /** Answers 400 Throttling.User with `x-acs-retry-after`, in ms. */
    throttle: z
      .strictObject({ retryAfterMs: z.number().int().min(0).max(3_600_000).default(1000) })
      .optional(),
    /** Closes the connection without an answer, before the operation runs or after it has taken effect. */
    drop: z.enum(['before', 'after']).optional(),
    /** Waits before the operation runs or the fault is answered. */
    latencyMs: z.number().int().min(1).max(600_000).optional(),
    /** How often it fires; then it is spent. Without it, always. */
    count: z.number().int().min(1).max(1_000_000_000).optional(),
    /** How likely it fires, for each call that it fits. */
    probability: z.number().gt(0).max(1).optional(),
    /** The same seed makes the same choices. */
    seed: z.number().int().min(0).max(0xffff_ffff).optional(),
  })
  .refine(
    ({ error, throttle, drop }) =>
      [error, throttle, drop].filter((effect) => effect !== undefined).length < 2,
    'give only one of error, throttle and drop',
  )
  .refine(
    ({ error, throttle, drop, latencyMs }) =>
      [error, throttle, drop, latencyMs].some((effect) => effect !== undefined),
    'give error, throttle, drop or latencyMs',
  )
  .refine(
    ({ seed, probability }) => seed === undefined || probability !== undefined,
    'seed goes with probability',
  )

/** A fault as it is asked for. */
export type FaultRequest = z.input<typeof faultSchema>
export type Fault = z.output<typeof faultSchema>
