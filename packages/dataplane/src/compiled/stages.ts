import type { TreeNode } from '@sallyport/engine'

/** A step of a judgement: a decision on the own address or on identity, then the engine's tree. */
export type Stage = TreeNode | OwnStage | IdentityStage

/** For interfaces with own addresses that rules tell apart: which of them the flow is about. */
export interface OwnStage {
  readonly kind: 'own'
  readonly cases: readonly { readonly address: string; readonly child: TreeNode | IdentityStage }[]
}

/** For policies that name groups told apart by identity: which of them the remote address is in. */
export interface IdentityStage {
  readonly kind: 'identity'
  readonly cases: readonly { readonly ids: readonly number[]; readonly child: TreeNode }[]
  /** For what is in none of them. */
  readonly otherwise: TreeNode
}
