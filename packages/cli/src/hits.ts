import type { Hits, Settings } from '@sallyport/server'
import { columns } from './columns.js'
import { connectControl } from './control-client.js'
import { exitCodes } from './exit-codes.js'

/** Prints how often each rule of a group, and each default that it takes part in, decided a new flow. */
export async function hits(settings: Settings, group: string, json: boolean): Promise<number> {
  const ask = connectControl(settings.data)
  const answer = (await ask('GET', `/v1/hits?group=${encodeURIComponent(group)}`)) as {
    hits: readonly Hits[]
  }
  process.stdout.write(json ? `${JSON.stringify(answer, null, 2)}\n` : hitsText(answer.hits))
  return exitCodes.ok
}

/** The same as a table. */
export const hitsText = (all: readonly Hits[]): string =>
  columns([
    ['RULE', 'DIRECTION', 'HITS', 'BYTES', 'LAST HIT'],
    ...all.map((one) => [
      nameOf(one),
      one.direction,
      String(one.packets),
      String(one.bytes),
      one.lastHit ??
        (one.since === null ? 'not counted: no host enforces it' : `never hit since ${one.since}`),
    ]),
  ])

function nameOf({ kind, rule, groups, staged }: Hits): string {
  const name = rule ?? (kind === 'default' ? `default of ${groups.join(' ')}` : `${kind} ${groups.join(' ')}`)
  return staged ? `${name} (audit)` : name
}
