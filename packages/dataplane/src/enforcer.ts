import type { World } from '@sallyport/engine'
import type { Count } from './counted.js'
import type { Denied } from './denied.js'
import type { Size } from './sizes.js'

/** What came of bringing the host to the desired state. */
export interface Outcome {
  /** In words for the operator: what is not as the facts ask, and why. Empty when all is. */
  readonly problems: readonly string[]
  /** VPCs to try again later. */
  readonly retry: ReadonlySet<string>
}

/** What another hand changed in a namespace of ours. */
export interface Drift {
  readonly vpc: string
  /** In words for the operator. */
  readonly what: string
}

/** Makes the host hold what a world asks for. Calls of `reconcile` and `look` must not overlap. */
export interface Enforcer {
  /**
   * Brings the given VPCs to the world's state. The world is read before the promise is returned, so the caller
   * knows which revision it was. `reread` looks at the host first, because what was in the way may be gone. Never
   * rejects: what failed is in the outcome.
   */
  reconcile(world: World, vpcs: Iterable<string>, reread: boolean): Promise<Outcome>

  /** The VPCs whose rules are held: those that `look` can say something about. */
  held(): readonly string[]

  /**
   * Looks whether the kernel still holds the rules of a VPC. What differs is forgotten, so that the next `reconcile`
   * of this VPC puts it right. Null when nothing differs, or the kernel could not be asked.
   */
  look(vpc: string): Promise<Drift | null>

  /** What the kernel counted for a VPC whose rules are held; none where it could not be asked. May overlap. */
  counts(vpc: string): Promise<readonly Count[]>

  /** How much is in force, by VPC and by namespace with bound links. */
  sizes(): readonly Size[]

  /** New flows that were denied since the last call, as many as the kernel told of. Never waits. May overlap. */
  denied(): readonly Denied[]

  /** Ends listening for denied flows, until the next call. */
  deaf(): void
}
