import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TlsIdentity } from '@sallyport/protocol'
import { writePrivately } from '../admin/private-file.js'
import type { Settings } from '../settings/resolve.js'
import { UserError } from '../settings/user-error.js'
import { type Certified, makeAuthority, makeServer, outlasts, stillGood } from './self-signed.js'

/** What the server shows to clients that speak TLS, and what they have to trust. */
export interface Tls {
  readonly identity: TlsIdentity
  /** File of the authority that a client has to trust; null for a certificate of the operator's own. */
  readonly authorityFile: string | null
}

type TlsSettings = Pick<Settings, 'data' | 'tls' | 'tlsNames' | 'tlsCert' | 'tlsKey'>

/** Names that always lead to a server on this host. */
const LOCAL = ['localhost', '127.0.0.1', '::1']

/**
 * The identity that the settings ask for; undefined without TLS. A self-signed one is made at its first use and kept
 * in the data folder: the authority for ten years, so that it is trusted once, the server's certificate until it
 * nears its end or a name is added. Throws a UserError when files cannot be read or do not fit each other.
 */
export async function tlsOf(settings: TlsSettings, now: Date): Promise<Tls | undefined> {
  const { tlsCert, tlsKey } = settings
  if (tlsCert !== null && tlsKey !== null) {
    return { identity: checked(read(tlsCert), read(tlsKey), tlsCert, tlsKey), authorityFile: null }
  }
  if (settings.tls === 'off') return undefined
  return selfSigned(join(settings.data, 'tls'), [...new Set([...LOCAL, ...settings.tlsNames])], now)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UserError(
      `cannot read ${path}: ${(error as Error).message}`,
      'Give PEM files with --tls-cert and --tls-key that the user of the server can read.',
    )
  }
}

function checked(cert: string, key: string, certPath: string, keyPath: string): TlsIdentity {
  try {
    const fits = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
    if (!fits) throw new Error('the key is not the certificate’s')
    return { cert, key }
  } catch (error) {
    throw new UserError(
      `${certPath} and ${keyPath} are no certificate and key: ${(error as Error).message}`,
      'Give PEM files: the certificate with its chain, and its key without a passphrase.',
    )
  }
}

async function selfSigned(folder: string, names: readonly string[], now: Date): Promise<Tls> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const keptAuthority = kept(folder, 'ca')
  const authority =
    keptAuthority && outlasts(keptAuthority, now)
      ? keptAuthority
      : keep(folder, 'ca', await makeAuthority(now))
  const keptServer = kept(folder, 'server')
  const server =
    keptServer && stillGood(keptServer, authority.cert, names, now)
      ? keptServer
      : keep(folder, 'server', await makeServer(authority, names, now))
  return {
    identity: { cert: server.cert + authority.cert, key: server.key },
    authorityFile: join(folder, 'ca.pem'),
  }
}

/** Certificate and key that were kept; undefined when one is missing or they are not of one piece. */
function kept(folder: string, name: string): Certified | undefined {
  try {
    const cert = readFileSync(join(folder, `${name}.pem`), 'utf8')
    const key = readFileSync(join(folder, `${name}-key.pem`), 'utf8')
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)) ? { cert, key } : undefined
  } catch (error) {
    // Half of a pair, from a start that was cut short, is made anew as a whole.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UserError(
      `cannot use the certificates in ${folder}: ${(error as Error).message}`,
      'Remove that folder to have new ones made; clients then have to trust the new ca.pem.',
    )
  }
}

function keep(folder: string, name: string, pair: Certified): Certified {
  writePrivately(join(folder, `${name}-key.pem`), pair.key)
  writePrivately(join(folder, `${name}.pem`), pair.cert)
  return pair
}
