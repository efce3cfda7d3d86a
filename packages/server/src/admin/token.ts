import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivately } from './private-file.js'
import { UserError } from '../settings/user-error.js'

const fileIn = (data: string): string => join(data, 'admin-token')

/** The bearer token of the data folder's server; undefined before its first start. */
export function readAdminToken(data: string): string | undefined {
  try {
    return readFileSync(fileIn(data), 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UserError(
      `cannot read ${fileIn(data)}: ${(error as Error).message}`,
      'Run as the owner of the data folder.',
    )
  }
}

/**
 * The bearer token to use: the configured one, else the one kept from before, else a new one. It is kept in the
 * data folder, mode 0600, where the other commands find it.
 */
export function keepAdminToken(data: string, configured: string | null): string {
  const kept = readAdminToken(data)
  const token = configured ?? (kept === undefined || kept === '' ? randomBytes(32).toString('hex') : kept)
  if (token !== kept) writePrivately(fileIn(data), `${token}\n`)
  return token
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whether an Authorization header carries the token. Digests are compared, so that time tells not even the length. */
export function carriesToken(header: string | undefined, token: string): boolean {
  const given = /^Bearer ([\x21-\x7e]+)$/i.exec(header ?? '')?.[1]
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}
