import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { authenticate, DEFAULT_WINDOW_MS, type LookupKey } from './authenticate.js'
import { isV3, type SignedRequest } from './credentials.js'
import {
  arrival,
  Dropped,
  tellFinished,
  type Arrival,
  type Interfere,
  type Interference,
  type Observe,
} from './endpoint-hooks.js'
import { CONTENT_TYPES, errorBody, readFormat, successBody, type Format } from './envelope.js'
import { WireError } from './errors.js'
import { raiseGateway } from './gateway-errors.js'
import type { Inputs, Values } from './inputs.js'
import { createNonces, type Nonces } from './nonces.js'
import type { Answer, Caller } from './operation.js'
import { ownerOf, type FindAccount } from './owners.js'
import { parseParameters, type Parameters } from './parameters.js'
import type { Raise } from './parse-inputs.js'
import { EMPTY_BODY, hasBody, isForm, readBody } from './read-body.js'
import { asksForPreview, DIFF_HEADER, type Preview, type PreviewedCall } from './preview.js'
import { createRegistry, type AnyOperation, type FindOperation, type KnownOperations } from './registry.js'

/** What an operator has to see: a request that failed for a reason the client is not told. */
export interface Failure {
  readonly requestId: string
  /** Action and version of the request, once known; never its parameters. */
  readonly operation: string | undefined
  readonly cause: unknown
}

export interface EndpointOptions {
  readonly operations: readonly AnyOperation[]
  /** Operations that exist elsewhere: those that are not served are refused by name. Default: none. */
  readonly known?: readonly KnownOperations[]
  readonly lookupKey: LookupKey
  /** Finds the accounts that a service may act for. Default: none. */
  readonly findAccount?: FindAccount
  /** Makes errors of the operations' own tables; must know every error key that their inputs declare. */
  readonly raise: Raise
  /** Runs an operation whose caller is verified and whose inputs are parsed. */
  readonly execute: (
    operation: AnyOperation,
    input: Values<Inputs>,
    caller: Caller,
    parameters: Parameters,
  ) => Promise<Answer>
  /** Previews operations that say they can be. Default: none can. */
  readonly preview?: Preview
  readonly log: (failure: Failure) => void
  /** Time in ms since 1970, for signatures. Default: Date.now. */
  readonly clock?: () => number
  /** Time that operations see, in ms since 1970. Default: `clock`. */
  readonly operationClock?: () => number
  /** May answer, drop or delay a call whose caller is verified, before its inputs are looked at. */
  readonly interfere?: Interfere
  /** Hears of every finished request, once its answer was handed over. */
  readonly observe?: Observe
  /** How far a request's timestamp may lie from the clock, in ms. Default: 15 minutes. */
  readonly windowMs?: number
  /** Replay memory. Default: one of the default size; give one to share it between endpoints. */
  readonly nonces?: Nonces
  /** Longest body in bytes. Default: 1 MiB. */
  readonly bodyLimit?: number
  /** Product named in the error of a request that names no operation. Default: `Ecs`. */
  readonly defaultProduct?: string
}

type Optional = 'interfere' | 'observe' | 'preview'

interface Endpoint
  extends Required<Omit<EndpointOptions, 'operations' | Optional>>, Pick<EndpointOptions, Optional> {
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
  parameters: Parameters | undefined
  caller: Caller | undefined
  interference: Interference | undefined
  /** What a previewed call would change. */
  diff: string | undefined
  /** Undefined when nobody observes. */
  readonly arrival: Arrival | undefined
}

/**
 * Makes the listener that serves operations over Alibaba's RPC protocol. Checks come in the gateway's order: method
 * and path, action and version, format, common parameters, access key, timestamp, nonce, signature, owner, permission,
 * inputs.
 * Whatever arrives is answered in the protocol; the listener never throws and leaves no rejection unhandled.
 */
export const createEndpoint = (options: EndpointOptions): RequestListener => {
  const { windowMs = DEFAULT_WINDOW_MS } = options
  const endpoint: Endpoint = {
    clock: Date.now,
    operationClock: options.clock ?? Date.now,
    known: [],
    bodyLimit: 1_048_576,
    defaultProduct: 'Ecs',
    findAccount: () => undefined,
    nonces: options.nonces ?? createNonces({ windowMs }),
    ...options,
    windowMs,
    find: createRegistry(options.operations, options.known),
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
    parameters: undefined,
    caller: undefined,
    interference: undefined,
    diff: undefined,
    arrival: endpoint.observe && arrival(request.socket.remoteAddress),
  }
  try {
    const query = readTarget(request)
    const body = hasBody(request) ? await readBody(request, endpoint.bodyLimit) : EMPTY_BODY
    if (body === undefined) return finish(endpoint, exchange, 0)
    const text = await answer(endpoint, exchange, query, body)
    send(exchange, 200, text)
    finish(endpoint, exchange, 200)
  } catch (error) {
    if (error instanceof Dropped) {
      request.socket.destroy()
      return finish(endpoint, exchange, 0)
    }
    const { status, code } = sendError(endpoint, exchange, error)
    finish(endpoint, exchange, status, code)
  }
}

/** Every exchange ends here, once. */
const finish = ({ observe }: Endpoint, exchange: Exchange, status: number, code?: string): void => {
  if (observe && exchange.arrival) tellFinished(observe, exchange.arrival, exchange, status, code)
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
  exchange.parameters = all
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
  const { accountId, accountName } = ownerOf(all, key, endpoint.findAccount)
  const { requestId } = exchange
  const caller: Caller = {
    accountId,
    accountName,
    accessKeyId,
    principal: key.principal,
    requestId,
    now: new Date(endpoint.operationClock()),
    host: headers.host ?? '',
  }
  exchange.caller = caller
  // Before the inputs: who may not call an operation learns nothing from it, not even what it takes.
  if (key.permits?.(operation, { accountId, parameters: all }) === false) throw raiseGateway('Forbidden.RAM')
  const call: PreviewedCall = { operation, parse: () => parse(all, endpoint.raise), caller, parameters: all }
  const result = await (asksForPreview(headers) ? preview : run)(endpoint, exchange, call)
  return successBody(format, operation.name, requestId, result)
}

const run = async (
  endpoint: Endpoint,
  exchange: Exchange,
  { operation, parse, caller, parameters }: PreviewedCall,
): Promise<Answer> => {
  const interfering = endpoint.interfere?.({ operation, caller, parameters })
  if (interfering) applyInterference(exchange, await interfering)
  const result = await endpoint.execute(operation, parse(), caller, parameters)
  if (exchange.interference?.drop === 'after') throw new Dropped()
  return result
}

/** Nothing interferes with a preview: what a test asked to go wrong is for calls that are made. */
const preview = async (endpoint: Endpoint, exchange: Exchange, call: PreviewedCall): Promise<Answer> => {
  const { name, preview: canBe } = call.operation
  if (!endpoint.preview || !canBe) throw raiseGateway('UnsupportedOperation#preview', name)
  const previewed = await endpoint.preview(call)
  exchange.diff = previewed.summary
  if (previewed.error) throw previewed.error
  return previewed.answer
}

const applyInterference = (exchange: Exchange, interference: Interference | undefined): void => {
  exchange.interference = interference
  if (interference?.drop === 'before') throw new Dropped()
  if (interference?.error) throw interference.error
}

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

const sendError = (endpoint: Endpoint, exchange: Exchange, error: unknown): WireError => {
  const { request, requestId, operation, interference } = exchange
  const wire = error instanceof WireError ? error : raiseGateway('InternalError')
  const failed = wire !== error || wire.status >= 500 || wire.cause !== undefined
  if (failed && error !== interference?.error) {
    const name = operation && `${operation.name} ${operation.version}`
    endpoint.log({ requestId, operation: name, cause: error })
  }
  const { code, status, message } = wire
  const hostId = request.headers.host ?? ''
  const product = operation?.product ?? endpoint.defaultProduct
  exchange.format ??= guessFormat(exchange)
  const body = errorBody(exchange.format, { requestId, hostId, code, message, product })
  send(exchange, status, body, wire.key === 'InvalidParameter#body')
  return wire
}

/** The format of an error found before the parameters could be read. */
const guessFormat = ({ request, form }: Exchange): Format => {
  const json = /[?&]Format=json(?:&|$)/i
  return isV3(request.headers) || json.test(request.url ?? '') || json.test(`&${form}`) ? 'JSON' : 'XML'
}

const send = (exchange: Exchange, status: number, body: string, close = false): void => {
  const { response, requestId } = exchange
  if (response.destroyed || response.headersSent) return
  const length = Buffer.byteLength(body)
  const headers = [
    'content-type',
    CONTENT_TYPES[exchange.format ?? 'XML'],
    'content-length',
    String(length),
    'x-acs-request-id',
    requestId,
  ]
  if (exchange.diff !== undefined) headers.push(DIFF_HEADER, exchange.diff)
  if (close) headers.push('connection', 'close')
  if (status !== 200) headers.push(...Object.entries(exchange.interference?.headers ?? {}).flat())
  response.writeHead(status, headers)
  // Text of one byte a character is the same in both encodings, and Node copies it faster as the plain one.
  response.end(body, length === body.length ? 'latin1' : 'utf8')
}
