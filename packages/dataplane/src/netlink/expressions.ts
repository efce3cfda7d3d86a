import type { DataType, ElementSet, Selector, Statement, TableFamily, Verdict } from '../nftables/ruleset.js'
import type { Writer } from './message.js'
import { putBytes, putLong, putNested, putNumber, putText } from './message.js'
import { boundsOf, bytesOf, maskBytes, padded, prefixOf, valueBytes } from './values.js'

/** How to load a selector into a register: what the kernel's expression is called and is told. */
interface Load {
  readonly type: Exclude<DataType, 'verdict'> | 'byte'
  readonly from:
    | { readonly meta: number }
    | { readonly ct: number; readonly direction?: 0 }
    /** Base 0: link header, 1: network header, 2: transport header. */
    | { readonly base: number; readonly offset: number }
  readonly needs?: 'ether' | 'arp' | 'ipv4' | 'ipv6' | 'icmp' | 'icmpv6'
}

/** Numbers of linux/netfilter/nf_tables.h: meta keys, ct keys and where header fields are. */
const loads: Readonly<Record<Selector, Load>> = {
  iifname: { type: 'ifname', from: { meta: 6 } },
  oifname: { type: 'ifname', from: { meta: 7 } },
  'meta nfproto': { type: 'byte', from: { meta: 15 } },
  'meta l4proto': { type: 'inet_proto', from: { meta: 16 } },
  'meta mark': { type: 'mark', from: { meta: 3 } },
  'ether saddr': { type: 'ether_addr', from: { base: 0, offset: 6 }, needs: 'ether' },
  'ether daddr': { type: 'ether_addr', from: { base: 0, offset: 0 }, needs: 'ether' },
  'ip saddr': { type: 'ipv4_addr', from: { base: 1, offset: 12 }, needs: 'ipv4' },
  'ether type': { type: 'inet_service', from: { base: 0, offset: 12 }, needs: 'ether' },
  'arp saddr ether': { type: 'ether_addr', from: { base: 1, offset: 8 }, needs: 'arp' },
  'arp saddr ip': { type: 'ipv4_addr', from: { base: 1, offset: 14 }, needs: 'arp' },
  'ip daddr': { type: 'ipv4_addr', from: { base: 1, offset: 16 }, needs: 'ipv4' },
  'ip6 saddr': { type: 'ipv6_addr', from: { base: 1, offset: 8 }, needs: 'ipv6' },
  'ip6 daddr': { type: 'ipv6_addr', from: { base: 1, offset: 24 }, needs: 'ipv6' },
  'th sport': { type: 'inet_service', from: { base: 2, offset: 0 } },
  'th dport': { type: 'inet_service', from: { base: 2, offset: 2 } },
  'icmp type': { type: 'byte', from: { base: 2, offset: 0 }, needs: 'icmp' },
  'icmpv6 type': { type: 'byte', from: { base: 2, offset: 0 }, needs: 'icmpv6' },
  '@th,64,128': { type: 'ipv6_addr', from: { base: 2, offset: 8 }, needs: 'icmpv6' },
  'ct mark': { type: 'mark', from: { ct: 3 } },
  'ct direction': { type: 'byte', from: { ct: 1 } },
  'ct original protocol': { type: 'inet_proto', from: { ct: 10, direction: 0 } },
  'ct original ip saddr': { type: 'ipv4_addr', from: { ct: 19, direction: 0 } },
  'ct original ip daddr': { type: 'ipv4_addr', from: { ct: 20, direction: 0 } },
  'ct original ip6 saddr': { type: 'ipv6_addr', from: { ct: 21, direction: 0 } },
  'ct original ip6 daddr': { type: 'ipv6_addr', from: { ct: 22, direction: 0 } },
  'ct original proto-src': { type: 'inet_service', from: { ct: 11, direction: 0 } },
  'ct original proto-dst': { type: 'inet_service', from: { ct: 12, direction: 0 } },
}

/** Words that stand for bytes. */
const words: Readonly<Record<string, string>> = { ipv4: '2', ipv6: '10', original: '0', reply: '1' }

const states = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 } as const

/** Codes of verdicts as the kernel has them (linux/netfilter/nf_tables.h). */
export const verdictCodes: Readonly<Record<string, number>> = {
  drop: 0,
  accept: 1,
  jump: -3,
  goto: -4,
  return: -5,
}

const SECONDS = { second: 1, minute: 60, hour: 3600 } as const

/** A set that a rule brings along, which the kernel names. */
export interface OwnSet {
  readonly id: number
  readonly set: ElementSet
}

/** A rule being written: what its earlier steps have made sure of, and the sets it brings. */
interface Context {
  readonly writer: Writer
  ether: boolean
  arp: boolean
  family: 4 | 6 | null
  protocol: number | null
}

const typeOf = (selector: Selector): Exclude<DataType, 'verdict'> => {
  const { type } = loads[selector]
  return type === 'byte' ? 'inet_proto' : type
}

function put(writer: Writer, name: string, content: () => void): void {
  putNested(writer, 1, () => {
    putText(writer, 1, name)
    putNested(writer, 2, content)
  })
}

const putValue = (writer: Writer, kind: number, bytes: Uint8Array): void =>
  putNested(writer, kind, () => putBytes(writer, 1, bytes))

/** The kernel's number for the register that begins at so many units of four bytes. */
const register = (units: number): number => (units % 4 === 0 ? 1 + units / 4 : 8 + units)

/** Compares what is in the first register: 0 is equal, 1 is not. */
function compare(writer: Writer, how: number, bytes: Uint8Array): void {
  put(writer, 'cmp', () => {
    putNumber(writer, 1, 1)
    putNumber(writer, 2, how)
    putValue(writer, 3, bytes)
  })
}

/** Keeps some bits of the first register, and turns others. */
function mask(writer: Writer, bits: Buffer, turned: Buffer = Buffer.alloc(bits.length)): void {
  put(writer, 'bitwise', () => {
    putNumber(writer, 1, 1)
    putNumber(writer, 2, 1)
    putNumber(writer, 3, bits.length)
    putValue(writer, 4, bits)
    putValue(writer, 5, turned)
  })
}

function loadMeta(writer: Writer, key: number, to = 1): void {
  put(writer, 'meta', () => {
    putNumber(writer, 2, key)
    putNumber(writer, 1, to)
  })
}

function loadHeader(writer: Writer, base: number, offset: number, length: number, to = 1): void {
  put(writer, 'payload', () => {
    putNumber(writer, 1, to)
    putNumber(writer, 2, base)
    putNumber(writer, 3, offset)
    putNumber(writer, 4, length)
  })
}

function mustBeEther(context: Context): void {
  if (context.ether) return
  loadMeta(context.writer, 8)
  compare(context.writer, 0, Buffer.from([1, 0]))
  context.ether = true
}

/** Where the rule has looked into the link header, nft looks there for the family, too, and hides it in listings. */
function mustBeFamily(context: Context, family: 4 | 6): void {
  const { writer } = context
  if (context.family === family) return
  if (context.ether) {
    loadHeader(writer, 0, 12, 2)
    compare(writer, 0, Buffer.from(family === 4 ? [8, 0] : [0x86, 0xdd]))
  } else {
    loadMeta(writer, 15)
    compare(writer, 0, Buffer.from([family === 4 ? 2 : 10]))
  }
  context.family = family
}

function mustBeArp(context: Context): void {
  if (context.arp) return
  mustBeEther(context)
  loadHeader(context.writer, 0, 12, 2)
  compare(context.writer, 0, Buffer.from([8, 6]))
  context.arp = true
}

function mustBeProtocol(context: Context, protocol: number, family: 4 | 6): void {
  if (context.protocol === protocol) return
  mustBeFamily(context, family)
  loadMeta(context.writer, 16)
  compare(context.writer, 0, Buffer.from([protocol]))
  context.protocol = protocol
}

/** Makes sure that a packet has the header of which a field is asked, as nft does. */
function prepare(context: Context, selector: Selector): void {
  switch (loads[selector].needs) {
    case 'ether':
      return mustBeEther(context)
    case 'arp':
      return mustBeArp(context)
    case 'ipv4':
      return mustBeFamily(context, 4)
    case 'ipv6':
      return mustBeFamily(context, 6)
    case 'icmp':
      return mustBeProtocol(context, 1, 4)
    case 'icmpv6':
      return mustBeProtocol(context, 58, 6)
    case undefined:
      return
  }
}

function load(writer: Writer, selector: Selector, to = 1, length = bytesOf(typeOf(selector))): void {
  const { from } = loads[selector]
  if ('meta' in from) loadMeta(writer, from.meta, to)
  else if ('base' in from) loadHeader(writer, from.base, from.offset, length, to)
  else
    put(writer, 'ct', () => {
      putNumber(writer, 2, from.ct)
      putNumber(writer, 1, to)
      if (from.direction !== undefined) putBytes(writer, 3, Buffer.from([from.direction]))
    })
}

/** Loads a key of one or several fields from the first register on. */
function loadKey(context: Context, selectors: readonly Selector[]): void {
  for (const selector of selectors) prepare(context, selector)
  let units = 0
  for (const selector of selectors) {
    load(context.writer, selector, register(units))
    units += padded(typeOf(selector)) / 4
  }
}

function putLookup(writer: Writer, set: string, id: number | null, more: () => void): void {
  put(writer, 'lookup', () => {
    putText(writer, 1, set)
    putNumber(writer, 2, 1)
    more()
    if (id !== null) putNumber(writer, 4, id)
  })
}

/** A later step of the rule may rely on what an earlier one compared. */
function remember(context: Context, selector: Selector, value: string): void {
  if (selector === 'meta nfproto') context.family = value === '2' ? 4 : 6
  if (selector === 'meta l4proto') context.protocol = Number(value)
}

function matchRange(writer: Writer, negated: boolean, [first, last]: [Buffer, Buffer]): void {
  if (!negated) {
    compare(writer, 5, first)
    compare(writer, 3, last)
    return
  }
  put(writer, 'range', () => {
    putNumber(writer, 1, 1)
    putNumber(writer, 2, 1)
    putValue(writer, 3, first)
    putValue(writer, 4, last)
  })
}

/** A block is compared by its leading bytes where it ends between two, else by its leading bits. */
function matchBlock(
  { writer }: Context,
  selector: Selector,
  how: number,
  [value, prefix]: [Buffer, number],
): void {
  if (prefix > 0 && prefix % 8 === 0) {
    load(writer, selector, 1, prefix / 8)
    compare(writer, how, value.subarray(0, prefix / 8))
    return
  }
  load(writer, selector)
  mask(writer, maskBytes(prefix, value.length))
  compare(writer, how, value)
}

function matchOne(context: Context, statement: Statement & { kind: 'match' }): void {
  const { writer } = context
  const { selector, operator, values, mask: marked } = statement
  const text = values[0] ?? ''
  const value = words[text] ?? text
  const type = typeOf(selector)
  const how = operator === '!=' ? 1 : 0
  prepare(context, selector)
  const prefix = prefixOf(value)
  if (prefix !== undefined && prefix < 8 * bytesOf(type)) {
    matchBlock(context, selector, how, [boundsOf(value, type)[0], prefix])
    return
  }
  load(writer, selector)
  if (marked !== undefined) mask(writer, valueBytes(`${marked}`, type))
  const [first, last] = boundsOf(value, type)
  if (!first.equals(last)) {
    if (type === 'mark') throw new Error('ranges of marks cannot be compared')
    matchRange(writer, how === 1, [first, last])
    return
  }
  compare(writer, how, first)
  if (how === 0) remember(context, selector, `${first[0]}`)
}

function putVerdict(writer: Writer, verdict: Verdict): void {
  const [word = '', chain] = verdict.split(' ')
  putNested(writer, 2, () => {
    putNumber(writer, 1, verdictCodes[word] ?? 0)
    if (chain !== undefined) putText(writer, 2, chain)
  })
}

function setMark(writer: Writer, of: 'meta' | 'ct'): void {
  put(writer, of, () => {
    putNumber(writer, 2, 3)
    putNumber(writer, of === 'meta' ? 3 : 4, 1)
  })
}

function immediate(writer: Writer, bytes: Buffer): void {
  put(writer, 'immediate', () => {
    putNumber(writer, 1, 1)
    putValue(writer, 2, bytes)
  })
}

const object = (writer: Writer, kind: number, name: string): void =>
  put(writer, 'objref', () => {
    putNumber(writer, 1, kind)
    putText(writer, 2, name)
  })

const short = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])

function putState(writer: Writer, { operator, states: wanted }: Statement & { kind: 'state' }): void {
  put(writer, 'ct', () => {
    putNumber(writer, 2, 0)
    putNumber(writer, 1, 1)
  })
  const bits = Buffer.alloc(4)
  bits.writeUInt32LE(wanted.reduce((sum, state) => sum | states[state], 0))
  if (operator === '!=' && wanted.length === 1) return compare(writer, 1, bits)
  mask(writer, bits)
  compare(writer, operator === '!=' ? 0 : 1, Buffer.alloc(4))
}

/** The set that a step brings along, if it does. */
export function ownSetOf(statement: Statement): ElementSet | null {
  if (statement.kind === 'branch')
    return {
      key: [typeOf(statement.selector)],
      data: 'verdict',
      interval: statement.cases.some(([key]) => /[-/]/.test(key)),
      elements: new Map(statement.cases.map(([key, verdict]) => [words[key] ?? key, verdict])),
    }
  if (statement.kind !== 'match' || statement.values.length < 2) return null
  return {
    key: [typeOf(statement.selector)],
    data: null,
    interval: statement.selector !== 'iifname' && statement.values.some((key) => /[-/]/.test(key)),
    elements: new Map(statement.values.map((key) => [words[key] ?? key, ''])),
  }
}

/** The names that the kernel completes for sets that rules bring along. */
export const ownSetName = (set: ElementSet): string => (set.data === null ? '__set%d' : '__map%d')

function putStatement(context: Context, statement: Statement, own: OwnSet | null): void {
  const { writer } = context
  switch (statement.kind) {
    case 'match':
      if (!own) return matchOne(context, statement)
      loadKey(context, [statement.selector])
      return putLookup(writer, ownSetName(own.set), own.id, () => {
        if (statement.operator === '!=') putNumber(writer, 5, 1)
      })
    case 'lookup':
      loadKey(context, statement.selectors)
      return putLookup(writer, statement.set, null, () => {
        if (statement.operator === '!=') putNumber(writer, 5, 1)
      })
    case 'vmap':
      loadKey(context, statement.selectors)
      return putLookup(writer, statement.map, null, () => putNumber(writer, 3, 0))
    case 'branch':
      loadKey(context, [statement.selector])
      return putLookup(writer, '__map%d', own?.id ?? null, () => putNumber(writer, 3, 0))
    case 'state':
      return putState(writer, statement)
    case 'set-mark':
      if (statement.keep === undefined) immediate(writer, valueBytes(`${statement.value}`, 'mark'))
      else {
        load(writer, 'ct mark')
        mask(writer, valueBytes(`${statement.keep}`, 'mark'), valueBytes(`${statement.value}`, 'mark'))
      }
      return setMark(writer, statement.of)
    case 'map-mark':
      loadKey(context, statement.selectors)
      putLookup(writer, statement.map, null, () => putNumber(writer, 3, 1))
      return setMark(writer, 'meta')
    case 'set-zone':
      immediate(writer, Buffer.from([statement.zone & 0xff, statement.zone >> 8]))
      return put(writer, 'ct', () => {
        putNumber(writer, 2, 17)
        putNumber(writer, 4, 1)
      })
    case 'set-timeout':
      return object(writer, 7, statement.name)
    case 'counter':
      if (statement.name !== null) return object(writer, 1, statement.name)
      return put(writer, 'counter', () => {
        putLong(writer, 1, 0)
        putLong(writer, 2, 0)
      })
    case 'limit':
      return put(writer, 'limit', () => {
        putLong(writer, 1, statement.rate)
        putLong(writer, 2, SECONDS[statement.per])
        putNumber(writer, 3, statement.burst)
        putNumber(writer, 4, 0)
        putNumber(writer, 5, 0)
      })
    case 'log':
      return put(writer, 'log', () => {
        putBytes(writer, 1, short(statement.group))
        putText(writer, 2, statement.prefix)
        if (statement.snaplen !== undefined) putNumber(writer, 3, statement.snaplen)
      })
    case 'masquerade':
      return put(writer, 'masq', () => undefined)
    case 'verdict':
      return put(writer, 'immediate', () => {
        putNumber(writer, 1, 0)
        putNested(writer, 2, () => putVerdict(writer, statement.verdict))
      })
  }
}

/** Writes the value of a verdict map's element. */
export const putVerdictData = (writer: Writer, kind: number, verdict: string): void =>
  putNested(writer, kind, () => putVerdict(writer, verdict as Verdict))

/** A port that must equal one value, else undefined. */
function portOf(
  statement: Statement | undefined,
): { from: { base: number; offset: number }; value: Buffer } | undefined {
  if (statement?.kind !== 'match' || statement.operator !== '==' || statement.values.length !== 1)
    return undefined
  const { from, needs } = loads[statement.selector]
  if (!('base' in from) || from.base !== 2 || needs !== undefined) return undefined
  const [first, last] = boundsOf(statement.values[0] ?? '', typeOf(statement.selector))
  return first.equals(last) ? { from, value: first } : undefined
}

/** The two ports are compared at once, as nft does. */
function putPorts(context: Context, one: Statement, other: Statement | undefined): boolean {
  const fields = [portOf(one), portOf(other)]
  const [low, high] = fields.sort((a, b) => (a?.from.offset ?? 0) - (b?.from.offset ?? 0))
  if (!low || !high || low.from.offset === high.from.offset) return false
  loadHeader(context.writer, 2, 0, 4)
  compare(context.writer, 0, Buffer.concat([low.value, high.value]))
  return true
}

/** Writes the expressions that a rule's steps are, with the sets they bring along in the order of the steps. */
export function putExpressions(
  writer: Writer,
  statements: readonly Statement[],
  own: ReadonlyMap<Statement, OwnSet>,
  table: TableFamily,
): void {
  // What a bridge passes on has a link header, and need not have come by a link: nft does not ask there either.
  const context: Context = { writer, ether: table === 'bridge', arp: false, family: null, protocol: null }
  for (let at = 0; at < statements.length; at++) {
    const statement = statements[at] as Statement
    if (putPorts(context, statement, statements[at + 1])) at++
    else putStatement(context, statement, own.get(statement) ?? null)
  }
}
