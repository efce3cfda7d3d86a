import type { World } from '@sallyport/engine'

/** What came of bringing the host to the desired state. */
export interface Outcome {
  /** In words for the operator: what is not as the facts ask, and why. Empty when all is. */
  readonly problems: readonly string[]
  /** VPCs to try again later. */
  readonly retry: ReadonlySet<string>
}

/** Makes the host hold what a world asks for. Calls must not overlap. */
export interface Enforcer {
  /**
   * Brings the given VPCs to the world's state. The world is read before the promise is returned, so the caller
   * knows which revision it was. `reread` looks at the host first, because what was in the way may be gone. Never
   * rejects: what failed is in the outcome.
   */
  reconcile(world: World, vpcs: Iterable<string>, reread: boolean): Promise<Outcome>
}
