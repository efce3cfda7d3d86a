import type { Bound } from './binding.js'
import { placeKey } from './binding.js'
import type { Links } from './enforce-place.js'
import type { BindingKeeper } from './kept-bindings.js'
import { linksIn } from './links.js'
import type { Places } from './places.js'

/** A binding as it is shown. */
export interface BindingView extends Bound {
  readonly instance: string | null
  readonly addresses: readonly string[]
  /** The MAC address that what speaks by the link must have; null while it is not known, or none is asked for. */
  readonly expectedMac: string | null
  /** `enforced`; `closed`: nothing passes, because nothing is known of the interface; `failed`: see `problems`. */
  readonly state: 'enforced' | 'closed' | 'failed'
  /** Whether the link is there. Its rules wait for it where it is not. */
  readonly present: boolean
  readonly problems: readonly string[]
}

interface Parts {
  readonly keeper: BindingKeeper
  readonly places: Places
}

function viewOf({ places }: Parts, bound: Bound, links: Links | null): BindingView {
  const key = placeKey(bound.netns)
  const link = places.desired(key)?.links.find(({ interface: id }) => id === bound.interface)
  const problems = places.problemsOf(key)
  const { v4, v6 } = link?.addresses ?? { v4: [], v6: [] }
  return {
    ...bound,
    instance: link?.instance ?? null,
    addresses: [...v4, ...v6],
    expectedMac: link && !link.closed && bound.as === 'peer' ? link.mac : null,
    state: problems.length > 0 ? 'failed' : !link || link.closed ? 'closed' : 'enforced',
    present: links?.has(bound.link) ?? false,
    problems,
  }
}

/** A binding as it is now. */
export const view = async (parts: Parts, bound: Bound): Promise<BindingView> =>
  viewOf(parts, bound, await linksIn(bound.netns).catch(() => null))

/** All bindings; the links of each namespace are read once. */
export async function views(parts: Parts): Promise<BindingView[]> {
  const { bindings } = parts.keeper.kept()
  const links = new Map<string | null, Links | null>()
  for (const { netns } of bindings)
    if (!links.has(netns)) links.set(netns, await linksIn(netns).catch(() => null))
  return bindings.map((bound) => viewOf(parts, bound, links.get(bound.netns) ?? null))
}
