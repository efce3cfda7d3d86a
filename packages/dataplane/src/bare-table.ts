import type { Form } from './intermediate.js'
import { batchOf } from './netlink/encode.js'
import type { Socket } from './netlink/socket.js'
import { receive, resultOf, send, sendNow, within } from './netlink/socket.js'
import { render } from './nftables/render.js'
import type { Command, Ruleset } from './nftables/ruleset.js'

/** A transaction as it was carried out. */
export interface CarriedOut {
  /** Milliseconds from handing it to the kernel until it was in force. */
  readonly tookMs: number
  /** Whether it is the one with which packets meet other policies, and connections are judged anew. */
  readonly isFlip: boolean
}

/** The table of a VPC in a namespace, without the links that it is about: to measure what it costs. */
export interface BareTable {
  /** Works out what brings the table to a form. Call `carryOut` next. */
  plan(form: Form): void
  /** Carries out what was planned. */
  carryOut(): Promise<readonly CarriedOut[]>
}

/** What a socket takes as it is opened. */
const MOST_AT_ONCE = 100_000

async function carryOut(socket: Socket, commands: readonly Command[]): Promise<CarriedOut> {
  const { bytes } = batchOf(commands)
  const begun = performance.now()
  // Small ones without a thread of their own, so that nothing but the kernel is measured.
  if (bytes.length < MOST_AT_ONCE) sendNow(socket, bytes)
  else await send(socket, bytes)
  const tookMs = performance.now() - begun
  for (let messages = receive(socket); messages !== null; messages = receive(socket)) {
    const failed = messages.map(resultOf).find((result) => result !== null && result.error !== 0)
    if (failed) throw new Error(`the kernel refused a transaction: error ${failed.error}`)
  }
  const isFlip = commands.some((command) => command.do === 'add-rule' && command.chain === 'judged')
  return { tookMs, isFlip }
}

/** Keeps a table in a namespace that holds none of ours. */
export function bareTable(namespace: string): BareTable {
  let held: Ruleset | null = null
  let planned: readonly (readonly Command[])[] = []
  return {
    plan(form) {
      const { transactions, ruleset } = render(form, held)
      planned = transactions
      held = ruleset
    },
    async carryOut() {
      const done: CarriedOut[] = []
      await within(namespace, async (socket) => {
        for (const commands of planned) done.push(await carryOut(socket, commands))
      })
      planned = []
      return done
    },
  }
}
