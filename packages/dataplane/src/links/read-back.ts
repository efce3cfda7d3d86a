import { existsSync, readdirSync } from 'node:fs'
import { canonicalCidr, parseCidr } from '@sallyport/engine'
import type { Owner } from '../names.js'
import { NETNS_FOLDER, ROUTE_PROTOCOL, isOurTable, ownerFrom } from '../names.js'
import { messageOf, run, runIn } from '../run.js'
import { fulfil, intents } from './intents.js'
import type { LinkState, NamespaceState, Present, Route, Rule } from './model.js'
import { routeKey, ruleKey } from './model.js'
import { routerSettingNames } from './plan.js'

/** `ip -N -d -j addr show`. */
interface LinkJson {
  readonly ifname: string
  readonly address?: string
  readonly ifalias?: string
  readonly flags: readonly string[]
  readonly addr_info: readonly { readonly local?: string; readonly prefixlen?: number }[]
}

/** `ip -N -d -j route show`; type 6 is a blackhole (RTN_BLACKHOLE). */
interface RouteJson {
  readonly type?: string
  readonly dst: string
  readonly gateway?: string
  readonly dev?: string
  readonly prefsrc?: string
  readonly protocol?: string
  readonly table?: string
}

/** `ip -N -d -j rule show`. */
interface RuleJson {
  readonly src: string
  readonly oif?: string
  readonly table: string
  readonly protocol?: string
}

interface NeighbourJson {
  readonly dst: string
  readonly dev: string
  readonly lladdr?: string
}

const SEPARATOR = '-- next --'

/** One process per namespace reads everything; `ip` prints nothing at all for an empty list. */
const script = [
  'ip -N -d -j addr show',
  'ip -4 -N -d -j route show table main',
  'ip -6 -N -d -j route show table main 2>/dev/null || true',
  `ip -4 -N -d -j route show table all proto ${ROUTE_PROTOCOL}`,
  `ip -6 -N -d -j route show table all proto ${ROUTE_PROTOCOL} 2>/dev/null || true`,
  'ip -4 -N -d -j rule show',
  'ip -6 -N -d -j rule show 2>/dev/null || true',
  'ip -N -j neigh show nud permanent',
  `for s in ${routerSettingNames.join(' ')}; do [ -e /proc/sys/$s ] && echo "$s $(cat /proc/sys/$s)" || echo "$s"; done`,
].join(`; echo '${SEPARATOR}'; `)

function linkFrom(json: LinkJson): LinkState {
  const addresses = json.addr_info.flatMap(({ local, prefixlen }) =>
    local === undefined || prefixlen === undefined ? [] : [`${local}/${prefixlen}`],
  )
  return {
    owner: ownerFrom(json.ifalias),
    bare: json.ifalias === undefined,
    mac: json.address ?? '',
    up: json.flags.includes('UP'),
    addresses: new Set(addresses),
    neighbours: new Map(),
  }
}

function destination(text: string, family: 4 | 6): string {
  if (text === 'default') return family === 4 ? '0.0.0.0/0' : '::/0'
  const block = parseCidr(text)
  return typeof block === 'string' ? text : canonicalCidr(block)
}

function routeFrom(json: RouteJson, family: 4 | 6, table: number | null): Route {
  const blackhole = json.type === '6'
  return {
    to: destination(json.dst, family),
    table,
    kind: blackhole ? 'blackhole' : 'unicast',
    via: json.gateway ?? null,
    // IPv6 shows blackholes on lo.
    link: blackhole ? null : (json.dev ?? null),
    source: json.prefsrc ?? null,
  }
}

const list = <T>(text: string | undefined): T[] => {
  const trimmed = (text ?? '').trim()
  return trimmed === '' ? [] : (JSON.parse(trimmed) as T[])
}

const isOurs = ({ protocol }: { readonly protocol?: string }): boolean => protocol === String(ROUTE_PROTOCOL)

function takeMain(state: NamespaceState, routes: readonly RouteJson[], family: 4 | 6): void {
  for (const json of routes) {
    const route = routeFrom(json, family, null)
    if (isOurs(json)) state.routes.set(routeKey(route), route)
    else state.foreignRoutes.add(route.to)
  }
}

function takeTables(state: NamespaceState, routes: readonly RouteJson[], family: 4 | 6): void {
  for (const json of routes) {
    const table = Number(json.table)
    if (!isOurTable(table)) continue
    const route = routeFrom(json, family, table)
    state.routes.set(routeKey(route), route)
  }
}

function takeRules(state: NamespaceState, rules: readonly RuleJson[], family: 4 | 6): void {
  for (const json of rules) {
    if (!isOurs(json)) continue
    const match = json.oif === undefined ? `from ${json.src}` : `oif ${json.oif}`
    const rule: Rule = { family, match, table: Number(json.table) }
    state.rules.set(ruleKey(rule), rule)
  }
}

const unknown = (): NamespaceState => ({
  owner: null,
  links: new Map(),
  routes: new Map(),
  rules: new Map(),
  foreignRoutes: new Set(),
  settings: new Map(),
})

/** Reads the script's output. */
export function stateFrom(output: string): NamespaceState {
  const [links, v4, v6, all4, all6, rules4, rules6, neighbours, settings] = output.split(SEPARATOR)
  const state = unknown()
  for (const json of list<LinkJson>(links)) state.links.set(json.ifname, linkFrom(json))
  for (const [main, all, rules, family] of [
    [v4, all4, rules4, 4],
    [v6, all6, rules6, 6],
  ] as const) {
    takeMain(state, list<RouteJson>(main), family)
    takeTables(state, list<RouteJson>(all), family)
    takeRules(state, list<RuleJson>(rules), family)
  }
  for (const { dst, dev, lladdr } of list<NeighbourJson>(neighbours)) {
    if (lladdr !== undefined) state.links.get(dev)?.neighbours.set(dst, lladdr)
  }
  for (const line of (settings ?? '').trim().split('\n')) {
    const [name, value] = line.split(/\s+/)
    if (name) state.settings.set(name, value ?? null)
  }
  state.owner = state.links.get('lo')?.owner ?? null
  return state
}

/** Whose a namespace is; null where it carries no mark of this product. Rejects where it cannot be entered. */
export async function ownerOf(namespace: string): Promise<Owner | null> {
  const [lo] = list<LinkJson>(await run('ip', ['-n', namespace, '-d', '-j', 'addr', 'show', 'lo']))
  return ownerFrom(lo?.ifalias)
}

/** Null where there is no namespace that can be entered: no such name, or a file that nothing is mounted on. */
async function stateIn(name: string | null): Promise<NamespaceState | null> {
  try {
    return stateFrom(await runIn(name, 'sh', ['-c', script]))
  } catch (error) {
    const exists = name === null || existsSync(`${NETNS_FOLDER}/${name}`)
    if (exists && !messageOf(error).includes('Invalid argument')) throw error
    return null
  }
}

/** Reads one namespace by name; one that cannot be entered is nobody's. */
async function readNamespace(name: string, intended: ReadonlyMap<string, string>): Promise<NamespaceState> {
  const state = await stateIn(name)
  if (!state) return unknown()
  const mark = intended.get(name)
  // Begun by a process that was killed before it could mark it.
  if (mark !== undefined && state.links.get('lo')?.bare) state.owner = { mark, id: name.slice('sp-'.length) }
  return state
}

/** Namespaces that carry our names, whoever made them. */
export function namespaceNames(): string[] {
  try {
    return readdirSync(NETNS_FOLDER).filter((name) => name.startsWith('sp-'))
  } catch {
    return []
  }
}

/** Forgets what this mark meant to make and did not: the name is free for others. */
function forgetUnmade(mark: string, intended: ReadonlyMap<string, string>, names: readonly string[]): void {
  for (const [name, by] of intended) if (by === mark && !names.includes(name)) fulfil(mark, name)
}

/**
 * Reads what the host has. `uplinkNetns` null is the namespace of this process. One that does not exist hinders
 * nothing but the way out: rules, links and removals go on.
 */
export async function readPresent(mark: string, uplinkNetns: string | null): Promise<Present> {
  const uplink = await stateIn(uplinkNetns)
  const intended = intents()
  const namespaces = new Map<string, NamespaceState>()
  const queue = namespaceNames()
  forgetUnmade(mark, intended, queue)
  const worker = async (): Promise<void> => {
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      namespaces.set(name, await readNamespace(name, intended))
    }
  }
  await Promise.all([worker(), worker(), worker(), worker()])
  if (uplink) return { uplink, namespaces }
  return { uplink: unknown(), uplinkMissing: uplinkNetns ?? '', namespaces }
}
