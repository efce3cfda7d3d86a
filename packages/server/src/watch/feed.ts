import type { Revision, World } from '@sallyport/engine'

/** The change feed as its followers see it. */
export interface Feed {
  /** The world at the last committed revision. */
  readonly world: World
  /** Calls `listener` with each revision after it is committed and applied to `world`; returns the way to stop. */
  subscribe(listener: (revision: Revision) => void): () => void
  /** Calls `listener` when the world was replaced and a new epoch has begun; returns the way to stop. */
  onRestart(listener: () => void): () => void
  /** The revisions after `revision`, oldest first; undefined when some are no longer kept: send a snapshot. */
  since(revision: number): Promise<readonly Revision[] | undefined>
}
