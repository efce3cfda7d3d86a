import { raiseGateway } from './gateway-errors.js'

/** Parameter name to value, both decoded, in the order of arrival: the query first, then the form. */
export type Parameters = ReadonlyMap<string, string>

const NONE: Parameters = new Map()
/** Above what SDKs send for the largest call (100 permissions of about 20 fields), and small enough to sort. */
export const MAX_PARAMETERS = 4_096

const PERCENT = 0x25
const AMPERSAND = 0x26
const PLUS = 0x2b
const EQUALS = 0x3d

/** What a request carries: the query alone (ACS3 signs only that) and the union that operations read. */
export interface RequestParameters {
  readonly query: Parameters
  readonly all: Parameters
}

/**
 * Decodes a query string and a form body and merges them; either place works for any parameter. Both texts hold one
 * character per byte (latin1). Empty values are kept, since they are signed.
 *
 * A name given twice is refused unless both values are equal: which one a client signed would be a guess. Throws
 * `InvalidParameter` for that, for bytes that are not percent-encoded UTF-8, and for more than MAX_PARAMETERS names.
 */
export const parseParameters = (query: string, form: string): RequestParameters => {
  if (form === '') {
    const all = query === '' ? NONE : readPairs(query, new Map())
    return { query: all, all }
  }
  const fromQuery = query === '' ? NONE : readPairs(query, new Map())
  return { query: fromQuery, all: readPairs(form, new Map(fromQuery)) }
}

const readPairs = (text: string, into: Map<string, string>): Parameters => {
  const end = text.length
  let start = 0
  let equals = -1
  let nameEscaped = false
  let escaped = false
  for (let at = 0; at <= end; at++) {
    const code = at === end ? AMPERSAND : text.charCodeAt(at)
    if (code === AMPERSAND) {
      if (at > start) {
        const name = slice(text, start, equals < 0 ? at : equals, equals < 0 ? escaped : nameEscaped)
        add(into, name, equals < 0 ? '' : slice(text, equals + 1, at, escaped, name))
      }
      start = at + 1
      equals = -1
      escaped = false
    } else if (code === EQUALS && equals < 0) {
      equals = at
      nameEscaped = escaped
      escaped = false
    } else if (code === PERCENT || code === PLUS || code > 0x7f) {
      escaped = true
    }
  }
  return into
}

const add = (into: Map<string, string>, name: string, value: string): void => {
  const earlier = into.get(name)
  if (earlier === value) return
  if (earlier !== undefined) throw raiseGateway('InvalidParameter#duplicate', brief(name))
  if (into.size >= MAX_PARAMETERS) throw raiseGateway('InvalidParameter#count', String(MAX_PARAMETERS))
  into.set(name, value)
}

const slice = (text: string, start: number, end: number, escaped: boolean, name?: string): string => {
  const raw = text.slice(start, end)
  if (!escaped) return raw
  const decoded = decode(raw)
  if (decoded === undefined) throw raiseGateway('InvalidParameter', brief(name ?? raw))
  return decoded
}

/** Decodes `+` and %XX as UTF-8; undefined when that is not possible. */
const decode = (raw: string): string | undefined => {
  const spaced = raw.includes('+') ? raw.replaceAll('+', ' ') : raw
  try {
    return decodeURIComponent(escapeRawBytes(spaced))
  } catch {
    return undefined
  }
}

/** Some clients send UTF-8 bytes without percent-encoding them; they arrive as one character per byte. */
const escapeRawBytes = (text: string): string =>
  text.replace(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`)

const brief = (name: string): string => (name.length > 128 ? `${name.slice(0, 128)}...` : name)
