import { runSoon } from '../shell.js'
import { TABLE_NAME } from './ruleset.js'

/** What a named counter says. It begins anew when its table, or the last rule that it counts for, is made anew. */
export interface CounterValue {
  readonly packets: number
  readonly bytes: number
}

/** The named counters of our table in a namespace. Rejects when there is none. */
export async function readCounters(namespace: string): Promise<ReadonlyMap<string, CounterValue>> {
  const text = await runSoon(namespace, 'nft', ['-j', 'list', 'counters', 'table', 'inet', TABLE_NAME], '')
  const { nftables } = JSON.parse(text) as {
    readonly nftables: readonly { readonly counter?: CounterValue & { readonly name: string } }[]
  }
  return new Map(
    nftables.flatMap(({ counter }) =>
      counter ? [[counter.name, { packets: counter.packets, bytes: counter.bytes }] as const] : [],
    ),
  )
}
