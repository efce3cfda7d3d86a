/** The bytes that Alibaba's signature pages leave as they are: A-Z a-z 0-9 - _ . ~ */
const UNRESERVED = new Uint8Array(128)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~') {
  UNRESERVED[char.charCodeAt(0)] = 1
}

const isUnreserved = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0x7f || UNRESERVED[code] === 0) return false
  }
  return true
}

/** What encodeURIComponent leaves alone and the signature pages do not. */
const LEFT_OVER = /[!'()*]/g

const encodeReserved = (text: string): string =>
  encodeURIComponent(text).replace(LEFT_OVER, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/**
 * Percent-encodes as the signatures demand: UTF-8, upper-case hex, space as %20, `*` as %2A, `~` bare. Throws
 * URIError on a lone surrogate, which decoding a request never yields.
 */
export const percentEncode = (text: string): string => (isUnreserved(text) ? text : encodeReserved(text))

/** percentEncode(percentEncode(text)): the string to sign of V1 holds names and values encoded twice. */
export const percentEncodeTwice = (text: string): string =>
  isUnreserved(text) ? text : encodeReserved(text).replaceAll('%', '%25')
