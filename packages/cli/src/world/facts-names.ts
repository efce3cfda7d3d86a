import type { Snapshot } from '@sallyport/engine'
import type { Details } from './details.js'
import type { Kind } from './document-names.js'

/** The name that something gets in a document; one of its kind and VPC has it alone. */
export interface Namer {
  (kind: Kind | 'vswitch', id: string): string
  /** Whether the facts have something of the kind with this id. */
  has(kind: Kind, id: string): boolean
}

/** What a name in a document may be. */
const fits = (text: string): boolean => /^[A-Za-z][A-Za-z0-9._-]{1,127}$/.test(text)

/**
 * Gives everything a name: its own where a document can have it and nothing else of its kind has it in its VPC, else
 * its id, else one made of the id.
 */
export function namesFor(
  snapshot: Snapshot,
  { names: own, vswitches }: Pick<Details, 'names' | 'vswitches'>,
): Namer {
  const chosen = new Map<string, string>()
  const taken = new Set<string>()
  const choose = (kind: Kind | 'vswitch', place: string, id: string): void => {
    const key = `${kind} ${id}`
    if (chosen.has(key)) return
    const wanted = [own.get(id) ?? '', id.split('/').at(-1) ?? '', id, made(id)].filter(fits)
    const free = (name: string): boolean => !taken.has(`${kind} ${place} ${name}`)
    let name = wanted.find(free)
    for (let number = 2; name === undefined; number++) {
      const next = `${(wanted[0] ?? 'unnamed').slice(0, 120)}-${number}`
      if (free(next)) name = next
    }
    taken.add(`${kind} ${place} ${name}`)
    chosen.set(key, name)
  }
  for (const { id } of snapshot.vpcs) choose('vpc', '', id)
  for (const { id, vpc } of snapshot.groups) choose('group', vpc, id)
  for (const { id, vpc } of vswitches) choose('vswitch', vpc, id)
  for (const { id } of snapshot.prefixLists) choose('prefix-list', '', id)
  for (const { id } of snapshot.portLists) choose('port-list', '', id)
  for (const { instance, vpc } of snapshot.interfaces)
    if (instance !== null) choose('instance', vpc, instance)
  for (const { id, vpc } of snapshot.interfaces) choose('interface', vpc, id)
  const namer = (kind: Kind | 'vswitch', id: string): string =>
    chosen.get(`${kind} ${id}`) ?? (fits(id) ? id : made(id))
  return Object.assign(namer, { has: (kind: Kind, id: string) => chosen.has(`${kind} ${id}`) })
}

/** An id with whatever no name may have replaced. */
const made = (id: string): string => `x-${id.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 120)}`
