import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A namespace is made by one call and marked by another. This folder (gone at reboot, as namespaces are) says which
 * names a mark is about to make, so that what a killed process left unmarked is known as its own.
 */
const FOLDER = '/run/sallyport/intents'

const fileOf = (mark: string, namespace: string): string => join(FOLDER, `${mark}@${namespace}`)

/** Says that a namespace with this name is about to be made. */
export function intend(mark: string, namespace: string): void {
  mkdirSync(FOLDER, { recursive: true, mode: 0o755 })
  writeFileSync(fileOf(mark, namespace), '')
}

/** Forgets the intent: the namespace is marked, or was not made. */
export const fulfil = (mark: string, namespace: string): void =>
  rmSync(fileOf(mark, namespace), { force: true })

/** Namespaces that were begun and perhaps not marked, with the mark. */
export function intents(): ReadonlyMap<string, string> {
  let names: string[]
  try {
    names = readdirSync(FOLDER)
  } catch {
    return new Map()
  }
  return new Map(names.map((name) => [name.slice(name.indexOf('@') + 1), name.slice(0, name.indexOf('@'))]))
}
