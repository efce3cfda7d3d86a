import type { Bits } from './bits.js'
import { bitsBelow, bitsFrom, firstCommon, hasBit, nextBit } from './bits.js'
import type { Coverage, Meter } from './budget.js'
import type { AddressPartition, Classes } from './classes.js'
import { classesOf } from './classes.js'
import type { AddressRange, Entry, Policy } from './entry.js'
import { addressCount } from './ranges.js'
import type { Region } from './region.js'
import type { SlotGroup } from './slot-groups.js'
import { slotGroups } from './slot-groups.js'
import { stateTable } from './state-table.js'
import { intervalOf } from './sweep.js'
import type { FieldName, Level, Universe } from './universe.js'
import { universesOf } from './universe.js'
import { regionOfPath } from './universe-values.js'

/** Which share of some addresses reaches a port of ours over TCP because an entry accepts it. */
export interface Opening extends Coverage {
  /** 0 to 1, rounded down to millionths. */
  readonly share: number
  /** The rule that lets in most of them, and flows of theirs that it decides; null without any. */
  readonly by: { readonly entry: Entry; readonly region: Region } | null
}

const TCP = 6
/** What a client may have. */
const CLIENT_PORT = 40_000

/** Flows that an entry accepts: slots of the levels in turn, as far as they matter. */
interface Found {
  readonly entry: number
  readonly slots: readonly number[]
}

type Find = (candidates: Bits) => Found | 'none' | 'unknown'

/**
 * Finds flows of some candidates that one of `accepts` decides. What it found serves for other candidates too: most sets
 * of candidates are so much alike that few flows are enough for all. `end` are the entries that match whatever the fields
 * without a level are, `usual` a slot of each level.
 */
function finderOf(
  levels: readonly Level[],
  { end, accepts, usual }: { end: Bits; accepts: Bits; usual: readonly number[] },
  meter: Meter,
): Find {
  const covers = [end]
  for (const { every } of levels.toReversed()) covers.unshift(covers[0]!.map((word, at) => word & every[at]!))
  const states = levels.map(() => stateTable(end.length))
  const answers = levels.map((): (Found | 'none' | undefined)[] => [])
  const points: { readonly slots: readonly number[]; readonly matching: Bits }[] = []

  const search = (level: number, state: Bits): Found | 'none' | 'unknown' => {
    const full = firstCommon(state, state, covers[level]!)
    if (full >= 0)
      for (let word = 0; word < state.length; word++) state[word]! &= bitsBelow(full + 1, word << 5)
    if (firstCommon(state, state, accepts) < 0) return 'none'
    if (nextBit(state, 0) === full) return { entry: full, slots: [] }
    const number = states[level]!.intern(state)
    const known = answers[level]![number]
    if (known) return known
    if (!meter.spend()) return 'unknown'
    const answer = searchBelow(level, state)
    if (answer !== 'unknown') answers[level]![number] = answer
    return answer
  }
  const searchBelow = (level: number, state: Bits): Found | 'none' | 'unknown' => {
    for (const { slots, candidates } of slotGroups(levels[level]!, state)) {
      const found = search(level + 1, candidates)
      if (found === 'unknown') return found
      if (found !== 'none') return { entry: found.entry, slots: [slots[0]!, ...found.slots] }
    }
    return 'none'
  }
  const remember = ({ slots }: Found): void => {
    const chosen = usual.map((slot, level) => slots[level] ?? slot)
    const matching = end.slice()
    for (const [level, { rows }] of levels.entries()) narrow(matching, rows, chosen[level]!)
    points.unshift({ slots: chosen, matching })
  }
  return (candidates) => {
    for (const { slots, matching } of points) {
      const entry = firstCommon(candidates, matching, matching)
      if (entry >= 0 && hasBit(accepts, entry)) return { entry, slots }
    }
    const found = search(0, candidates.slice())
    if (typeof found !== 'string') remember(found)
    return found
  }
}

/** Leaves of a set what a slot has. */
function narrow(set: Bits, rows: Bits, slot: number): void {
  for (let word = 0; word < set.length; word++) set[word]! &= rows[slot * set.length + word]!
}

/** How many addresses of a range each class has, by its number. */
function sizesWithin({ starts, starts6, classOf }: AddressPartition, range: AddressRange): bigint[] {
  const begins = range.family === 4 ? Array.from(starts, BigInt) : starts6
  const sizes: bigint[] = []
  for (const [interval, begin] of begins.entries()) {
    const end = begins[interval + 1] ?? range.last + 1n
    const first = begin > range.first ? begin : range.first
    const last = end > range.last ? range.last : end - 1n
    const found = classOf[interval]!
    sizes[found] = (sizes[found] ?? 0n) + (first <= last ? last - first + 1n : 0n)
  }
  return sizes
}

/** The slot of a level that has a number. */
const slotWith = ({ classes }: Level, { starts, classOf }: Classes['protocol'], number: number): number =>
  classes.indexOf(classOf[intervalOf(starts, number)]!)

const levelOf = ({ levels }: Universe, field: FieldName): Level | undefined =>
  levels.find((one) => one.field === field)

/**
 * Answers of every port of ours which share of `outside` reaches it, after all that decides before. What the default lets
 * in is not counted.
 */
export function openingsOf(policy: Policy, outside: AddressRange, meter: Meter): (port: number) => Opening {
  const { family } = outside
  const classes = classesOf(policy)
  const universe = universesOf(classes).find((one) => one.family === family && one.kind === 'ported')!
  const [remote, localPort, protocol] = (['remote', 'localPort', 'protocol'] as const).map((field) =>
    levelOf(universe, field),
  )
  const rest = (['local', 'remotePort'] as const).flatMap((field) => levelOf(universe, field) ?? [])
  const accepting = [...policy.entries.keys()].filter((at) => policy.entries[at]!.verdict === 'accept')
  const find = finderOf(
    rest,
    {
      end: universe.covers.at(-1)!,
      accepts: bitsFrom(accepting, Math.max(1, policy.entries.length)),
      usual: rest.map((level) =>
        level.field === 'remotePort' ? slotWith(level, classes.remotePort, CLIENT_PORT) : 0,
      ),
    },
    meter,
  )
  const sizes = sizesWithin(classes.remote[family], outside)
  const all = addressCount([outside])
  const sizeOf = ({ slots }: SlotGroup): bigint =>
    remote ? slots.reduce((sum, slot) => sum + sizes[remote.classes[slot]!]!, 0n) : all

  const groupsFor = (port: number): SlotGroup[] => {
    const state = universe.entries.slice()
    if (localPort) narrow(state, localPort.rows, slotWith(localPort, classes.localPort, port))
    if (protocol) narrow(state, protocol.rows, slotWith(protocol, classes.protocol, TCP))
    return remote ? slotGroups(remote, state) : [{ slots: [], candidates: state }]
  }
  const regionOf = (port: number, { slots }: SlotGroup, found: Found): Region => {
    const path = rest.flatMap(({ field }, level): [FieldName, ReadonlySet<number>][] => {
      const slot = found.slots[level]
      return slot === undefined ? [] : [[field, new Set([slot])]]
    })
    const region = regionOfPath(
      classes,
      universe,
      new Map(remote ? [...path, ['remote', new Set(slots)]] : path),
    )
    return {
      ...region,
      protocols: [{ first: TCP, last: TCP }],
      localPorts: [{ first: port, last: port }],
      remote: region.remote.flatMap(({ first, last }) => {
        const part = {
          family,
          first: first > outside.first ? first : outside.first,
          last: last < outside.last ? last : outside.last,
        }
        return part.first <= part.last ? [part] : []
      }),
    }
  }

  return (port) => {
    let [open, unknown] = [0n, 0n]
    const byEntry = new Map<number, { size: bigint; largest: bigint; group: SlotGroup; found: Found }>()
    for (const group of groupsFor(port)) {
      const size = sizeOf(group)
      if (size === 0n) continue
      const found = find(group.candidates)
      if (found === 'unknown') unknown += size
      if (typeof found === 'string') continue
      open += size
      const known = byEntry.get(found.entry)
      if (!known) byEntry.set(found.entry, { size, largest: size, group, found })
      else {
        known.size += size
        if (size > known.largest) Object.assign(known, { largest: size, group, found })
      }
    }
    const [most] = [...byEntry].sort(([, a], [, b]) => (a.size < b.size ? 1 : a.size > b.size ? -1 : 0))
    return {
      share: shareOf(open, all),
      by: most
        ? { entry: policy.entries[most[0]]!, region: regionOf(port, most[1].group, most[1].found) }
        : null,
      complete: unknown === 0n,
      covered: unknown === 0n ? 1 : Math.min(shareOf(all - unknown, all), 0.999999),
    }
  }
}

const shareOf = (part: bigint, whole: bigint): number => Number((part * 1_000_000n) / whole) / 1_000_000
