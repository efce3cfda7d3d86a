import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Parameters } from './parameters.js'
import { percentEncodeTwice } from './percent-encoding.js'

/** SignatureMethod to the digest's name. HMAC-SHA256 is not in the documents, but older SDKs send it. */
const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['HMAC-SHA1', 'sha1'],
  ['HMAC-SHA256', 'sha256'],
])

/** Whether `method` is a SignatureMethod that can be verified. */
export const isV1Method = (method: string): boolean => DIGESTS.has(method)

/**
 * The V1 string to sign: `METHOD&%2F&` and the encoded canonical query of every parameter but Signature, empty ones
 * included. Names sort by UTF-16 unit, which for the names that operations have (ASCII) is byte order.
 * Source: Alibaba's page of the RPC signature.
 */
export const stringToSignV1 = (method: string, parameters: Parameters): string => {
  const names = [...parameters.keys()].sort()
  let canonical = ''
  for (const name of names) {
    if (name === 'Signature') continue
    if (canonical !== '') canonical += '%26'
    canonical += `${percentEncodeTwice(name)}%3D${percentEncodeTwice(parameters.get(name) ?? '')}`
  }
  return `${method}&%2F&${canonical}`
}

/** Base64 HMAC of the string to sign, keyed with the secret and `&`. `signatureMethod` must pass isV1Method. */
export const signV1 = (signatureMethod: string, secret: string, stringToSign: string): string => {
  const digest = DIGESTS.get(signatureMethod)
  if (digest === undefined) {
    throw new Error(`cannot sign with ${signatureMethod}: use one of ${[...DIGESTS.keys()].join(', ')}`)
  }
  return createHmac(digest, `${secret}&`).update(stringToSign).digest('base64')
}

/** Compares two signature texts in time that depends on their lengths alone. */
export const sameSignature = (given: string, computed: string): boolean => {
  const left = Buffer.from(given)
  const right = Buffer.from(computed)
  return left.length === right.length && timingSafeEqual(left, right)
}
