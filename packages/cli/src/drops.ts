import { setTimeout as sleep } from 'node:timers/promises'
import type { Drop, Settings } from '@sallyport/server'
import { connectControl } from './control-client.js'
import { exitCodes } from './exit-codes.js'
import { protocolText } from './explaining/flow-text.js'
import { stopSignal } from './stop-signal.js'

/** What to show of the flows that were denied. */
export interface DropOptions {
  readonly instance?: string | undefined
  /** Shows what is to come, until the process is asked to stop. */
  readonly follow: boolean
  readonly json: boolean
}

const PAUSE = 500

/** Prints the flows that were denied lately, the latest last. */
export async function drops(settings: Settings, { instance, follow, json }: DropOptions): Promise<number> {
  const ask = connectControl(settings.data)
  let stopped = false
  if (follow) void stopSignal().then(() => (stopped = true))
  for (let after = 0; ;) {
    const query = new URLSearchParams({ after: String(after), ...(instance !== undefined && { instance }) })
    const answer = (await ask('GET', `/v1/drops?${query.toString()}`)) as { last: number; drops: Drop[] }
    const lines = answer.drops.map((one) => (json ? JSON.stringify(one) : dropText(one)))
    process.stdout.write(lines.map((line) => `${line}\n`).join(''))
    if (!follow || stopped) return exitCodes.ok
    // A server that was started anew counts anew.
    after = answer.last
    await sleep(PAUSE)
  }
}

/** One line: when, what, and who denied it by what. */
export function dropText(drop: Drop): string {
  const { at, protocol, source, destination, sourcePort, destinationPort } = drop
  const flow = `${protocolText(protocol)} ${withPort(source, sourcePort)} -> ${withPort(destination, destinationPort)}`
  return `${at}  ${flow}  ${whyText(drop)}`
}

function whyText({ interface: id, instance, direction, reason, rule, group }: Drop): string {
  if (id === null || reason === null) return 'by rules that have changed since'
  const by = rule === null ? 'the default' : `rule ${rule} of group ${group}`
  return `${direction} of ${id}${instance === null ? '' : ` (${instance})`} by ${by}`
}

const withPort = (address: string, port: number | null): string =>
  port === null ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`
