import type { FormLimits } from '../intermediate.js'
import { formOf } from '../intermediate.js'
import { placeText } from '../names.js'
import { apply, applyAll } from '../nftables/apply.js'
import { bridgeRuleset } from '../nftables/bridge-table.js'
import { placeRuleset } from '../nftables/place-table.js'
import { readBack } from '../nftables/read-back.js'
import { planOf } from '../nftables/render.js'
import type { Ruleset, TableFamily } from '../nftables/ruleset.js'
import { TABLE_NAME, ownerChain } from '../nftables/ruleset.js'
import type { Capabilities } from '../probe.js'
import { rememberingsOf } from '../remembering.js'
import type { Bound } from './binding.js'
import { boundText, placeKey } from './binding.js'
import type { BoundLink, DesiredPlace } from './desired-place.js'
import { closeDoubles } from './desired-place.js'
import type { BindingKeeper, BridgeBefore } from './kept-bindings.js'
import type { FoundLink } from './links.js'
import { linkProblem, linksIn, setCalls } from './links.js'

/** How places are enforced on this host. */
export interface PlaceOptions {
  readonly mark: string
  readonly capabilities: Capabilities
  readonly keepTracked: boolean
  readonly keeper: BindingKeeper
  /** How large policies may become; for tests. */
  readonly limits?: FormLimits
}

/** The tables that a place holds. */
export type Held = Partial<Record<TableFamily, Ruleset>>

/** The links of a namespace. */
export type Links = ReadonlyMap<string, FoundLink>

/** What came of enforcing a place: tables and links as they are, and what is not as it should be. */
export interface Enforced {
  readonly held: Held
  /** Null: to be read the next time. */
  readonly links: Links | null
  readonly problems: readonly string[]
}

const isForeign = (table: Ruleset | null, mark: string): boolean =>
  table !== null && !table.chains.has(ownerChain(mark))

/** To remove what another agent put there would open what it protects. */
function foreignText(family: TableFamily, netns: string | null, mark: string, table: Ruleset | null): string {
  const what = `table ${family} ${TABLE_NAME} in ${placeText(netns)}`
  const owner = [...(table?.chains.keys() ?? [])].find((name) => name.startsWith(ownerChain('')))
  return owner === undefined
    ? `${what} is not marked ${mark}: remove it`
    : `${what} is another agent's, marked ${owner.slice(ownerChain('').length)}: bind by that one`
}

/** The bridge that a bound link is in: as it is seen, or was, while the link is away. */
const bridgeOf = ({ link, bridge, as }: Bound, links: Links): string | null => {
  const found = links.get(link)
  if (as === 'host') return null
  return found ? (found.master?.kind === 'bridge' ? found.master.link : null) : bridge
}

/** Notes in which bridges bound links are, and answers the bridge of each link. */
function noteBridges(
  { keeper }: PlaceOptions,
  netns: string | null,
  links: Links,
): Map<string, string | null> {
  keeper.change((before) => ({
    ...before,
    bindings: before.bindings.map((bound) =>
      bound.netns === netns ? { ...bound, bridge: bridgeOf(bound, links) } : bound,
    ),
  }))
  const here = keeper.kept().bindings.filter((bound) => bound.netns === netns)
  return new Map(here.map(({ link, bridge }) => [link, bridge]))
}

const isSameBridge = (a: BridgeBefore, netns: string | null, bridge: string): boolean =>
  a.netns === netns && a.bridge === bridge

/** Has the bridges of bound links pass their frames on, and answers whether any did not. How they were is on the disk before. */
async function openBridges(
  { keeper }: PlaceOptions,
  netns: string | null,
  bridges: ReadonlySet<string>,
  links: Links,
): Promise<boolean> {
  let changed = false
  for (const bridge of bridges) {
    const found = links.get(bridge)?.bridge
    if (!found || (found.calls4 && found.calls6)) continue
    keeper.change((before) =>
      before.bridges.some((one) => isSameBridge(one, netns, bridge))
        ? before
        : { ...before, bridges: [...before.bridges, { netns, bridge, ...found }] },
    )
    await setCalls(netns, bridge, { calls4: true, calls6: true })
    changed = true
  }
  return changed
}

/** Puts bridges back that no bound link is in any more. */
async function restoreBridges(
  { keeper }: PlaceOptions,
  netns: string | null,
  wanted: ReadonlySet<string>,
  links: Links,
): Promise<void> {
  const gone = keeper.kept().bridges.filter((one) => one.netns === netns && !wanted.has(one.bridge))
  for (const { bridge, calls4, calls6 } of gone) {
    if (links.get(bridge)?.bridge) await setCalls(netns, bridge, { calls4, calls6 })
    keeper.change((before) => ({
      ...before,
      bridges: before.bridges.filter((one) => !isSameBridge(one, netns, bridge)),
    }))
  }
}

/** Groups are folded into ranges whatever their size: packet marks, which tell identities, are others' here. */
function wantedTables(
  { mark, capabilities, keepTracked, keeper, limits }: PlaceOptions,
  { netns, policies }: DesiredPlace,
  links: readonly BoundLink[],
): Record<TableFamily, Ruleset | null> {
  const endpoints = links.filter(({ closed }) => !closed)
  const formed = { vpc: placeKey(netns), blocks: [], own: { v4: [], v6: [] }, endpoints, policies }
  const form = formOf(formed, mark, [], capabilities.drops, keepTracked, {
    ...limits,
    mostFolded: Infinity,
  })
  const rememberings = rememberingsOf(form.timeoutGroups, true)
  const ports = links.filter(({ bridge }) => bridge !== null)
  return {
    // The agent's connection leaves by its own namespace.
    inet: placeRuleset({ ...form, rememberings }, links, netns === null ? keeper.kept().server : []),
    bridge: ports.length === 0 ? null : bridgeRuleset(mark, ports),
  }
}

async function load(
  netns: string | null,
  family: TableFamily,
  wanted: Ruleset | null,
  before: Ruleset | null,
): Promise<Ruleset | undefined> {
  if (wanted === null) {
    if (before !== null) await apply(netns, [{ do: 'delete-table' }], family)
    return undefined
  }
  const { transactions, ruleset } = planOf(wanted, before)
  await applyAll(netns, transactions, family)
  return ruleset
}

const nothing = { held: {}, links: null } as const

/**
 * Brings a place to what is desired; null: it holds nothing of ours any more. `held` is what is known to be
 * there; links that are not known are read.
 */
export async function enforcePlace(
  options: PlaceOptions,
  netns: string | null,
  desired: DesiredPlace | null,
  { held, links: known }: Pick<Enforced, 'held' | 'links'>,
): Promise<Enforced> {
  const { mark } = options
  const links = known ?? (await linksIn(netns))
  if (!links) return missing(options, netns, desired)
  const before = {
    inet: held.inet ?? (await readBack(netns)),
    bridge: held.inet ? (held.bridge ?? null) : await readBack(netns, 'bridge'),
  }
  if (!desired) return leave(options, netns, before, links)
  // The rules of an earlier agent are better than none while nothing is known.
  if (desired.tentative && before.inet) return { ...nothing, problems: [] }
  for (const family of ['inet', 'bridge'] as const)
    if (isForeign(before[family], mark))
      return { ...nothing, problems: [foreignText(family, netns, mark, before[family])] }
  const bridges = noteBridges(options, netns, links)
  const { links: bound, problems: doubles } = closeDoubles(
    desired.links.map((link) => ({ ...link, bridge: bridges.get(link.link) ?? null })),
  )
  const wanted = wantedTables(options, desired, bound)
  const used = new Set([...bridges.values()].filter((bridge) => bridge !== null))
  const unfit = bound.flatMap(({ link, as }) => {
    const found = links.get(link)
    const problem = found && linkProblem(link, found, as)
    return problem === undefined
      ? []
      : [`${boundText({ link, netns })} is not enforced as it should be: ${problem}`]
  })
  const bridge = await load(netns, 'bridge', wanted.bridge, before.bridge)
  const inet = await load(netns, 'inet', wanted.inet, before.inet)
  const opened = await openBridges(options, netns, used, links)
  await restoreBridges(options, netns, used, links)
  return {
    held: { ...(inet && { inet }), ...(bridge && { bridge }) },
    links: opened ? null : links,
    problems: [...doubles, ...unfit],
  }
}

/** A namespace that is gone took its rules along. */
function missing({ keeper }: PlaceOptions, netns: string | null, desired: DesiredPlace | null): Enforced {
  if (desired)
    return { ...nothing, problems: [`${placeText(netns)} does not exist: its bound links are not enforced`] }
  forgetPlace(keeper, netns)
  return { ...nothing, problems: [] }
}

function forgetPlace(keeper: BindingKeeper, netns: string | null): void {
  keeper.change((before) => ({
    ...before,
    // What was bound meanwhile keeps it.
    places: before.places.filter(
      (place) => place !== netns || before.bindings.some((bound) => bound.netns === netns),
    ),
    bridges: before.bridges.filter((one) => one.netns !== netns),
  }))
}

/** Takes our rules out of a namespace and puts back what was changed for them. */
async function leave(
  options: PlaceOptions,
  netns: string | null,
  before: Record<TableFamily, Ruleset | null>,
  links: Links,
): Promise<Enforced> {
  for (const family of ['inet', 'bridge'] as const)
    if (!isForeign(before[family], options.mark)) await load(netns, family, null, before[family])
  await restoreBridges(options, netns, new Set(), links)
  forgetPlace(options.keeper, netns)
  return { ...nothing, problems: [] }
}

/** How bound links differ from what is enforced for them, in words; null when they do not. */
export async function moved({ keeper }: PlaceOptions, netns: string | null): Promise<string | null> {
  const links = await linksIn(netns)
  if (!links) return `${placeText(netns)} is gone`
  for (const bound of keeper.kept().bindings) {
    if (bound.netns !== netns) continue
    const bridge = bridgeOf(bound, links)
    if (bridge !== bound.bridge) return `link ${bound.link} is in ${bridge ?? 'no bridge'} now`
    const calls = bridge === null ? undefined : links.get(bridge)?.bridge
    if (calls && !(calls.calls4 && calls.calls6)) return `bridge ${bridge} passes no frames to the rules`
  }
  return null
}
