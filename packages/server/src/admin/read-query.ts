import { z } from 'zod'
import type { CallFilter } from '../audit/filter.js'
import { AdminError } from './answer.js'

/** Checks what a request brought against a schema. Throws `AdminError` 400 that names the place. */
export function checked<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const place = issue?.path.join('.') ?? ''
  throw new AdminError(
    400,
    `${what} is not valid${place === '' ? '' : ` at ${place}`}: ${issue?.message ?? ''}`,
    'See docs/admin.md.',
  )
}

/** A time as ISO 8601 with an offset or Z, as the one text form that records have. */
export const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())

/** A whole number in a query. */
export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max))

const filterShape = {
  operation: z.string().min(1),
  account: z.string().min(1),
  accessKey: z.string().min(1),
  region: z.string().min(1),
  requestId: z.string().min(1),
  code: z.string().min(1),
  status: whole(0, 999),
  result: z.enum(['ok', 'refused', 'unanswered']),
  since: time,
  until: time,
}

const filter = z.strictObject(filterShape).partial()
const numbers = z
  .object({ limit: whole(1, 10_000), count: whole(1, 10_000), timeout: whole(0, 600) })
  .partial()

/** Names of the query parameters that filter calls. */
export const filterNames: readonly string[] = Object.keys(filterShape)

/** Reads the filter of a request for calls, with the numbers that some routes take beside it. */
export function readCallQuery(query: URLSearchParams): {
  readonly filter: CallFilter
  readonly limit?: number | undefined
  readonly count?: number | undefined
  readonly timeout?: number | undefined
} {
  const all = Object.fromEntries(query)
  const { limit, count, timeout, ...rest } = all
  return {
    filter: checked(filter, rest, 'the filter') as CallFilter,
    ...checked(numbers, withoutAbsent({ limit, count, timeout }), 'the query'),
  }
}

const withoutAbsent = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
