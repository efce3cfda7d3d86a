import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../settings/user-error.js'

/** Unix socket addresses hold 108 bytes on Linux and 104 on macOS, the final zero included (unix(7)). */
const longest = 100

/**
 * Where the control socket of a data folder lies: in it, or, when that path is too long for a socket address, in a
 * folder of the temporary directory that only this user can enter. The same folder gives the same path.
 */
export function controlSocketFor(data: string): string {
  const path = join(data, 'control.sock')
  if (Buffer.byteLength(path) <= longest) return path
  const digest = createHash('sha256').update(data).digest('hex').slice(0, 16)
  const folder = join(tmpdir(), `sallyport-${process.getuid?.() ?? 'user'}-${digest}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { mode, uid } = lstatSync(folder)
  const isOurs = uid === (process.getuid?.() ?? uid) && (mode & 0o170777) === 0o040700
  if (!isOurs) {
    throw new UserError(
      `${folder} must be a folder of this user with mode 0700, and is not`,
      'Remove it, or choose a data folder with a shorter path.',
    )
  }
  return join(folder, 'control.sock')
}
