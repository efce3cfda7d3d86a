import { randomUUID } from 'node:crypto'
import { percentEncode, signV1, stringToSignV1 } from '@sallyport/protocol'
import type { Settings } from '@sallyport/server'
import { operations, readEndpoints, readKey, UserError } from '@sallyport/server'
import { clientAddress, type KeyPair } from './account-text.js'
import { onStore, storedAccount } from './account.js'
import { exitCodes } from './exit-codes.js'

/** `--Name value` and `--Name=value` of an API call, as they stand after the action. */
export function parseParameters(words: readonly string[]): Map<string, string> {
  const parameters = new Map<string, string>()
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    const match = /^--([A-Za-z][\w.]*)(?:=(.*))?$/s.exec(word)
    const name = match?.[1]
    if (name === undefined)
      throw new UserError(`${JSON.stringify(word)} is not a parameter`, 'Write --Name value.')
    const value = match?.[2] ?? words[++index]
    if (value === undefined) throw new UserError(`--${name} has no value`, 'Write --Name value.')
    parameters.set(name, value)
  }
  return parameters
}

/** The member that a dotted path names, for example `Instances.Instance.0.InstanceId`. */
export function memberAt(value: unknown, path: string): unknown {
  let found = value
  for (const name of path.split('.')) {
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined
  }
  return found
}

/**
 * The version of the product that an action is called of. Where several products have the action, one has to be named;
 * but those of VPC that ECS lists as well are the same under either.
 */
export function versionOf(action: string, product: string | undefined): string {
  const named = operations.filter(({ name }) => name === action)
  const found = named.filter(
    (one) => product === undefined || one.product.toLowerCase() === product.toLowerCase(),
  )
  const [first] = found
  const other = found.find(({ inputs }) => inputs !== first?.inputs)
  if (first && other) {
    throw new UserError(
      `${first.product} and ${other.product} both have an operation ${action}`,
      `Say which with --product ${first.product} or --product ${other.product}.`,
    )
  }
  if (first) return first.version
  if (named.length > 0) {
    throw new UserError(
      `${product} has no operation ${action}`,
      `It is one of ${named.map((one) => one.product).join(' and ')}.`,
    )
  }
  const similar = operations
    .map(({ name }) => name)
    .filter((name) => name.toLowerCase() === action.toLowerCase())
  throw new UserError(
    `this server has no operation ${action}`,
    similar[0]
      ? `Did you mean ${similar[0]}?`
      : 'Names are as in the API reference, for example CreateSecurityGroup.',
  )
}

/** Parameters of every call that this command sets. Version and Format are the user's to set. */
const ours = ['Action', 'AccessKeyId', 'Signature', 'SignatureMethod', 'SignatureNonce', 'SignatureVersion']

/** The signed query of a call (V1, HMAC-SHA1), as command-line clients make it. */
function signedQuery(given: ReadonlyMap<string, string>, key: KeyPair, now: Date): string {
  const parameters = new Map([
    ...given,
    ['AccessKeyId', key.accessKeyId],
    ['SignatureMethod', 'HMAC-SHA1'],
    ['SignatureVersion', '1.0'],
    ['SignatureNonce', randomUUID()],
    ['Timestamp', `${now.toISOString().slice(0, 19)}Z`],
  ])
  parameters.set('Signature', signV1('HMAC-SHA1', key.accessKeySecret, stringToSignV1('POST', parameters)))
  return [...parameters].map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&')
}

/** What `call` was asked for beside the settings. */
export interface CallOptions {
  readonly action: string
  readonly words: readonly string[]
  /** Dotted path of the member to print instead of the whole answer. */
  readonly query?: string | undefined
  /** Which product's operation, where several have the action. */
  readonly product?: string | undefined
  /** Key to sign with, of whichever account. Default: the first of the default account. */
  readonly accessKey?: string | undefined
}

/**
 * Makes one signed API call to the running server of a data folder, with a key of the folder, and prints the answer.
 * A refusal is printed to stderr as the server worded it.
 */
export async function call(
  settings: Settings,
  { action, words, query, product, accessKey }: CallOptions,
): Promise<number> {
  const endpoint = readEndpoints(settings.data)?.endpoint
  if (endpoint === undefined) {
    throw new UserError(
      `no server runs on ${settings.data}`,
      'Start one with npm start, or name its folder with --data.',
    )
  }
  const key = await keyToSignWith(settings.data, accessKey)
  const given = parseParameters(words)
  const taken = ours.find((name) => given.has(name))
  if (taken !== undefined) throw new UserError(`--${taken} is set by the command`, 'Leave it out.')
  const version = given.get('Version')
  if (version !== undefined && product !== undefined) {
    throw new UserError('--product and --Version both say which product', 'Give one of them.')
  }
  const parameters = new Map([
    ...[['RegionId', settings.region] as const, ['Format', 'JSON'] as const, ...given],
    ...[['Action', action] as const, ['Version', version ?? versionOf(action, product)] as const],
  ])
  const response = await fetch(
    `http://${clientAddress(endpoint)}/?${signedQuery(parameters, key, new Date())}`,
    { method: 'POST' },
  ).catch((error: unknown) => {
    throw new UserError(`${endpoint} does not answer`, 'Is the server still running?', { cause: error })
  })
  const body = await response.text()
  if (response.headers.get('content-type')?.includes('xml')) return printXml(action, response, body, query)
  const answer: unknown = JSON.parse(body)
  if (!response.ok) {
    const { Code, Message } = answer as { Code: string; Message: string }
    return refused(action, response, ` ${Code}\n${Message}`)
  }
  return print(answer, query)
}

function refused(action: string, { status }: Response, why: string): number {
  process.stderr.write(`${action} was refused: ${status}${why}\n`)
  return exitCodes.refused
}

/** An answer in XML is printed as it came. */
function printXml(action: string, response: Response, body: string, query: string | undefined): number {
  if (!response.ok) return refused(action, response, `\n${body}`)
  if (query !== undefined) throw new UserError('--query reads JSON', 'Leave out --query, or --Format.')
  process.stdout.write(`${body}\n`)
  return exitCodes.ok
}

async function keyToSignWith(data: string, id: string | undefined): Promise<KeyPair> {
  const key =
    id === undefined ? (await storedAccount(data)).keys[0] : await onStore(data, () => readKey(data, id))
  if (key) return key
  throw new UserError(
    `the data folder ${data} has no access key${id === undefined ? '' : ` ${id}`} that signs`,
    'See "sallyport account list", or make one with "sallyport account add-key".',
  )
}

function print(answer: unknown, query: string | undefined): number {
  const shown = query === undefined ? answer : memberAt(answer, query)
  if (shown === undefined)
    throw new UserError(`the answer has no member ${query}`, 'Leave out --query to see it whole.')
  process.stdout.write(`${typeof shown === 'string' ? shown : JSON.stringify(shown, null, 2)}\n`)
  return exitCodes.ok
}
