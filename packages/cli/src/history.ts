import type { HistoryEntry, HistoryPage, Settings } from '@sallyport/server'
import { UserError } from '@sallyport/server'
import { columns } from './columns.js'
import { connectControl } from './control-client.js'
import { exitCodes } from './exit-codes.js'
import { changeText } from './fact-text.js'

type Options = Readonly<Record<string, unknown>>

/** What the ids of things that have a history begin with. */
const kinds: Readonly<Record<string, string>> = {
  sg: 'group',
  pl: 'list',
  prl: 'list',
  eni: 'interface',
  i: 'instance',
}

function queryOf(id: string | undefined, options: Options): string {
  const query = new URLSearchParams()
  if (id !== undefined) {
    const kind = kinds[/^([a-z]+)-/.exec(id)?.[1] ?? '']
    if (kind === undefined) {
      throw new UserError(
        `${JSON.stringify(id)} has no history`,
        'Give the id of a group, list, network interface or instance: sg-, pl-, prl-, eni- or i-...',
      )
    }
    query.set(kind, id)
  }
  for (const name of ['limit', 'before']) {
    const value = options[name]
    if (typeof value === 'string') query.set(name, value)
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** Prints what changed about a thing, or about everything, the newest first. */
export async function history({ data }: Settings, id: string | undefined, options: Options): Promise<number> {
  const page = (await connectControl(data)('GET', `/v1/history${queryOf(id, options)}`)) as HistoryPage
  process.stdout.write(options['json'] === true ? `${JSON.stringify(page, null, 2)}\n` : historyText(page))
  return exitCodes.ok
}

/** One line a change, and how to go on. */
export function historyText({ entries, more, oldest, revision }: HistoryPage): string {
  if (entries.length === 0) {
    return oldest === null
      ? 'nothing has changed yet\n'
      : `no change is kept from revision ${oldest} to ${revision}\n`
  }
  const last = entries.at(-1)?.revision ?? 0
  return (
    columns(entries.flatMap(linesOf)) + (more ? `there are older ones: go on with --before ${last}\n` : '')
  )
}

const linesOf = (entry: HistoryEntry): string[][] =>
  entry.changes.map(({ kind, id, what, before, after }, index) => [
    ...(index === 0
      ? [String(entry.revision), entry.at, whoOf(entry), entry.operation ?? '-']
      : ['', '', '', '']),
    ...[`${what} ${kind} ${id}`, changeText(kind, before, after)],
  ])

/** `1234567890123456 user/alice`; the account itself is its id alone. */
function whoOf({ accountId, principal }: HistoryEntry): string {
  if (accountId === null) return '-'
  const name = principal?.replace(/^acs:ram::\d*:/, '') ?? ''
  return name === '' || name === 'root' ? accountId : `${accountId} ${name}`
}
