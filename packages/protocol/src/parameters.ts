import { raiseGateway } from './gateway-errors.js'

/** Parameter name to value, both decoded, in the order of arrival: the query first, then the form. */
export type Parameters = ReadonlyMap<string, string>

const NONE: Parameters = new Map()
/** Above what SDKs send for the largest call (100 permissions of about 20 fields), and small enough to sort. */
export const MAX_PARAMETERS = 4_096

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

const readPairs = (given: string, into: Map<string, string>): Parameters => {
  const text = escapeRawBytes(given)
  const end = text.length
  let start = 0
  while (start < end) {
    const found = text.indexOf('&', start)
    const stop = found < 0 ? end : found
    if (stop > start) addPair(into, text.slice(start, stop))
    start = stop + 1
  }
  return into
}

/** Some clients send UTF-8 bytes without percent-encoding them; they arrive as one character per byte. */
const escapeRawBytes = (text: string): string =>
  text.replace(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`)

const addPair = (into: Map<string, string>, pair: string): void => {
  const equals = pair.indexOf('=')
  const rawName = equals < 0 ? pair : pair.slice(0, equals)
  const name = decode(rawName)
  if (name === undefined) throw raiseGateway('InvalidParameter', brief(rawName))
  const value = equals < 0 ? '' : decode(pair.slice(equals + 1))
  if (value === undefined) throw raiseGateway('InvalidParameter', brief(name))
  add(into, name, value)
}

const add = (into: Map<string, string>, name: string, value: string): void => {
  const earlier = into.get(name)
  if (earlier === value) return
  if (earlier !== undefined) throw raiseGateway('InvalidParameter#duplicate', brief(name))
  if (into.size >= MAX_PARAMETERS) throw raiseGateway('InvalidParameter#count', String(MAX_PARAMETERS))
  into.set(name, value)
}

/** Decodes `+` and %XX as UTF-8; undefined when that is not possible. */
const decode = (raw: string): string | undefined => {
  const spaced = raw.includes('+') ? raw.replaceAll('+', ' ') : raw
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return undefined
  }
}

const brief = (name: string): string => (name.length > 128 ? `${name.slice(0, 128)}...` : name)
