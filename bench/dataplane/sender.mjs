import { createInterface } from 'node:readline'
import koffi from 'koffi'

/**
 * Sends UDP packets as fast as one thread can, by sendmmsg(2). `node sender.mjs ADDRESS` sends from that IPv4 address.
 * Each line of standard input, `{"to", "sourcePort", "ports": [first, last], "packets"}`, is answered by a line
 * `{"sent", "seconds"}`: so many packets, to one destination port after another and then from the first again.
 */

const AF_INET = 2
const SOCK_DGRAM = 2
const BYTES = 32
/** The kernel takes no more in one call (UIO_MAXIOV). */
const MOST_A_CALL = 1024

// Sizes of struct mmsghdr, sockaddr_in and iovec on 64-bit Linux.
const HEADER = 64
const NAME = 16
const PART = 16

const libc = koffi.load('libc.so.6')
const socket = libc.func('int socket(int, int, int)')
const bind = libc.func('int bind(int, void *, uint32)')
const close = libc.func('int close(int)')
const sendmmsg = libc.func('int sendmmsg(int, void *, uint32, int)')
const calloc = libc.func('void *calloc(uint64, uint64)')
const free = libc.func('void free(void *)')

/** Zeroed memory of the C library's, which stays where it is: its address, and a view of it. */
function allocate(size) {
  const address = calloc(1, size)
  return { address, bytes: new DataView(koffi.view(address, size)) }
}

function writeName(bytes, at, host, port) {
  bytes.setUint16(at, AF_INET, true)
  bytes.setUint16(at + 2, port)
  for (const [index, part] of host.split('.').entries()) bytes.setUint8(at + 4 + index, Number(part))
}

function openSocket(host, port) {
  const name = allocate(NAME)
  writeName(name.bytes, 0, host, port)
  const descriptor = socket(AF_INET, SOCK_DGRAM, 0)
  const failed = bind(descriptor, name.address, NAME) !== 0
  free(name.address)
  if (failed) throw new Error(`cannot send from ${host}:${port}: errno ${koffi.errno()}`)
  return descriptor
}

/** Headers of so many messages, to one port after another. */
function messagesTo(host, [first, last], count) {
  const ports = last - first + 1
  const [names, payload, parts, headers] = [ports * NAME, BYTES, PART, count * HEADER].map(allocate)
  parts.bytes.setBigUint64(0, payload.address, true)
  parts.bytes.setBigUint64(8, BigInt(BYTES), true)
  for (let port = 0; port < ports; port++) writeName(names.bytes, port * NAME, host, first + port)
  for (let index = 0; index < count; index++) {
    const at = index * HEADER
    headers.bytes.setBigUint64(at, names.address + BigInt((index % ports) * NAME), true)
    headers.bytes.setUint32(at + 8, NAME, true)
    headers.bytes.setBigUint64(at + 16, parts.address, true)
    headers.bytes.setBigUint64(at + 24, 1n, true)
  }
  const release = () => [names, payload, parts, headers].forEach(({ address }) => free(address))
  return { headers: headers.address, count, release }
}

function sendAll(descriptor, { headers, count }) {
  let done = 0
  while (done < count) {
    const sent = sendmmsg(descriptor, headers + BigInt(done * HEADER), Math.min(MOST_A_CALL, count - done), 0)
    if (sent <= 0) throw new Error(`sendmmsg failed after ${done} packets: errno ${koffi.errno()}`)
    done += sent
  }
  return done
}

function carryOut(from, { to, sourcePort, ports, packets }) {
  const messages = messagesTo(to, ports, packets)
  const descriptor = openSocket(from, sourcePort)
  const start = process.hrtime.bigint()
  const sent = sendAll(descriptor, messages)
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  close(descriptor)
  messages.release()
  return { sent, seconds }
}

for await (const line of createInterface(process.stdin)) {
  process.stdout.write(`${JSON.stringify(carryOut(process.argv[2], JSON.parse(line)))}\n`)
}
