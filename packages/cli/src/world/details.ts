/** What a live account says beside the facts of the engine: for people who read, and for servers that are seeded. */
export interface Details {
  readonly region: string | undefined
  /** By id of whatever kind. */
  readonly names: ReadonlyMap<string, string>
  readonly descriptions: ReadonlyMap<string, string>
  readonly tags: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** Of prefix and port lists. */
  readonly maxEntries: ReadonlyMap<string, number>
  readonly vswitches: readonly VSwitchDetails[]
  /** Ids of the vSwitches of interfaces. */
  readonly vswitchOf: ReadonlyMap<string, string>
  readonly instanceKinds: ReadonlyMap<string, { readonly type: string; readonly image: string }>
}

export interface VSwitchDetails {
  readonly id: string
  readonly vpc: string
  readonly zone: string
  readonly cidr: string
  /** Number of its /64 in the VPC's IPv6 block. */
  readonly ipv6: number | undefined
}

/** Nothing beside the facts. */
export const noDetails: Details = {
  region: undefined,
  names: new Map(),
  descriptions: new Map(),
  tags: new Map(),
  maxEntries: new Map(),
  vswitches: [],
  vswitchOf: new Map(),
  instanceKinds: new Map(),
}
