import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../settings/user-error.js'
import { writePrivately } from './private-file.js'

/** A host whose agent may follow the feed and report. */
export interface AgentHost {
  readonly host: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** The tokens of agents, one a host. Only digests of them are kept. */
export interface AgentTokens {
  /** Makes a token for a host and answers it, the only time; null where the host has one. */
  add(host: string): string | null
  /** Forgets the token of a host and tells its followers; false where it has none. */
  remove(host: string): boolean
  list(): readonly AgentHost[]
  /** The host whose token an Authorization header carries. */
  hostOf(header: string | undefined): string | null
  /** Hears once of the removal of a host's token. Returns a function that stops that. */
  onRemoval(host: string, listener: () => void): () => void
}

const kept = z.array(
  z.strictObject({ host: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), createdAt: z.string() }),
)

type Kept = z.infer<typeof kept>

function read(file: string): Kept {
  try {
    return kept.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new UserError(
      `cannot read the tokens of agents in ${file}: ${(error as Error).message}`,
      'Remove the file and make new tokens with "sallyport agent-token add".',
      { cause: error },
    )
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Opens the tokens that a data folder keeps; the caller holds the lock of the folder. */
export function openAgentTokens(data: string): AgentTokens {
  const file = join(data, 'agent-tokens.json')
  let tokens = read(file)
  const listeners = new Map<string, Set<() => void>>()
  const keep = (changed: Kept): void => {
    writePrivately(file, `${JSON.stringify(changed, null, 2)}\n`)
    tokens = changed
  }
  return {
    add(host) {
      if (tokens.some((one) => one.host === host)) return null
      const token = randomBytes(32).toString('hex')
      keep([...tokens, { host, sha256: digest(token).toString('hex'), createdAt: new Date().toISOString() }])
      return token
    },
    remove(host) {
      const rest = tokens.filter((one) => one.host !== host)
      if (rest.length === tokens.length) return false
      keep(rest)
      for (const listener of listeners.get(host) ?? []) listener()
      listeners.delete(host)
      return true
    },
    list: () => tokens.map(({ host, createdAt }) => ({ host, createdAt })),
    hostOf(header) {
      const given = /^Bearer ([0-9a-f]{64})$/i.exec(header ?? '')?.[1]
      if (given === undefined) return null
      const sought = digest(given)
      // Every token is compared, so that time tells nothing of which one fits.
      const found = tokens.filter(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, 'hex'), sought))
      return found[0]?.host ?? null
    },
    onRemoval(host, listener) {
      const ofHost = listeners.get(host) ?? new Set()
      listeners.set(host, ofHost.add(listener))
      return () => void ofHost.delete(listener)
    },
  }
}
