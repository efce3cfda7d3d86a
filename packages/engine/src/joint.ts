import type { Box } from './box.js'
import { boxReader, setPool } from './box.js'
import type { Classes } from './classes.js'
import { classesOf, classesOfBoxes } from './classes.js'
import type { Policy } from './entry.js'
import { meetsSome, whereDifferent } from './narrow.js'
import type { Region } from './region.js'
import { boxOf } from './region.js'
import type { Action } from './rule.js'

/** One policy of a question. */
export interface Layer {
  readonly policy: Policy
  /** Seen from the other end: its remote side is the question's local side. Two ends of a path are asked so. */
  readonly mirrored?: boolean
  /** Whether answers tell apart which entry decides (the default) or only what the verdict is, which costs less. */
  readonly by?: 'decider' | 'verdict'
}

/** An entry that stands for the same entry of several policies. `places` is where in each policy, -1 for nowhere. */
interface Item {
  readonly box: Box
  readonly verdict: Action
  readonly places: number[]
}

/**
 * The entries of several policies in one order that holds the order of each, with their common classes. An entry that
 * several policies have in the same order is there once, so that they can be compared by it.
 */
export interface Joint {
  readonly classes: Classes
  readonly count: number
  /** By layer: where each joint entry stands in the layer's policy, -1 for nowhere. */
  readonly places: readonly Int32Array[]
  /** Joint numbers of the entries that stand for the regions asked about; null where all flows are. */
  readonly guards: readonly number[] | null
}

const mirror = (box: Box): Box => ({
  ...box,
  remote: box.local,
  local: box.remote,
  remotePorts: box.localPorts,
  localPorts: box.remotePorts,
})

/** Numbers objects, so that a box has a short name. */
function namer(): (box: Box, verdict: Action) => string {
  const numbers = new Map<object | null, number>([[null, 0]])
  const numberOf = (part: object | null): number => {
    const known = numbers.get(part) ?? numbers.size
    numbers.set(part, known)
    return known
  }
  return (box, verdict) =>
    [box.remote, box.local, box.protocols, box.remotePorts, box.localPorts, box.icmpTypes]
      .map(numberOf)
      .join(' ') + verdict
}

/** The longest choice of pairs whose second numbers rise as the first do: [first, second], first ascending. */
function risingPairs(pairs: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const tails: number[] = []
  const before: number[] = []
  for (const [index, [, second]] of pairs.entries()) {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (pairs[tails[middle]!]![1] < second) low = middle + 1
      else high = middle
    }
    before.push(low > 0 ? tails[low - 1]! : -1)
    tails[low] = index
  }
  const chosen: (readonly [number, number])[] = []
  for (let index = tails.at(-1) ?? -1; index >= 0; index = before[index]!) chosen.push(pairs[index]!)
  return chosen.reverse()
}

/** Adds a policy's entries to the items: those that stand there in the same order are shared. */
function merge(
  items: readonly Item[],
  names: readonly string[],
  boxes: readonly Item[],
  own: readonly string[],
) {
  const places = new Map<string, number[]>()
  for (const [index, name] of names.entries()) {
    const known = places.get(name)
    if (known) known.push(index)
    else places.set(name, [index])
  }
  const next = new Map<string, number>()
  const pairs = own.flatMap((name, index) => {
    const turn = next.get(name) ?? 0
    next.set(name, turn + 1)
    const place = places.get(name)?.[turn]
    return place === undefined ? [] : [[index, place] as const]
  })
  const merged: Item[] = []
  const mergedNames: string[] = []
  const put = (item: Item, name: string): void => {
    merged.push(item)
    mergedNames.push(name)
  }
  let [mine, theirs] = [0, 0]
  for (const [index, place] of [...risingPairs(pairs), [own.length, items.length] as const]) {
    for (; theirs < place; theirs++) put(items[theirs]!, names[theirs]!)
    for (; mine < index; mine++) put(boxes[mine]!, own[mine]!)
    if (index === own.length) break
    const [item, added] = [items[theirs++]!, boxes[mine++]!]
    put({ ...item, places: item.places.map((at, layer) => Math.max(at, added.places[layer]!)) }, own[index]!)
  }
  return { items: merged, names: mergedNames }
}

const nowhere = (layers: number): number[] => new Array<number>(layers).fill(-1)

/**
 * Puts the policies of a question, and the regions it is limited to, into one order. Entries without any flow of these
 * are left out. Asked for `differences`, it is limited to where there can be some.
 */
export function jointOf(
  layers: readonly Layer[],
  within: readonly Region[] | null,
  differences = false,
): Joint {
  const [only] = layers
  if (only && layers.length === 1 && !only.mirrored && within === null) {
    const count = only.policy.entries.length
    return {
      classes: classesOf(only.policy),
      count,
      places: [Int32Array.from({ length: count }, (_, at) => at)],
      guards: null,
    }
  }
  const pool = setPool()
  const read = boxReader(pool)
  const nameOf = namer()
  let joint: { items: readonly Item[]; names: readonly string[] } = { items: [], names: [] }
  for (const [layer, { policy, mirrored }] of layers.entries()) {
    const boxes = policy.entries.map((entry, place): Item => {
      const box = read(entry)
      const places = nowhere(layers.length)
      places[layer] = place
      return { box: mirrored ? mirror(box) : box, verdict: entry.verdict, places }
    })
    const names = boxes.map(({ box, verdict }) => nameOf(box, verdict))
    joint = merge(joint.items, joint.names, boxes, names)
  }
  const asked = within && within.map(boxOf)
  const fallbacks = new Set(layers.map(({ policy }) => policy.fallback))
  const changed = joint.items.filter(({ places }) => places.some((place) => place < 0))
  const regions =
    differences && fallbacks.size === 1
      ? whereDifferent(
          changed.map(({ box }) => box),
          asked,
        )
      : asked
  const items = joint.items.filter(({ box }) => meetsSome(box, regions))
  const guards = (regions ?? []).map((box) => pooled(pool, box))
  return {
    classes: classesOfBoxes([...items.map(({ box }) => box), ...guards]),
    count: items.length,
    places: layers.map((_, layer) => Int32Array.from(items, ({ places }) => places[layer]!)),
    guards: regions && guards.map((_, index) => items.length + index),
  }
}

const pooled = (pool: ReturnType<typeof setPool>, box: Box): Box => ({
  ...box,
  remote: pool.addresses(box.remote),
  local: pool.addresses(box.local),
})
