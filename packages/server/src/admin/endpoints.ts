import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writePrivately } from './private-file.js'
import { UserError } from '../settings/user-error.js'

/** Addresses that the server of a data folder uses, for the other commands on the host. */
export interface Endpoints {
  /** URL of the API. */
  readonly endpoint: string
  /** URL of the admin listener; null when only the control socket is there. */
  readonly admin: string | null
  readonly controlSocket: string
  readonly pid: number
  /** ISO 8601. */
  readonly startedAt: string
}

const shape = z.object({
  endpoint: z.string(),
  admin: z.string().nullable(),
  controlSocket: z.string(),
  pid: z.number(),
  startedAt: z.string(),
})

const fileIn = (data: string): string => join(data, 'endpoints.json')

/** Records the addresses in use. */
export const writeEndpoints = (data: string, endpoints: Endpoints): void =>
  writePrivately(fileIn(data), `${JSON.stringify(endpoints, null, 2)}\n`)

/** Removes the record; a clean stop does. */
export const removeEndpoints = (data: string): void => rmSync(fileIn(data), { force: true })

/** The recorded addresses; undefined when no server runs (or one was killed before it recorded any). */
export function readEndpoints(data: string): Endpoints | undefined {
  let text: string
  try {
    text = readFileSync(fileIn(data), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UserError(
      `cannot read ${fileIn(data)}: ${(error as Error).message}`,
      'Run as the owner of the data folder.',
    )
  }
  try {
    return shape.parse(JSON.parse(text))
  } catch (error) {
    throw new UserError(`${fileIn(data)} is damaged`, 'Restart the server; it writes the file anew.', {
      cause: error,
    })
  }
}
