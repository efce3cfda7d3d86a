import { createPrivateKey, generateKeyPair, randomBytes, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import forge from 'node-forge'

/** A certificate and its private key, PEM. */
export interface Certified {
  readonly cert: string
  readonly key: string
}

const DAY_MS = 24 * 3600 * 1000
const CA_DAYS = 3650
/** The longest that browsers and Apple's libraries accept of a server. */
const SERVER_DAYS = 397
/** A certificate that ends sooner is replaced. */
const RENEW_DAYS = 30

/** RSA, because the oldest clients that speak to this server know nothing else. */
async function newKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

interface Wanted {
  readonly subject: string
  readonly days: number
  readonly now: Date
  readonly extensions: object[]
}

/** Signs a certificate for a new key; by that key itself when there is no issuer. */
async function certify(
  { subject, days, now, extensions }: Wanted,
  issuer: Certified | undefined,
): Promise<Certified> {
  const key = await newKey()
  const privateKey = forge.pki.privateKeyFromPem(key)
  const certificate = forge.pki.createCertificate()
  const name = [{ name: 'commonName', value: subject }]
  certificate.publicKey = forge.pki.rsa.setPublicKey(privateKey.n, privateKey.e)
  // A leading zero keeps the number positive.
  certificate.serialNumber = `00${randomBytes(16).toString('hex')}`
  // Clocks of clients in virtual machines and containers run late at times.
  certificate.validity.notBefore = new Date(now.getTime() - DAY_MS)
  certificate.validity.notAfter = new Date(now.getTime() + days * DAY_MS)
  certificate.setSubject(name)
  certificate.setIssuer(issuer ? forge.pki.certificateFromPem(issuer.cert).subject.attributes : name)
  certificate.setExtensions([...extensions, { name: 'subjectKeyIdentifier' }])
  const signer = issuer ? forge.pki.privateKeyFromPem(issuer.key) : privateKey
  certificate.sign(signer, forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(certificate), key }
}

/** A certificate authority of its own; nothing it signs may sign in turn. */
export const makeAuthority = (now: Date): Promise<Certified> =>
  certify(
    {
      subject: `Sallyport CA ${randomBytes(4).toString('hex')}`,
      days: CA_DAYS,
      now,
      extensions: [
        { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    },
    undefined,
  )

/** A server's certificate for host names and addresses, signed by the authority. */
export const makeServer = (authority: Certified, names: readonly string[], now: Date): Promise<Certified> =>
  certify(
    {
      subject: names[0] ?? 'localhost',
      days: SERVER_DAYS,
      now,
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
        },
      ],
    },
    authority,
  )

/** Whether a kept certificate still does: long enough valid, of this authority, for every name. */
export function stillGood(
  { cert, key }: Certified,
  authority: string,
  names: readonly string[],
  now: Date,
): boolean {
  const certificate = new X509Certificate(cert)
  const fits = (name: string): boolean =>
    (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined
  return (
    certificate.verify(new X509Certificate(authority).publicKey) &&
    certificate.checkPrivateKey(createPrivateKey(key)) &&
    lasts(certificate, RENEW_DAYS, now) &&
    names.every(fits)
  )
}

/** Whether an authority outlasts the certificates that it is to sign. */
export const outlasts = ({ cert }: Certified, now: Date): boolean =>
  lasts(new X509Certificate(cert), SERVER_DAYS, now)

const lasts = (certificate: X509Certificate, days: number, now: Date): boolean =>
  new Date(certificate.validTo).getTime() - now.getTime() > days * DAY_MS
