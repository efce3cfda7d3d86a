import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { createSecureContext, TLSSocket, type SecureContext, type SecureContextOptions } from 'node:tls'

/** What a server proves itself with: PEM texts, the certificate with its chain. */
export type TlsIdentity = Required<Pick<SecureContextOptions, 'cert' | 'key'>>

/** First byte of a TLS handshake record (RFC 8446, section 5.1); no HTTP method starts with it. */
const HANDSHAKE = 0x16

/** How long a connection may take to send its first byte, and then to finish its handshake, in ms. */
export const PATIENCE_MS = 10_000

type Accept = (socket: Socket) => void

/**
 * Lets a server that has not accepted anything yet speak TLS too, on the port that it listens on: the first byte of a
 * connection decides. Plain HTTP goes on as before. Throws when certificate and key do not fit each other.
 */
export function speakTlsToo(server: Server, identity: TlsIdentity): void {
  const context = createSecureContext({ ...identity, minVersion: 'TLSv1.2' })
  const [accept] = server.listeners('connection') as Accept[]
  if (!accept) throw new Error('the server does not accept connections')
  // Connections that are no request's yet: the HTTP server does not know them, so they are ours to time and to close.
  const waiting = new Set<Socket>()
  const hand = (socket: Socket): void => accept.call(server, socket)
  server.removeListener('connection', accept as never)
  server.on('connection', (socket: Socket) => {
    waiting.add(socket)
    socket.once('close', () => waiting.delete(socket))
    sort(socket, context, (ready) => {
      waiting.delete(socket)
      hand(ready)
    })
  })
  const closeIdle = server.closeIdleConnections.bind(server)
  server.closeIdleConnections = () => {
    for (const socket of waiting) socket.destroy()
    closeIdle()
  }
}

/** Hands on the connection once it is known what it speaks: itself, or the TLS connection over it. */
function sort(socket: Socket, context: SecureContext, ready: Accept): void {
  const timer = setTimeout(() => socket.destroy(), PATIENCE_MS)
  const giveUp = (): void => void socket.destroy()
  socket.once('close', () => clearTimeout(timer))
  socket.on('error', giveUp)
  const settled = (stream: Socket): void => {
    clearTimeout(timer)
    if (stream === socket) socket.removeListener('error', giveUp)
    ready(stream)
  }
  socket.once('readable', () => {
    const chunk = socket.read() as Buffer | null
    // The other end closed without a byte.
    if (chunk === null) return giveUp()
    socket.unshift(chunk)
    if (chunk[0] !== HANDSHAKE) return settled(socket)
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: context,
      ALPNProtocols: ['http/1.1'],
    })
    // A client that does not trust the certificate ends up here: its own error says so, there is nobody to answer.
    secure.once('error', giveUp)
    secure.once('secure', () => {
      secure.removeListener('error', giveUp)
      settled(secure)
    })
  })
}
