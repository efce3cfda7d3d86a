import { existsSync } from 'node:fs'
import type { World } from '@sallyport/engine'
import { subjectsOf, type Count } from '../counted.js'
import { deniedBy, type Denied } from '../denied.js'
import type { Enforcer, Outcome } from '../enforcer.js'
import { readCounters, type CounterValue } from '../nftables/counts.js'
import { driftOf, hasChanged } from '../nftables/drift.js'
import { createListeners, type Listeners } from '../nflog/listeners.js'
import { namespaceFile } from '../names.js'
import { messageOf } from '../run.js'
import { sizeOf } from '../sizes.js'
import { isPlaceKey, netnsOf, placeKey } from './binding.js'
import type { DesiredPlace } from './desired-place.js'
import { desiredPlace } from './desired-place.js'
import type { Held, Links, PlaceOptions } from './enforce-place.js'
import { enforcePlace, moved } from './enforce-place.js'

/** Enforces at links of others: the part of an enforcer that bindings need, with a key for each namespace. */
export interface Places extends Omit<Enforcer, 'reconcile'> {
  /** Interfaces that are bound here, and are not made as namespaces. */
  readonly bound: () => ReadonlySet<string>
  /** Reads of the world what is desired of the places that the VPCs concern, and of those named by their keys. */
  readonly refresh: (world: World, keys: ReadonlySet<string>) => void
  /** Enforces what was refreshed, and what failed before. Never rejects. */
  readonly enforce: () => Promise<Outcome>
  /** What is wrong on the host with a place, by the last attempt. */
  readonly problemsOf: (key: string) => readonly string[]
  /** Places where something changed in some table since the last look: to be looked at soon. Changes nothing. */
  readonly changed: () => Promise<readonly string[]>
  /** What is desired of a place. */
  readonly desired: (key: string) => DesiredPlace | undefined
}

/** One namespace with bound links. Null: nothing of ours shall be there. */
interface Place {
  readonly netns: string | null
  desired: DesiredPlace | null
  held: Held
  /** Null: to be read before the next attempt. Changes of them are found by looking. */
  links: Links | null
  stale: boolean
  /** Whether the namespace was not there at the last attempt. */
  isAway: boolean
  host: readonly string[]
}

interface Memory {
  readonly options: PlaceOptions
  readonly places: Map<string, Place>
  readonly listeners: Listeners
}

/** Whether the facts that changed may be about a binding: an interface that is not known may be in any of the VPCs. */
function isConcerned(memory: Memory, world: World, key: string, keys: ReadonlySet<string>): boolean {
  if (keys.has(key) || !memory.places.has(key)) return true
  const netns = netnsOf(key)
  const known = memory.places.get(key)?.desired?.links ?? []
  return (
    known.some(({ vpc }) => vpc === '' || keys.has(vpc)) ||
    memory.options.keeper.kept().bindings.some((bound) => {
      const vpc = bound.netns === netns ? world.interfaces.get(bound.interface)?.vpc : undefined
      return vpc !== undefined && keys.has(vpc)
    })
  )
}

function refresh(memory: Memory, world: World, keys: ReadonlySet<string>): void {
  const { keeper, capabilities } = memory.options
  const { bindings, places } = keeper.kept()
  const all = new Set([...places, ...bindings.map(({ netns }) => netns)].map(placeKey))
  for (const key of new Set([...all, ...memory.places.keys()])) {
    if (!isConcerned(memory, world, key, keys)) continue
    const netns = netnsOf(key)
    const here = bindings.filter((bound) => bound.netns === netns)
    const place: Place = memory.places.get(key) ?? {
      ...{ netns, desired: null, held: {}, links: null },
      ...{ stale: true, isAway: false, host: [] },
    }
    place.desired = here.length === 0 ? null : desiredPlace(world, netns, here, capabilities)
    place.stale = true
    if (keys.has(key)) place.links = null
    memory.places.set(key, place)
  }
}

async function enforce({ options, places }: Memory): Promise<Outcome> {
  for (const [key, place] of places) {
    if (!place.stale && place.host.length === 0) continue
    place.stale = false
    place.isAway = !existsSync(namespaceFile(place.netns))
    try {
      const { held, links, problems } = await enforcePlace(options, place.netns, place.desired, place)
      place.held = held
      place.links = problems.length === 0 ? links : null
      place.host = problems
      if (!place.desired && problems.length === 0) places.delete(key)
    } catch (error) {
      place.held = {}
      place.links = null
      place.host = [`bound links of ${key}: ${messageOf(error)}`]
    }
  }
  const all = [...places]
  return {
    problems: all.flatMap(([, { desired, host }]) => [...(desired?.problems ?? []), ...host]),
    retry: new Set(all.filter(([, { host }]) => host.length > 0).map(([key]) => key)),
  }
}

async function drift({ options }: Memory, { netns, held, isAway }: Place): Promise<string | null> {
  // A retry may be far away, and links in it are open until then.
  if (isAway && !held.inet) return existsSync(namespaceFile(netns)) ? 'the namespace is there again' : null
  const inet = held.inet && (await driftOf(netns, held.inet))
  if (inet) return inet
  const bridge = held.bridge && (await driftOf(netns, held.bridge, 'bridge'))
  return bridge ?? (await moved(options, netns))
}

async function look(memory: Memory, key: string): ReturnType<Enforcer['look']> {
  const place = memory.places.get(key)
  if (!place?.desired) return null
  try {
    const what = await drift(memory, place)
    if (what === null) return null
    place.held = {}
    place.links = null
    return { vpc: key, what }
  } catch {
    // What cannot be read says nothing; the next look or change may.
    return null
  }
}

async function changed({ places }: Memory): Promise<string[]> {
  const found: string[] = []
  for (const [key, { netns, held }] of places)
    if (held.inet && (await hasChanged(netns, held.inet))) found.push(key)
  return found
}

async function counts({ places }: Memory, key: string): Promise<readonly Count[]> {
  const place = places.get(key)
  if (!place?.desired) return []
  const subjects = subjectsOf(place.desired.policies)
  const values = await readCounters(place.netns).catch(() => new Map<string, CounterValue>())
  return [...values].flatMap(([name, value]) => {
    const subject = subjects.get(name)
    return subject ? [{ ...subject, ...value, counter: `${key} ${name}` }] : []
  })
}

function denied({ options, places, listeners }: Memory): Denied[] {
  if (!options.capabilities.drops) return []
  const at = new Date().toISOString()
  const listening = [...places.values()].filter(({ held }) => held.inet !== undefined)
  listeners.keep(new Set(listening.map(({ netns }) => netns)))
  return listening.flatMap(({ netns, desired }) => {
    const endpoints = (desired?.links ?? []).filter(({ closed }) => !closed)
    const where = { vpc: endpoints[0]?.vpc ?? '', endpoints, policies: desired?.policies ?? [] }
    try {
      return listeners.heard(netns).map((packet) => deniedBy(packet, where, at))
    } catch {
      return []
    }
  })
}

/** Begins with no place known: what is there is read back when it is first enforced. */
export function createPlaces(options: PlaceOptions): Places {
  const memory: Memory = { options, places: new Map(), listeners: createListeners() }
  const { places, listeners } = memory
  return {
    bound: () => new Set(options.keeper.kept().bindings.map((bound) => bound.interface)),
    refresh: (world, keys) => refresh(memory, world, keys),
    enforce: () => enforce(memory),
    problemsOf: (key) => places.get(key)?.host ?? [],
    changed: () => changed(memory),
    desired: (key) => places.get(key)?.desired ?? undefined,
    held: () =>
      [...places].filter(([, { held, isAway }]) => isAway || held.inet !== undefined).map(([key]) => key),
    look: (key) => look(memory, key),
    counts: (key) => counts(memory, key),
    sizes: () =>
      [...places].map(([key, { desired, held }]) =>
        sizeOf(key, desired?.links.length ?? 0, Object.values(held)),
      ),
    denied: () => denied(memory),
    deaf: () => listeners.keep(new Set()),
  }
}

/** An enforcer that enforces at bound links, too. */
export function withPlaces(instances: Enforcer, places: Places): Enforcer {
  const part = (key: string): Omit<Enforcer, 'reconcile'> => (isPlaceKey(key) ? places : instances)
  return {
    async reconcile(world, keys, reread) {
      const all = new Set(keys)
      places.refresh(world, all)
      const made = instances.reconcile(
        world,
        [...all].filter((key) => !isPlaceKey(key)),
        reread,
      )
      const [bound, rest] = await Promise.all([places.enforce(), made])
      return {
        problems: [...bound.problems, ...rest.problems],
        retry: new Set([...bound.retry, ...rest.retry]),
      }
    },
    held: () => [...places.held(), ...instances.held()],
    look: (key) => part(key).look(key),
    counts: (key) => part(key).counts(key),
    sizes: () => [...places.sizes(), ...instances.sizes()],
    denied: () => [...places.denied(), ...instances.denied()],
    deaf() {
      places.deaf()
      instances.deaf()
    },
  }
}
