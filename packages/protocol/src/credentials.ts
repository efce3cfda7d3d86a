import type { IncomingHttpHeaders } from 'node:http'
import type { WireError } from './errors.js'
import { raiseGateway } from './gateway-errors.js'
import type { Parameters } from './parameters.js'
import { isV1Method, sameSignature, signV1, stringToSignV1 } from './signature-v1.js'
import {
  canonicalRequestV3,
  hashBody,
  headerText,
  signV3,
  stringToSignV3,
  V3_ALGORITHM,
} from './signature-v3.js'

/** A request as it arrived, decoded as far as its signature needs. */
export interface SignedRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** Parameters of the query alone, and of query and form together. */
  readonly query: Parameters
  readonly all: Parameters
  readonly body: Buffer
}

/** What a request says about who sent it, not yet verified. */
export interface Credentials {
  readonly accessKeyId: string
  readonly timestamp: string
  readonly nonce: string
  /** Empty when there is none. */
  readonly securityToken: string
  /** The error that refuses the request, or undefined when its signature was made with `secret`. */
  refuse(secret: string): WireError | undefined
}

/**
 * Whether a request is signed the V3 way. The Authorization header tells, not `x-acs-action`, which V1 clients send
 * too.
 */
export const isV3 = (headers: IncomingHttpHeaders): boolean =>
  headers.authorization?.startsWith('ACS3-') === true

/** Reads the common parameters of V1 in the order in which they are missed; Action and Version are read before. */
export const readCredentialsV1 = (request: SignedRequest): Credentials => {
  const { all } = request
  const accessKeyId = all.get('AccessKeyId')
  if (!accessKeyId) throw raiseGateway('MissingAccessKeyId')
  const signatureMethod = all.get('SignatureMethod')
  if (!signatureMethod) throw raiseGateway('MissingSignatureMethod')
  const signatureVersion = all.get('SignatureVersion')
  if (!signatureVersion) throw raiseGateway('MissingSignatureVersion')
  const nonce = all.get('SignatureNonce')
  if (!nonce) throw raiseGateway('MissingSignatureNonce')
  const timestamp = all.get('Timestamp')
  if (!timestamp) throw raiseGateway('MissingTimestamp')
  const signature = all.get('Signature')
  if (!signature) throw raiseGateway('MissingSignature')
  if (!isV1Method(signatureMethod)) throw raiseGateway('InvalidSignatureMethod')
  if (signatureVersion !== '1.0') throw raiseGateway('InvalidSignatureVersion')
  if (all.get('SignatureType')) throw raiseGateway('UnsupportedParameter')
  return {
    accessKeyId,
    timestamp,
    nonce,
    securityToken: all.get('SecurityToken') ?? '',
    refuse(secret) {
      const text = stringToSignV1(request.method, all)
      const holds = sameSignature(signature, signV1(signatureMethod, secret, text))
      return holds ? undefined : raiseGateway('SignatureDoesNotMatch', text)
    },
  }
}

const AUTHORIZATION =
  /^(\S+)\s+Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([^,\s]+)\s*$/

/** Headers that must be signed; without them a captured signature would fit another request. */
const MUST_SIGN = [
  'host',
  'x-acs-action',
  'x-acs-version',
  'x-acs-date',
  'x-acs-signature-nonce',
  'x-acs-content-sha256',
]

/** Reads the V3 headers in the order in which they are missed; action and version are read before. */
export const readCredentialsV3 = (request: SignedRequest): Credentials => {
  const { headers } = request
  const [algorithm, accessKeyId, signedText, signature] = matchAuthorization(headers)
  if (algorithm !== V3_ALGORITHM) throw raiseGateway('InvalidSignatureMethod')
  const nonce = headerText(headers, 'x-acs-signature-nonce')
  if (!nonce) throw raiseGateway('MissingSignatureNonce')
  const timestamp = headerText(headers, 'x-acs-date')
  if (!timestamp) throw raiseGateway('MissingTimestamp')
  const signedHeaders = signedText.toLowerCase().split(';')
  const bodyHash = hashBody(request.body)
  const canonical = () =>
    canonicalRequestV3({ method: request.method, query: request.query, headers, signedHeaders, bodyHash })
  if (!MUST_SIGN.every((name) => signedHeaders.includes(name))) {
    throw raiseGateway('IncompleteSignature', stringToSignV3(canonical()))
  }
  return {
    accessKeyId,
    timestamp,
    nonce,
    securityToken: headerText(headers, 'x-acs-security-token'),
    refuse(secret) {
      const request = canonical()
      const text = stringToSignV3(request)
      const holds =
        headerText(headers, 'x-acs-content-sha256') === bodyHash &&
        sameSignature(signature, signV3(secret, text))
      return holds ? undefined : raiseGateway('SignatureDoesNotMatch#v3', request, text)
    },
  }
}

const matchAuthorization = (headers: IncomingHttpHeaders): readonly [string, string, string, string] => {
  const match = AUTHORIZATION.exec(headers.authorization ?? '')
  const [, algorithm, accessKeyId, signedHeaders, signature] = match ?? []
  if (algorithm === undefined || !accessKeyId || !signedHeaders || !signature) {
    throw raiseGateway('IncompleteSignature', `${V3_ALGORITHM}\n`)
  }
  return [algorithm, accessKeyId, signedHeaders, signature]
}
