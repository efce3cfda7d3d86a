import { createPublicKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { resolveSettings, startServer, type RunningServer } from '../src/index.js'
import { tlsOf } from '../src/tls/identity.js'

const folders: string[] = []
const running: RunningServer[] = []

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sallyport-tls-'))
  folders.push(made)
  return made
}

afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true })
})

const settingsOf = (data: string, flags: Record<string, string>) =>
  resolveSettings({
    flags: { listen: '127.0.0.1:0', admin: 'none', data, ...flags },
    env: {},
    cwd: data,
  })

async function started(data: string, flags: Record<string, string>): Promise<RunningServer> {
  const server = await startServer(settingsOf(data, flags), () => undefined)
  running.push(server)
  return server
}

/** Code of the answer to an unsigned request over TLS by a client that trusts `ca` alone. */
const codeOver = (server: RunningServer, ca: string, servername?: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.endpoint)
    const name = servername === undefined ? {} : { servername }
    const sent = request({ host: hostname, port, ca, ...name, path: '/?Format=JSON' }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve((JSON.parse(text) as { Code: string }).Code))
    })
    sent.on('error', reject)
    sent.end()
  })

const authority = (data: string): string => readFileSync(join(data, 'tls', 'ca.pem'), 'utf8')
const serverCertificate = (data: string): X509Certificate =>
  new X509Certificate(readFileSync(join(data, 'tls', 'server.pem')))

describe('--tls self-signed', () => {
  it('answers HTTPS and HTTP on the port, to clients that trust the authority it made', async () => {
    const data = folder()
    const server = await started(data, { tls: 'self-signed' })
    expect(server.tls).toEqual({ authorityFile: join(data, 'tls', 'ca.pem') })
    expect(await codeOver(server, authority(data))).toBe('MissingAction')
    expect(await codeOver(server, authority(data), 'localhost')).toBe('MissingAction')
    expect(await (await fetch(`${server.endpoint}/?Format=JSON`)).json()).toMatchObject({
      Code: 'MissingAction',
    })
    await expect(codeOver(server, authority(data), 'elsewhere.test')).rejects.toThrow(/altnames|Hostname/)
  })

  it('keeps its authority over restarts, and renews the certificate of the server only for a new name', async () => {
    const data = folder()
    const settings = (names: string) => settingsOf(data, { tls: 'self-signed', tlsNames: names })
    const now = new Date()
    await tlsOf(settings('[]'), now)
    const [ca, first] = [authority(data), serverCertificate(data)]
    await tlsOf(settings('[]'), now)
    expect(serverCertificate(data).fingerprint256).toBe(first.fingerprint256)
    await tlsOf(settings('["ecs.internal.test", "10.0.0.5"]'), now)
    expect(authority(data)).toBe(ca)
    const second = serverCertificate(data)
    expect(second.checkHost('ecs.internal.test')).toBe('ecs.internal.test')
    expect(second.checkIP('10.0.0.5')).toBe('10.0.0.5')
    expect(second.checkIP('::1')).toBe('::1')
  })

  it('renews a certificate that nears its end, and an authority that would end before what it signs', async () => {
    const data = folder()
    const settings = settingsOf(data, { tls: 'self-signed' })
    const day = 24 * 3600 * 1000
    await tlsOf(settings, new Date())
    const [ca, first] = [authority(data), serverCertificate(data)]
    await tlsOf(settings, new Date(Date.now() + 370 * day))
    expect(authority(data)).toBe(ca)
    expect(serverCertificate(data).fingerprint256).not.toBe(first.fingerprint256)
    await tlsOf(settings, new Date(Date.now() + 3300 * day))
    expect(authority(data)).not.toBe(ca)
    expect(serverCertificate(data).verify(createPublicKey(authority(data)))).toBe(true)
  })

  it('makes an authority that may not sign authorities, and keys that only their owner reads', async () => {
    const data = folder()
    await tlsOf(settingsOf(data, { tls: 'self-signed' }), new Date())
    expect(new X509Certificate(authority(data)).ca).toBe(true)
    expect(serverCertificate(data).ca).toBe(false)
    for (const name of ['ca-key.pem', 'server-key.pem']) {
      expect(statSync(join(data, 'tls', name)).mode & 0o777).toBe(0o600)
    }
  })
})

describe('--tls-cert and --tls-key', () => {
  it('show the given certificate', async () => {
    const made = folder()
    await tlsOf(settingsOf(made, { tls: 'self-signed' }), new Date())
    const [tlsCert, tlsKey] = ['server.pem', 'server-key.pem'].map((name) => join(made, 'tls', name))
    const server = await started(folder(), { tlsCert: tlsCert ?? '', tlsKey: tlsKey ?? '' })
    expect(server.tls).toEqual({ authorityFile: null })
    expect(await codeOver(server, authority(made))).toBe('MissingAction')
  })

  it('are refused by name when they cannot be read or do not fit', async () => {
    const data = folder()
    await tlsOf(settingsOf(data, { tls: 'self-signed' }), new Date())
    const cert = join(data, 'tls', 'server.pem')
    const refused = (tlsKey: string) => started(folder(), { tlsCert: cert, tlsKey })
    await expect(refused(join(data, 'tls', 'none.pem'))).rejects.toThrow(/cannot read .*none\.pem/)
    await expect(refused(join(data, 'tls', 'ca-key.pem'))).rejects.toThrow(/are no certificate and key/)
    const text = join(data, 'text.pem')
    writeFileSync(text, 'no key')
    await expect(refused(text)).rejects.toThrow(/are no certificate and key/)
  })

  it('need each other, and exclude a self-signed certificate', () => {
    expect(() => settingsOf('/tmp', { tlsCert: 'a.pem' })).toThrow(/without tlsKey/)
    expect(() => settingsOf('/tmp', { tls: 'self-signed', tlsCert: 'a', tlsKey: 'b' })).toThrow(/one of them/)
  })
})
