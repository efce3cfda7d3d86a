import type { Finished } from '@sallyport/protocol'

/** One API call as the audit trail holds it. */
export interface CallRecord {
  /** When it arrived, by the system's clock, ISO 8601 with milliseconds. */
  readonly time: string
  readonly requestId: string
  /** Null unless the signature held. */
  readonly accountId: string | null
  /** As the request says, whether or not its signature held. */
  readonly accessKeyId: string | null
  readonly operation: string | null
  readonly version: string | null
  readonly region: string | null
  /** Without what every call has; secrets are replaced. */
  readonly parameters: Readonly<Record<string, string>>
  /** How many parameters were left out because the call has so many. */
  readonly omitted?: number
  /** HTTP status; 0 when the connection was closed without an answer. */
  readonly status: number
  readonly code: string | null
  /** Present for a call that was only previewed: it has changed nothing. */
  readonly preview?: true
  readonly durationMs: number
  readonly source: string
  readonly userAgent: string
}

/** Parameters of the envelope: they are members of their own, or of no use to a reader. */
const enveloping = new Set([
  'AccessKeyId',
  'Action',
  'Format',
  'Signature',
  'SignatureMethod',
  'SignatureNonce',
  'SignatureType',
  'SignatureVersion',
  'Timestamp',
  'Version',
])

/** Names whose value is a secret, or may hold one (UserData is a script, an assertion or token proves who one is). */
const secretWords =
  'passw|secret|securitytoken|privatekey|bearertoken|tokencode|oidctoken|assertion|userdata|credential'
const secret = new RegExp(`${secretWords}|^signature$`, 'i')

/** Structs may come as a JSON text in one parameter: there the names stand in quotes before a colon. */
const secretWithin = new RegExp(`["'][^"']{0,64}(${secretWords})[^"']{0,64}\\\\?["']\\s*:`, 'i')

const REDACTED = '[redacted]'
const LONGEST_VALUE = 1024
const LONGEST_ALL = 32 * 1024
const LONGEST_NAME = 128

/** The record of a finished call. */
export function recordOf(finished: Finished): CallRecord {
  const { requestId, parameters, operation, caller, status, code, headers } = finished
  const header = (name: string): string | undefined => {
    const value = headers[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  return {
    time: new Date(finished.at).toISOString(),
    requestId,
    accountId: caller?.accountId ?? null,
    accessKeyId: brief(caller?.accessKeyId ?? claimedKey(finished)),
    operation: operation?.name ?? brief(header('x-acs-action') ?? parameters?.get('Action')),
    version: operation?.version ?? brief(header('x-acs-version') ?? parameters?.get('Version')),
    region: brief(parameters?.get('RegionId')),
    ...(parameters ? kept(parameters) : { parameters: {} }),
    status,
    code: code ?? null,
    ...(header('x-sallyport-preview') === '1' ? { preview: true as const } : {}),
    durationMs: Math.round(finished.durationMs * 1000) / 1000,
    source: finished.sourceAddress,
    userAgent: brief(header('user-agent')) ?? '',
  }
}

const brief = (text: string | undefined): string | null =>
  text === undefined || text === '' ? null : text.length > 256 ? `${text.slice(0, 256)}...` : text

const claimedKey = ({ headers, parameters }: Finished): string | undefined =>
  /^ACS3-\S+\s+Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? parameters?.get('AccessKeyId')

function kept(given: ReadonlyMap<string, string>): Pick<CallRecord, 'parameters' | 'omitted'> {
  const parameters: Record<string, string> = {}
  let length = 0
  let omitted = 0
  for (const [name, value] of given) {
    if (enveloping.has(name)) continue
    const short = value.length > LONGEST_VALUE ? cut(value) : value
    const text = secret.test(name) || secretWithin.test(short) ? REDACTED : short
    length += name.length + text.length
    if (length > LONGEST_ALL || name.length > LONGEST_NAME || name === '__proto__') omitted++
    else parameters[name] = text
  }
  return omitted === 0 ? { parameters } : { parameters, omitted }
}

const cut = (value: string): string => `${value.slice(0, LONGEST_VALUE)}...`
