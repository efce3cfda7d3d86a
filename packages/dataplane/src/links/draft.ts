import { advance } from './advance.js'
import type { Place, Present, Route, Rule, Step } from './model.js'
import { linkStateOf, routeKey, ruleKey, stateOf } from './model.js'

/** A plan being made: steps, and what will be present after them. */
export interface Draft {
  readonly present: Present
  readonly steps: Step[]
}

/** Adds a step. */
export function take(draft: Draft, step: Step): void {
  draft.steps.push(step)
  advance(draft.present, step)
}

/** Brings a link up unless it is. */
export function ensureUp(draft: Draft, place: Place, link: string): void {
  if (!linkStateOf(draft.present, place, link).up) take(draft, { do: 'set-up', place, link })
}

/** In the uplink namespace others may configure links; a link-local address does no harm there. */
const isKept = (place: Place, address: string): boolean => place === null && address.startsWith('fe80:')

/** Adds the addresses that a link lacks. */
export function ensureAddresses(
  draft: Draft,
  place: Place,
  link: string,
  addresses: readonly string[],
): void {
  const held = linkStateOf(draft.present, place, link).addresses
  for (const address of addresses)
    if (!held.has(address)) take(draft, { do: 'add-address', place, link, address })
}

/** Removes the addresses that a link should not have. */
export function removeOtherAddresses(
  draft: Draft,
  place: Place,
  link: string,
  addresses: readonly string[],
): void {
  for (const address of [...linkStateOf(draft.present, place, link).addresses]) {
    if (addresses.includes(address) || isKept(place, address)) continue
    take(draft, { do: 'remove-address', place, link, address })
  }
}

const sameRoute = (a: Route, b: Route | undefined): boolean =>
  b !== undefined && a.kind === b.kind && a.via === b.via && a.link === b.link && a.source === b.source

/** Sets the routes that differ. */
export function ensureRoutes(draft: Draft, place: Place, routes: readonly Route[]): void {
  const held = stateOf(draft.present, place).routes
  for (const route of routes) {
    const before = held.get(routeKey(route))
    if (!sameRoute(route, before))
      take(draft, { do: 'set-route', place, route, replaces: before !== undefined })
  }
}

/** Removes our routes that should not be. */
export function removeOtherRoutes(draft: Draft, place: Place, routes: readonly Route[]): void {
  const wanted = new Set(routes.map(routeKey))
  for (const { to, table } of [...stateOf(draft.present, place).routes.values()]) {
    if (!wanted.has(routeKey({ to, table }))) take(draft, { do: 'remove-route', place, to, table })
  }
}

/** Adds the rules that lack. */
export function ensureRules(draft: Draft, place: Place, rules: readonly Rule[]): void {
  const held = stateOf(draft.present, place).rules
  for (const rule of rules) if (!held.has(ruleKey(rule))) take(draft, { do: 'add-rule', place, rule })
}

/** Removes our rules that should not be, those that lead to another table among them. */
export function removeOtherRules(draft: Draft, place: Place, rules: readonly Rule[]): void {
  const wanted = new Map(rules.map((rule) => [ruleKey(rule), rule.table]))
  for (const rule of [...stateOf(draft.present, place).rules.values()]) {
    if (wanted.get(ruleKey(rule)) !== rule.table) take(draft, { do: 'remove-rule', place, rule })
  }
}

/** Makes a link's permanent neighbours exactly these addresses at that MAC. */
export function ensureNeighbours(
  draft: Draft,
  place: Place,
  link: string,
  addresses: readonly string[],
  mac: string,
): void {
  const held = linkStateOf(draft.present, place, link).neighbours
  for (const address of [...held.keys()]) {
    if (!addresses.includes(address)) take(draft, { do: 'remove-neighbour', place, link, address })
  }
  for (const address of addresses) {
    if (held.get(address) !== mac) take(draft, { do: 'set-neighbour', place, link, address, mac })
  }
}
