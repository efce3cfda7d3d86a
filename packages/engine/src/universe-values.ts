import type { Family } from './address.js'
import { widthOf } from './address.js'
import type { Classes, NumberPartition } from './classes.js'
import type { AddressRange } from './entry.js'
import type { Region } from './region.js'
import { regionOf } from './region.js'
import type { PortRange } from './rule.js'
import type { FieldName, Universe } from './universe.js'

/** The given classes of a field; null is all of its values. */
type Chosen = ReadonlySet<number> | null

/** The addresses in the given classes of a side. */
export function addressesIn(
  classes: Classes,
  side: 'remote' | 'local',
  family: Family,
  chosen: Chosen,
): AddressRange[] {
  const { starts, starts6, classOf } = classes[side][family]
  const end = 1n << BigInt(widthOf(family))
  const startOf = (interval: number): bigint =>
    interval >= classOf.length ? end : family === 4 ? BigInt(starts[interval]!) : starts6[interval]!
  return runsOf(classOf, chosen).map(([from, to]) => ({
    family,
    first: startOf(from),
    last: startOf(to) - 1n,
  }))
}

/** The numbers in the given classes of a field. */
function numbersIn(partition: NumberPartition, chosen: Chosen): PortRange[] {
  const { starts, classOf, size } = partition
  return runsOf(classOf, chosen).map(([from, to]) => ({
    first: starts[from]!,
    last: (starts[to] ?? size) - 1,
  }))
}

/** Runs of intervals, from one and to another (not included), whose classes are among the given ones. */
function runsOf(classOf: Int32Array, chosen: Chosen): [number, number][] {
  const runs: [number, number][] = []
  let from = -1
  for (let interval = 0; interval <= classOf.length; interval++) {
    const inside = interval < classOf.length && (chosen === null || chosen.has(classOf[interval]!))
    if (inside && from < 0) from = interval
    if (!inside && from >= 0) {
      runs.push([from, interval])
      from = -1
    }
  }
  return runs
}

/** The protocols of a universe that are in the given classes. */
function protocolsIn(classes: Classes, { protocols }: Universe, chosen: Chosen): PortRange[] {
  const { starts, classOf } = classes.protocol
  const found: PortRange[] = []
  let interval = 0
  for (const number of protocols) {
    while (starts[interval + 1]! <= number) interval++
    if (chosen !== null && !chosen.has(classOf[interval]!)) continue
    const before = found.at(-1)
    if (before && before.last + 1 === number) found[found.length - 1] = { first: before.first, last: number }
    else found.push({ first: number, last: number })
  }
  return found
}

/** The classes of a field in the given slots, or in all; null where those are all of its values. */
export function classesIn({ fields }: Universe, field: FieldName, slots: ReadonlySet<number> | null): Chosen {
  const level = fields.find((one) => one.field === field)
  if (!level || (slots === null && level.whole)) return null
  return new Set(slots === null ? level.classes : Array.from(slots, (slot) => level.classes[slot]!))
}

/** The slots that a walk went through, by field; absent is all. */
export type Path = ReadonlyMap<FieldName, ReadonlySet<number>>

/** The flows of a universe that are in the slots of a path. */
export function regionOfPath(classes: Classes, universe: Universe, path: Path): Region {
  const chosen = (field: FieldName) => classesIn(universe, field, path.get(field) ?? null)
  const numbers = (field: 'remotePort' | 'localPort' | 'icmpType') => {
    const found = chosen(field)
    return found && numbersIn(classes[field], found)
  }
  const { family } = universe
  return regionOf(family, {
    protocols: protocolsIn(classes, universe, chosen('protocol')),
    remote: addressesIn(classes, 'remote', family, chosen('remote')),
    local: addressesIn(classes, 'local', family, chosen('local')),
    remotePorts: numbers('remotePort'),
    localPorts: numbers('localPort'),
    icmpTypes: numbers('icmpType'),
  })
}
