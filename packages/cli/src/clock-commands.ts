import type { ClockState, Settings } from '@sallyport/server'
import { connectControl } from './control-client.js'
import { exitCodes } from './exit-codes.js'

/** Shows the clock of operations, after a change where one is given. */
export async function time({ data }: Settings, change?: object): Promise<number> {
  const ask = connectControl(data)
  const state = change === undefined ? ask('GET', '/v1/time') : ask('POST', '/v1/time', change)
  const { mode, now } = (await state) as ClockState
  process.stdout.write(`${now}  ${mode}\n`)
  return exitCodes.ok
}
