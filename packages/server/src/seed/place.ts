import type { RunOperation } from './run-operation.js'
import { SeedProblem, type SeedPath } from './problem.js'

export type SeedKind = 'prefix-list' | 'port-list' | 'vpc' | 'vswitch' | 'group' | 'instance' | 'interface'

/** A resource that the file names. */
export interface SeededResource {
  readonly account: string
  readonly region: string
  readonly kind: SeedKind
  /** Symbolic name; that of a VPC stands before it: `shop/web`. */
  readonly name: string
  readonly id: string
  /** Whether this run made it. */
  readonly created: boolean
}

/** The resources of one account and region that were seeded so far, by kind and name. */
export interface Place {
  readonly account: string
  readonly region: string
  readonly run: RunOperation
  /** Puts a group into audit or takes it out, which no operation does. */
  readonly setAudit: (group: string, audited: boolean) => Promise<void>
  readonly resources: Map<string, SeededResource>
}

const keyOf = (kind: SeedKind, name: string): string => `${kind} ${name}`

/** Notes a resource. Throws a SeedProblem when the file names it twice. */
export function note(
  place: Place,
  path: SeedPath,
  resource: Pick<SeededResource, 'kind' | 'name' | 'id' | 'created'>,
): string {
  const key = keyOf(resource.kind, resource.name)
  if (place.resources.has(key)) throw new SeedProblem([...path, 'name'], `${resource.name} is named twice`)
  place.resources.set(key, { account: place.account, region: place.region, ...resource })
  return resource.id
}

/** The id of a resource of the file. Throws a SeedProblem when the file has none of that name. */
export function idOf(place: Place, path: SeedPath, kind: SeedKind, name: string): string {
  const found = place.resources.get(keyOf(kind, name))
  if (found) return found.id
  throw new SeedProblem(path, `there is no ${kind} ${name} in this account and region of the file`)
}
