import { renameSync, rmSync, writeFileSync } from 'node:fs'

/** Writes a file that only its owner can read, whole or not at all. */
export function writePrivately(path: string, text: string): void {
  const fresh = `${path}.${process.pid}.new`
  rmSync(fresh, { force: true })
  // `wx` refuses to follow a link that somebody put there.
  writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' })
  renameSync(fresh, path)
}
