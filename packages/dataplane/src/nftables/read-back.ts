import { statSync } from 'node:fs'
import { rulesetIn } from '../netlink/decode.js'
import { Interrupted, generationOf, tableIn } from '../netlink/dump.js'
import type { Socket } from '../netlink/socket.js'
import { within } from '../netlink/socket.js'
import { namespaceFile, placeText } from '../names.js'
import type { Ruleset, TableFamily } from './ruleset.js'

/** What was read of a table (null: there is none), and a word that is another after any change in the namespace. */
export interface Reading {
  readonly ruleset: Ruleset | null
  readonly version: string
}

/** As often is read again what others change meanwhile. */
const MOST_TRIES = 10

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** Reads while the generation stays; undefined when it did not. */
async function readOnce(
  socket: Socket,
  family: TableFamily,
  generation: number,
): Promise<Ruleset | null | undefined> {
  try {
    const table = tableIn(socket, family)
    const ruleset = table === 'none' ? null : await rulesetIn(socket, family, table === 'dormant')
    return generationOf(socket) === generation ? ruleset : undefined
  } catch (error) {
    if (error instanceof Interrupted) return undefined
    throw error
  }
}

const versionOf = (place: number, generation: number): string => `${place} ${generation}`

/** Undefined: to be read again. */
async function read(
  socket: Socket,
  family: TableFamily,
  place: number,
  unless?: string,
): Promise<Reading | null | undefined> {
  const generation = generationOf(socket)
  // A namespace made anew counts from the start.
  const version = versionOf(place, generation)
  if (version === unless) return null
  const ruleset = await readOnce(socket, family, generation)
  return ruleset === undefined ? undefined : { ruleset, version }
}

/** The version at which the tables of a namespace are, in microseconds. Rejects when there is no such namespace. */
export function versionIn(namespace: string | null): Promise<string> {
  const place = statSync(namespaceFile(namespace)).ino
  return within(namespace, (socket) => Promise.resolve(versionOf(place, generationOf(socket))))
}

/**
 * What the kernel holds of our table in a namespace; null when that is at the version `unless`. A namespace that is not
 * there holds no table.
 */
export async function readTable(
  namespace: string | null,
  unless?: string,
  family: TableFamily = 'inet',
): Promise<Reading | null> {
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const place = statSync(namespaceFile(namespace)).ino
      const reading = await within(namespace, (socket) => read(socket, family, place, unless))
      if (reading !== undefined) return reading
    }
  } catch (error) {
    if (isAbsent(error)) return { ruleset: null, version: '' }
    throw error
  }
  throw new Error(`the tables of ${placeText(namespace)} change faster than they can be read`)
}

/** What the kernel holds of our table in a namespace, or null when there is no such table or namespace. */
export const readBack = async (
  namespace: string | null,
  family: TableFamily = 'inet',
): Promise<Ruleset | null> => (await readTable(namespace, undefined, family))?.ruleset ?? null
