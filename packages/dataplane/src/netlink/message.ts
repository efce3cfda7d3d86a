/** Bytes being written, in one buffer that grows. Lengths and kinds are in the machine's order (netlink(7)). */
export interface Writer {
  buffer: Buffer
  length: number
}

/** A writer without anything written. */
export const newWriter = (size = 1 << 14): Writer => ({ buffer: Buffer.alloc(size), length: 0 })

const aligned = (length: number): number => (length + 3) & ~3

/** Makes room at the end, zeroed, and returns where it starts. */
function reserve(writer: Writer, bytes: number): number {
  const start = writer.length
  if (start + bytes > writer.buffer.length) {
    const grown = Buffer.alloc(Math.max(writer.buffer.length * 2, start + bytes))
    writer.buffer.copy(grown, 0, 0, start)
    writer.buffer = grown
  }
  writer.length = start + bytes
  return start
}

/** The kernel's mark for an attribute that holds others (NLA_F_NESTED). */
const NESTED = 0x8000

/** Writes an attribute with these bytes. */
export function putBytes(writer: Writer, kind: number, bytes: Uint8Array): void {
  const start = reserve(writer, aligned(4 + bytes.length))
  writer.buffer.writeUInt16LE(4 + bytes.length, start)
  writer.buffer.writeUInt16LE(kind, start + 2)
  writer.buffer.set(bytes, start + 4)
}

/** Writes a text attribute, with the zero that ends it. */
export const putText = (writer: Writer, kind: number, text: string): void =>
  putBytes(writer, kind, Buffer.from(`${text}\0`, 'latin1'))

/** Writes a number of 4 bytes in network order. */
export function putNumber(writer: Writer, kind: number, value: number): void {
  const start = reserve(writer, 8)
  writer.buffer.writeUInt16LE(8, start)
  writer.buffer.writeUInt16LE(kind, start + 2)
  writer.buffer.writeInt32BE(value | 0, start + 4)
}

/** Writes a number of 8 bytes in network order. */
export function putLong(writer: Writer, kind: number, value: number): void {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  putBytes(writer, kind, bytes)
}

/** Writes an attribute that holds what `content` writes. */
export function putNested(writer: Writer, kind: number, content: () => void): void {
  const start = reserve(writer, 4)
  content()
  writer.buffer.writeUInt16LE(writer.length - start, start)
  writer.buffer.writeUInt16LE(kind | NESTED, start + 2)
}

/** Writes a copy of an attribute that holds others, under another kind; returns where it starts. */
export function putCopy(writer: Writer, attribute: Buffer, kind: number): number {
  const start = reserve(writer, attribute.length)
  writer.buffer.set(attribute, start)
  writer.buffer.writeUInt16LE(kind | NESTED, start + 2)
  return start
}

/** What every message says of itself. */
export interface Head {
  readonly kind: number
  readonly flags: number
  readonly sequence: number
  readonly family: number
  /** Who a batch is for: 0 but at its ends. */
  readonly resource?: number
}

/** Writes a message of the kernel's netfilter protocol (struct nlmsghdr, struct nfgenmsg); returns where it starts. */
export function putMessage(writer: Writer, head: Head, content: () => void = () => undefined): number {
  const start = reserve(writer, 20)
  content()
  const { buffer } = writer
  buffer.writeUInt32LE(writer.length - start, start)
  buffer.writeUInt16LE(head.kind, start + 4)
  buffer.writeUInt16LE(head.flags, start + 6)
  buffer.writeUInt32LE(head.sequence, start + 8)
  buffer.writeUInt32LE(0, start + 12)
  buffer.writeUInt8(head.family, start + 16)
  buffer.writeUInt8(0, start + 17)
  buffer.writeUInt16BE(head.resource ?? 0, start + 18)
  return start
}

/** A message as received. */
export interface Message {
  readonly kind: number
  readonly flags: number
  readonly sequence: number
  /** All after the header of 16 bytes. */
  readonly body: Buffer
}

/** The messages in a datagram. */
export function messagesIn(datagram: Buffer): Message[] {
  const messages: Message[] = []
  for (let at = 0; at + 16 <= datagram.length;) {
    const length = datagram.readUInt32LE(at)
    if (length < 16) break
    messages.push({
      kind: datagram.readUInt16LE(at + 4),
      flags: datagram.readUInt16LE(at + 6),
      sequence: datagram.readUInt32LE(at + 8),
      body: datagram.subarray(at + 16, at + length),
    })
    at += aligned(length)
  }
  return messages
}

/** The attributes in bytes, in their order: kind and content. */
export function attributesIn(bytes: Buffer): [number, Buffer][] {
  const found: [number, Buffer][] = []
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16LE(at)
    if (length < 4) break
    found.push([bytes.readUInt16LE(at + 2) & 0x3fff, bytes.subarray(at + 4, at + length)])
    at += aligned(length)
  }
  return found
}

/** The attributes in bytes by kind. */
export const byKind = (bytes: Buffer | undefined): Map<number, Buffer> =>
  new Map(bytes === undefined ? [] : attributesIn(bytes))

/** Text without the zero that ends it. */
export const textIn = (bytes: Buffer | undefined): string =>
  bytes === undefined ? '' : bytes.toString('latin1').replace(/\0.*$/s, '')

/** A number of 4 bytes in network order; 0 when it is not there. */
export const numberIn = (bytes: Buffer | undefined): number => bytes?.readUInt32BE(0) ?? 0

/** A number of 8 bytes in network order; 0 when it is not there. */
export const longIn = (bytes: Buffer | undefined): number => Number(bytes?.readBigUInt64BE(0) ?? 0)
