import { createHmac, hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Parameters } from './parameters.js'
import { percentEncode } from './percent-encoding.js'

/** The one algorithm of Alibaba's V3 signature that its SDKs use. */
export const V3_ALGORITHM = 'ACS3-HMAC-SHA256'

/** SHA-256 of an empty body, which is what every SDK sends for ECS. */
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Lower-case hex SHA-256 of a body. */
export const hashBody = (body: Buffer): string =>
  body.length === 0 ? EMPTY_HASH : hash('sha256', body, 'hex')

export interface CanonicalInput {
  readonly method: string
  /** Parameters of the query alone. */
  readonly query: Parameters
  readonly headers: IncomingHttpHeaders
  /** Lower-case names in the order in which the client signed them. */
  readonly signedHeaders: readonly string[]
  /** Hex SHA-256 of the body. */
  readonly bodyHash: string
}

/** The canonical request of Alibaba's V3 signature page; the path is always `/`. */
export const canonicalRequestV3 = (input: CanonicalInput): string => {
  let query = ''
  for (const name of [...input.query.keys()].sort()) {
    if (query !== '') query += '&'
    query += `${percentEncode(name)}=${percentEncode(input.query.get(name) ?? '')}`
  }
  let headers = ''
  for (const name of input.signedHeaders) {
    headers += `${name}:${headerText(input.headers, name).trim()}\n`
  }
  return `${input.method}\n/\n${query}\n${headers}\n${input.signedHeaders.join(';')}\n${input.bodyHash}`
}

/** A header's value as it was sent; several of one name are joined as HTTP says; empty when absent. */
export const headerText = (headers: IncomingHttpHeaders, name: string): string => {
  const value = headers[name]
  return value === undefined ? '' : typeof value === 'string' ? value : value.join(', ')
}

/** The V3 string to sign: the algorithm and the canonical request's hash. */
export const stringToSignV3 = (canonicalRequest: string): string =>
  `${V3_ALGORITHM}\n${hash('sha256', canonicalRequest, 'hex')}`

/** Lower-case hex HMAC of the string to sign, keyed with the bare secret. */
export const signV3 = (secret: string, stringToSign: string): string =>
  createHmac('sha256', secret).update(stringToSign).digest('hex')
