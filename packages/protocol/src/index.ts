export * from './authenticate.js'
export * from './endpoint.js'
export type { Call, Finished, Interfere, Interference, Observe } from './endpoint-hooks.js'
export * from './envelope.js'
export * from './errors.js'
export * from './gateway-errors.js'
export * from './http-server.js'
export * from './inputs.js'
export * from './nonces.js'
export * from './operation.js'
export * from './owners.js'
export { MAX_PARAMETERS, parseParameters, type Parameters, type RequestParameters } from './parameters.js'
export { compileInputs, parseInputs, type Parse, type Raise } from './parse-inputs.js'
export type { Preview, Previewed, PreviewedCall } from './preview.js'
export { percentEncode } from './percent-encoding.js'
export { createRegistry, type AnyOperation, type KnownOperations } from './registry.js'
export { isV1Method, signV1, stringToSignV1 } from './signature-v1.js'
export {
  canonicalRequestV3,
  hashBody,
  signV3,
  stringToSignV3,
  V3_ALGORITHM,
  type CanonicalInput,
} from './signature-v3.js'
export { escapeXml, xmlElement } from './xml.js'
export { framingErrors } from './malformed-http.js'
export { PATIENCE_MS, speakTlsToo, type TlsIdentity } from './tls-port.js'
