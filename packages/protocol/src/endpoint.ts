import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { authenticate, DEFAULT_WINDOW_MS, type LookupKey } from './authenticate.js'
import { isV3, type SignedRequest } from './credentials.js'
import { CONTENT_TYPES, errorBody, readFormat, successBody, type Format } from './envelope.js'
import { WireError } from './errors.js'
import { raiseGateway } from './gateway-errors.js'
import type { Inputs, Values } from './inputs.js'
import { createNonces, type Nonces } from './nonces.js'
import type { Answer, Caller } from './operation.js'
import { parseParameters, type Parameters } from './parameters.js'
import type { Raise } from './parse-inputs.js'
import { EMPTY_BODY, hasBody, isForm, readBody } from './read-body.js'
import { createRegistry, type AnyOperation, type FindOperation } from './registry.js'

/** What an operator has to see: a request that failed for a reason the client is not told. */
export interface Failure {
  readonly requestId: string
  /** Action and version of the request, once known; never its parameters. */
  readonly operation: string | undefined
  readonly cause: unknown
}

export interface EndpointOptions {
  readonly operations: readonly AnyOperation[]
  readonly lookupKey: LookupKey
  /** Makes errors of the operations' own tables; must know every error key that their inputs declare. */
  readonly raise: Raise
  /** Runs an operation whose caller is verified and whose inputs are parsed. */
  readonly execute: (
    operation: AnyOperation,
    input: Values<Inputs>,
    caller: Caller,
    parameters: Parameters,
  ) => Promise<Answer>
  readonly log: (failure: Failure) => void
  /** Time in ms since 1970. Default: Date.now. */
  readonly clock?: () => number
  /** How far a request's timestamp may lie from the clock, in ms. Default: 15 minutes. */
  readonly windowMs?: number
  /** Replay memory. Default: one of the default size; give one to share it between endpoints. */
  readonly nonces?: Nonces
  /** Longest body in bytes. Default: 1 MiB. */
  readonly bodyLimit?: number
  /** Product named in the error of a request that names no operation. Default: `Ecs`. */
  readonly defaultProduct?: string
}

interface Endpoint extends Required<Omit<EndpointOptions, 'operations'>> {
  readonly find: FindOperation
}

/** One request and what is known of it so far, for its answer. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly requestId: string
  /** The form body, one character per byte. */
  form: string
  format: Format | undefined
  operation: AnyOperation | undefined
}

/**
 * Makes the listener that serves operations over Alibaba's RPC protocol. Checks come in the gateway's order: method
 * and path, action and version, format, common parameters, access key, timestamp, nonce, signature, inputs.
 * Whatever arrives is answered in the protocol; the listener never throws and leaves no rejection unhandled.
 */
export const createEndpoint = (options: EndpointOptions): RequestListener => {
  const { windowMs = DEFAULT_WINDOW_MS } = options
  const endpoint: Endpoint = {
    clock: Date.now,
    bodyLimit: 1_048_576,
    defaultProduct: 'Ecs',
    nonces: options.nonces ?? createNonces({ windowMs }),
    ...options,
    windowMs,
    find: createRegistry(options.operations),
  }
  return (request, response) => {
    serve(endpoint, request, response).catch(() => response.destroy())
  }
}

const serve = async (
  endpoint: Endpoint,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const exchange: Exchange = {
    request,
    response,
    requestId: randomUUID().toUpperCase(),
    form: '',
    format: undefined,
    operation: undefined,
  }
  try {
    const query = readTarget(request)
    const body = hasBody(request) ? await readBody(request, endpoint.bodyLimit) : EMPTY_BODY
    if (body === undefined) return
    const text = await answer(endpoint, exchange, query, body)
    send(exchange, 200, text)
  } catch (error) {
    sendError(endpoint, exchange, error)
  }
}

/** An absolute target, as clients behind a proxy write it. */
const ABSOLUTE = /^https?:\/\/[^/?]*(\/?(?:\?.*)?)$/i

/** The query of a request for `/`. */
const readTarget = (request: IncomingMessage): string => {
  if (request.method !== 'GET' && request.method !== 'POST') throw raiseGateway('UnsupportedHTTPMethod')
  const url = request.url ?? ''
  const target = url.startsWith('/') ? url : (ABSOLUTE.exec(url)?.[1] ?? url)
  if (target.startsWith('/?')) return target.slice(2)
  if (target.startsWith('?')) return target.slice(1)
  if (target === '/' || target === '') return ''
  throw raiseGateway('InvalidAction.NotFound')
}

const answer = async (
  endpoint: Endpoint,
  exchange: Exchange,
  queryText: string,
  body: Buffer,
): Promise<string> => {
  const { request } = exchange
  const { headers } = request
  if (body.length > 0 && isForm(headers['content-type'])) exchange.form = body.toString('latin1')
  const { query, all } = parseParameters(queryText, exchange.form)
  const v3 = isV3(headers)
  const format = readFormat(headers, all)
  exchange.format = format
  const { operation, parse } = endpoint.find(
    v3 ? headerOf(request, 'x-acs-version') : all.get('Version'),
    v3 ? headerOf(request, 'x-acs-action') : all.get('Action'),
  )
  exchange.operation = operation
  if (format === undefined) throw raiseGateway('InvalidParameter.Format')
  const signed: SignedRequest = { method: request.method ?? '', headers, query, all, body }
  const now = endpoint.clock()
  const { accessKeyId, key } = authenticate(signed, endpoint.lookupKey, endpoint.nonces, now)
  const input = parse(all, endpoint.raise)
  const { accountId, accountName } = key
  const { requestId } = exchange
  const caller = {
    accountId,
    accountName,
    accessKeyId,
    requestId,
    now: new Date(now),
    host: headers.host ?? '',
  }
  const result = await endpoint.execute(operation, input, caller, all)
  return successBody(format, operation.name, requestId, result)
}

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

const sendError = (endpoint: Endpoint, exchange: Exchange, error: unknown): void => {
  const { request, requestId, operation } = exchange
  const wire = error instanceof WireError ? error : raiseGateway('InternalError')
  if (wire !== error || wire.status >= 500 || wire.cause !== undefined) {
    const name = operation && `${operation.name} ${operation.version}`
    endpoint.log({ requestId, operation: name, cause: error })
  }
  const { code, status, message } = wire
  const hostId = request.headers.host ?? ''
  const product = operation?.product ?? endpoint.defaultProduct
  exchange.format ??= guessFormat(exchange)
  const body = errorBody(exchange.format, { requestId, hostId, code, message, product })
  send(exchange, status, body, wire.key === 'InvalidParameter#body')
}

/** The format of an error found before the parameters could be read. */
const guessFormat = ({ request, form }: Exchange): Format => {
  const json = /[?&]Format=json(?:&|$)/i
  return isV3(request.headers) || json.test(request.url ?? '') || json.test(`&${form}`) ? 'JSON' : 'XML'
}

const send = (exchange: Exchange, status: number, body: string, close = false): void => {
  const { response, requestId } = exchange
  if (response.destroyed || response.headersSent) return
  const headers = [
    'content-type',
    CONTENT_TYPES[exchange.format ?? 'XML'],
    'content-length',
    String(Buffer.byteLength(body)),
    'x-acs-request-id',
    requestId,
  ]
  if (close) headers.push('connection', 'close')
  response.writeHead(status, headers)
  response.end(body)
}
