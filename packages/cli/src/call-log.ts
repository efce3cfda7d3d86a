import type { AwaitedCalls, CallRecord, Settings } from '@sallyport/server'
import { UserError } from '@sallyport/server'
import { columns } from './columns.js'
import { connectControl, download } from './control-client.js'
import { exitCodes } from './exit-codes.js'
import { writeNewFile } from './new-file.js'

type Options = Readonly<Record<string, unknown>>

/** Query parameters of the routes about calls, by option. */
const names: Readonly<Record<string, string>> = {
  ...{ operation: 'operation', account: 'account', accessKey: 'accessKey', regionId: 'region' },
  ...{
    requestId: 'requestId',
    code: 'code',
    status: 'status',
    result: 'result',
    since: 'since',
    until: 'until',
  },
  ...{ limit: 'limit', wait: 'count', timeout: 'timeout' },
}

/** The query of the routes about calls; what a route does not take the server refuses. */
function queryOf(options: Options): string {
  const query = new URLSearchParams()
  for (const [option, name] of Object.entries(names)) {
    const value = options[option]
    if (typeof value === 'string') query.set(name, value)
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** Prints recorded calls, the latest last; with `--wait` once so many fit. */
export async function calls({ data }: Settings, options: Options): Promise<number> {
  const ask = connectControl(data)
  const wanted = options['wait']
  if (typeof wanted !== 'string') {
    const answer = await ask('GET', `/v1/calls${queryOf(options)}`)
    return print((answer as { calls: readonly CallRecord[] }).calls, options)
  }
  const answer = (await ask('GET', `/v1/calls/wait${queryOf(options)}`)) as AwaitedCalls
  print(answer.calls, options)
  if (answer.reached) return exitCodes.ok
  throw new UserError(
    `only ${answer.calls.length} of ${wanted} calls came in time`,
    'Give more time with --timeout SECONDS, or fewer filters.',
  )
}

function print(found: readonly CallRecord[], options: Options): number {
  const shown =
    options['json'] === true ? found.map((call) => `${JSON.stringify(call)}\n`).join('') : callsText(found)
  process.stdout.write(shown)
  return exitCodes.ok
}

const callsText = (found: readonly CallRecord[]): string =>
  found.length === 0
    ? 'no calls\n'
    : columns(
        found.map((call) => [
          ...[call.time, call.operation ?? '-', call.accountId ?? '-', call.accessKeyId ?? '-'],
          [call.status === 0 ? 'unanswered' : String(call.status), call.code ?? ''].join(' ').trim(),
          ...[`${call.durationMs.toFixed(1)} ms`, call.requestId],
        ]),
      )

/** Writes recorded calls as lines of JSON to a file that is not there yet, or to standard output. */
export async function exportCalls(
  { data }: Settings,
  file: string | undefined,
  options: Options,
): Promise<number> {
  const path = `/v1/calls/export${queryOf(options)}`
  if (file === undefined) await download(data, path, process.stdout)
  else await writeNewFile(file, (target) => download(data, path, target))
  return exitCodes.ok
}

/** Forgets every recorded call. */
export async function clearCalls({ data }: Settings): Promise<number> {
  await connectControl(data)('DELETE', '/v1/calls')
  process.stdout.write('cleared the audit trail\n')
  return exitCodes.ok
}
