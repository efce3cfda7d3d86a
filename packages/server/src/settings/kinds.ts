import { z } from 'zod'
import { parseHostPort } from './host-port.js'

/**
 * Schemas that read a value alike from a flag or variable (text) and from a file (already typed), so that a setting
 * means the same wherever it comes from.
 */
const fromText =
  <T>(read: (text: string) => T) =>
  (value: unknown): unknown =>
    typeof value === 'string' ? read(value) : value

/** A whole number; text must be plain decimal. */
export const integer = (min: number, max: number) =>
  z.preprocess(
    fromText((text) => (/^\d+$/.test(text) ? Number(text) : text)),
    z.number().int().min(min).max(max),
  )

/** `true` or `false`. */
export const flag = () =>
  z.preprocess(
    fromText((text) => (text === 'true' ? true : text === 'false' ? false : text)),
    z.boolean(),
  )

/** `HOST:PORT`, kept as text. */
export const hostPort = () => z.string().refine((text) => parseHostPort(text) !== undefined)

/** JSON text, or the value itself in a file. Text that is not JSON fails the inner schema. */
export const json = <T extends z.ZodType>(inner: T) => z.preprocess(fromText(parseOrKeep), inner)

function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
