import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** What a security token says of the temporary key it belongs to. */
export interface TokenContent {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Account of the role. */
  readonly accountId: string
  readonly role: string
  readonly session: string
  /** What the session may do of what the role may, as JSON; empty for all of it. */
  readonly policy: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A new key to seal tokens with, as text. */
export const newSealingKey = (): string => randomBytes(32).toString('base64')

/**
 * Seals what a token says, so that only this server can read it and nobody can change it: temporary keys then need no
 * table, and outlive a restart.
 */
export function sealToken(sealingKey: string, content: TokenContent): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, Buffer.from(sealingKey, 'base64'), nonce)
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
}

/** What a token says; undefined for a text that was not sealed with this key. */
export function openToken(sealingKey: string, token: string): TokenContent | undefined {
  const bytes = Buffer.from(token, 'base64')
  if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString('base64') !== token) return undefined
  const decipher = createDecipheriv(
    ALGORITHM,
    Buffer.from(sealingKey, 'base64'),
    bytes.subarray(0, NONCE_BYTES),
    { authTagLength: TAG_BYTES },
  )
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  const sealed = bytes.subarray(NONCE_BYTES + TAG_BYTES)
  try {
    return JSON.parse(decipher.update(sealed, undefined, 'utf8') + decipher.final('utf8')) as TokenContent
  } catch {
    return undefined
  }
}
