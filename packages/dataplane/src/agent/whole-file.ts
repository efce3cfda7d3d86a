import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** Writes a file whole or not at all, for this user alone; it is on the disk when this returns. */
export function writeWhole(file: string, text: string): void {
  const fresh = `${file}.${randomUUID()}.new`
  try {
    const descriptor = openSync(fresh, 'wx', 0o600)
    try {
      writeFileSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(fresh, file)
  } finally {
    rmSync(fresh, { force: true })
  }
}
