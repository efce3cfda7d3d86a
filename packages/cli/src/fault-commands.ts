import type { ActiveFault, FaultRequest, Settings } from '@sallyport/server'
import { parseDuration, UserError } from '@sallyport/server'
import { columns } from './columns.js'
import { connectControl } from './control-client.js'
import { exitCodes } from './exit-codes.js'

type Options = Readonly<Record<string, unknown>>

/** Sets a fault as the options say, and prints it. */
export async function addFault({ data }: Settings, operation: string, options: Options): Promise<number> {
  const fault = (await connectControl(data)(
    'POST',
    '/v1/faults',
    readFault(operation, options),
  )) as ActiveFault
  process.stdout.write(faultsText([fault]))
  return exitCodes.ok
}

/** Lists the faults, and how often each fired. */
export async function listFaults({ data }: Settings): Promise<number> {
  const { faults } = (await connectControl(data)('GET', '/v1/faults')) as { faults: readonly ActiveFault[] }
  process.stdout.write(faults.length === 0 ? 'no faults\n' : faultsText(faults))
  return exitCodes.ok
}

/** Clears one fault, or all. */
export async function clearFaults({ data }: Settings, id: string | undefined): Promise<number> {
  await connectControl(data)('DELETE', `/v1/faults${id === undefined ? '' : `?id=${encodeURIComponent(id)}`}`)
  process.stdout.write(id === undefined ? 'cleared all faults\n' : `cleared fault ${id}\n`)
  return exitCodes.ok
}

/** The fault that options ask for; whether it makes sense the server says. */
export function readFault(operation: string, options: Options): FaultRequest {
  const { code, message, throttle, drop, account } = options as Record<string, string | boolean | undefined>
  const number = (name: string) => numberOption(options, name)
  const error = present({ code, status: number('status'), message })
  return present({
    operation,
    account,
    error: Object.keys(error).length === 0 ? undefined : error,
    throttle:
      throttle === undefined
        ? undefined
        : throttle === true
          ? {}
          : { retryAfterMs: duration('throttle', throttle) },
    drop,
    latencyMs: options['latency'] === undefined ? undefined : duration('latency', options['latency']),
    count: number('count'),
    probability: number('probability'),
    seed: number('seed'),
  })
}

const present = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

function numberOption(options: Options, name: string): number | undefined {
  const value = options[name]
  if (value === undefined) return undefined
  if (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value)) return Number(value)
  throw new UserError(`--${name} is ${JSON.stringify(value)}`, 'Give a number.')
}

function duration(name: string, value: unknown): number {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined
  if (ms !== undefined) return ms
  throw new UserError(`--${name} is ${JSON.stringify(value)}`, 'Give a duration, for example 500ms or 2s.')
}

const faultsText = (faults: readonly ActiveFault[]): string =>
  columns(
    faults.map((fault) => [
      `fault ${fault.id}`,
      fault.operation,
      effectText(fault),
      `fired ${fault.fired}${fault.count === undefined ? '' : ` of ${fault.count}`}`,
      fault.probability === undefined ? '' : `probability ${fault.probability}`,
    ]),
  )

function effectText({ error, throttle, drop, latencyMs }: ActiveFault): string {
  const effects = [
    latencyMs === undefined ? [] : [`waits ${latencyMs} ms`],
    error ? [`answers ${[error.status, error.code].filter((part) => part !== undefined).join(' ')}`] : [],
    throttle ? ['answers 400 Throttling.User'] : [],
    drop === undefined ? [] : [`closes the connection ${drop} the call`],
  ]
  return effects.flat().join(', ')
}
