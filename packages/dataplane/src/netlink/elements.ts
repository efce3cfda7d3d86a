import { setImmediate as soon } from 'node:timers/promises'
import type { DataType, ElementSet, TableFamily } from '../nftables/ruleset.js'
import { dumpEach } from './dump.js'
import { MESSAGES } from './encode.js'
import { verdictCodes } from './expressions.js'
import { byKind, numberIn, putText, textIn } from './message.js'
import { isNumeric, numericRangeText } from './ranges.js'
import type { Socket } from './socket.js'
import { boundsText, bytesOf, padded, shapes, valueText } from './values.js'

type Value = Exclude<DataType, 'verdict'>

const isKnown = (type: DataType | undefined): type is Value => type !== undefined && type in shapes

function keyText(bytes: Buffer, key: readonly DataType[]): string {
  if (!key.every(isKnown)) return bytes.toString('hex')
  if (key.length === 1) return valueText(bytes, key[0] as Value)
  let at = 0
  return key
    .map((type) => {
      const text = valueText(bytes.subarray(at, at + shapes[type].bytes), type)
      at += padded(type)
      return text
    })
    .join(' . ')
}

const wordsByCode = new Map(Object.entries(verdictCodes).map(([word, code]) => [code, word]))

function verdictText(bytes: Buffer | undefined): string {
  const parts = byKind(bytes)
  const word = wordsByCode.get(numberIn(parts.get(1)) | 0) ?? 'unknown'
  const chain = textIn(parts.get(2))
  return chain === '' ? word : `${word} ${chain}`
}

function dataText(bytes: Buffer): string {
  const data = byKind(bytes)
  const value = data.get(1)
  return value === undefined ? verdictText(data.get(2)) : valueText(value, 'mark')
}

/** An element as it is listed: where its parts begin and end, since there can be a hundred thousand. */
interface Listed {
  keyAt: number
  keyEnd: number
  /** 0: it has none. */
  dataAt: number
  dataEnd: number
  isEnd: boolean
}

const [KEY, DATA, FLAGS] = [1, 2, 3]
const HEADER = 4

/** Reads the attributes between two places. */
function readElement(bytes: Buffer, from: number, to: number, listed: Listed): void {
  listed.keyAt = listed.keyEnd = listed.dataAt = listed.dataEnd = 0
  listed.isEnd = false
  for (let at = from; at + HEADER <= to;) {
    const length = bytes.readUInt16LE(at)
    if (length < HEADER) return
    const kind = bytes.readUInt16LE(at + 2) & 0x3fff
    if (kind === KEY) {
      // The key's bytes are the one attribute in it.
      listed.keyAt = at + 2 * HEADER
      listed.keyEnd = at + HEADER + bytes.readUInt16LE(at + HEADER)
    } else if (kind === DATA) {
      listed.dataAt = at + HEADER
      listed.dataEnd = at + length
    } else if (kind === FLAGS) listed.isEnd = (bytes.readUInt32BE(at + HEADER) & 1) !== 0
    at += (length + 3) & ~3
  }
}

/** Few values are many elements': each is read once. */
function valuesReader(): (bytes: Buffer, { dataAt, dataEnd }: Listed) => string {
  const known = new Map<string, string>()
  return (bytes, { dataAt, dataEnd }) => {
    if (dataAt === 0) return ''
    const key = bytes.toString('latin1', dataAt, dataEnd)
    const found = known.get(key) ?? dataText(bytes.subarray(dataAt, dataEnd))
    known.set(key, found)
    return found
  }
}

/** Gives each element that a set is listed with away. */
async function eachElement(
  socket: Socket,
  family: TableFamily,
  name: string,
  take: (bytes: Buffer, listed: Listed) => void,
): Promise<void> {
  const listed: Listed = { keyAt: 0, keyEnd: 0, dataAt: 0, dataEnd: 0, isEnd: false }
  const ask = (writer: Parameters<typeof putText>[0]): void => putText(writer, 2, name)
  await dumpEach(socket, MESSAGES.getElements, family, ask, (attributes) => {
    const bytes = byKind(attributes).get(3) ?? Buffer.alloc(0)
    for (let at = 0; at + HEADER <= bytes.length;) {
      const length = bytes.readUInt16LE(at)
      if (length < HEADER) return
      readElement(bytes, at + HEADER, at + length, listed)
      take(bytes, listed)
      at += (length + 3) & ~3
    }
  })
}

/** An end of a range. In order, the end of one comes before the beginning of the next at the same key. */
interface Edge<K> {
  readonly key: K
  readonly isEnd: boolean
  readonly value: string
}

/** So many ranges are put into words before others get their turn. */
const AT_ONCE = 5_000

/** Ranges from their ends, whatever order they are listed in. */
async function rangesFrom<K>(
  edges: Edge<K>[],
  compare: (a: K, b: K) => number,
  text: (first: K, end: K | null) => string,
): Promise<Map<string, string>> {
  edges.sort((a, b) => compare(a.key, b.key) || Number(b.isEnd) - Number(a.isEnd))
  const ranges = new Map<string, string>()
  let open: Edge<K> | null = null
  for (const edge of edges) {
    if (open) ranges.set(text(open.key, edge.key), open.value)
    open = edge.isEnd ? null : edge
    if (ranges.size % AT_ONCE === AT_ONCE - 1) await soon()
  }
  if (open) ranges.set(text(open.key, null), open.value)
  return ranges
}

/** The elements of a set as text: keys, or ranges, and values. */
export async function elementsOf(
  socket: Socket,
  family: TableFamily,
  name: string,
  { key, interval }: Pick<ElementSet, 'key' | 'interval'>,
): Promise<Map<string, string>> {
  const valueOf = valuesReader()
  const [type] = key
  if (!interval || key.length > 1 || !isKnown(type)) {
    const elements = new Map<string, string>()
    await eachElement(socket, family, name, (bytes, listed) =>
      elements.set(keyText(bytes.subarray(listed.keyAt, listed.keyEnd), key), valueOf(bytes, listed)),
    )
    return elements
  }
  if (!isNumeric(type)) {
    const edges: Edge<Buffer>[] = []
    await eachElement(socket, family, name, (bytes, listed) =>
      edges.push({
        key: bytes.subarray(listed.keyAt, listed.keyEnd),
        isEnd: listed.isEnd,
        value: valueOf(bytes, listed),
      }),
    )
    return rangesFrom(
      edges,
      (a, b) => Buffer.compare(a, b),
      (first, end) => boundsText(first, end, type),
    )
  }
  const edges: Edge<number>[] = []
  const width = bytesOf(type)
  await eachElement(socket, family, name, (bytes, listed) =>
    edges.push({
      key: bytes.readUIntBE(listed.keyAt, width),
      isEnd: listed.isEnd,
      value: valueOf(bytes, listed),
    }),
  )
  return rangesFrom(
    edges,
    (a, b) => a - b,
    (first, end) => numericRangeText(first, end, type),
  )
}
