/**
 * What a server is to hold, as plain maps: written from the reference pages, with nothing of the server's own code.
 * Ids are those that the server gave; everything else is said by the model alone.
 */
export interface World {
  /** Two VPCs, each with a vSwitch. */
  readonly vpcs: readonly { readonly vpc: string; readonly vswitch: string }[]
  readonly groups: Map<string, Group>
  readonly prefixLists: Map<string, PrefixList>
  readonly portLists: Map<string, PortList>
  readonly interfaces: Map<string, Nic>
  /** Primary interface by instance. */
  readonly instances: Map<string, string>
  /** Ids that were once something. */
  readonly gone: string[]
}

export interface Group {
  readonly vpc: string
  readonly type: 'normal' | 'enterprise'
  name: string
  description: string
  inner: 'Accept' | 'Drop'
  readonly tags: Map<string, string>
  rules: Rule[]
}

export type Direction = 'ingress' | 'egress'

/** A block or address as given, as answered, and the network that it means. */
export interface Block {
  readonly given: string
  readonly echo: string
  readonly network: string
  readonly family: 4 | 6
}

export type Peer =
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'group' | 'prefixList'; readonly id: string }

export interface Rule {
  /** Known once the group was described. */
  id: string
  readonly direction: Direction
  /** As answered: TCP, UDP, ICMP, ICMPv6, GRE or ALL. */
  readonly protocol: string
  /** Empty beside a port list. */
  readonly ports: string
  readonly portList: string
  /** Empty for any. */
  readonly sourcePorts: string
  readonly peer: Peer
  readonly own: Block | undefined
  readonly policy: 'Accept' | 'Drop'
  readonly priority: number
  readonly description: string
}

interface List {
  name: string
  description: string
  readonly most: number
  /** Description by value. */
  readonly entries: Map<string, string>
}
export interface PrefixList extends List {
  readonly family: 4 | 6
}
export type PortList = List

export interface Nic {
  readonly vpc: string
  groups: string[]
  readonly isPrimary: boolean
}

/** The quotas of the server under test, small enough to be met. */
export const limits = {
  securityGroupsPerRegion: 5,
  rulesPerGroup: 6,
  rulesPerInterface: 7,
  groupsPerInterface: 2,
  privateAddressesPerGroup: 2,
  groupObjectsPerGroup: 1,
  prefixListsPerRegion: 3,
  portListsPerRegion: 2,
  entriesPerPrefixList: 6,
  entriesPerPortList: 6,
  tagsPerResource: 3,
  interfacesPerRegion: 4,
} as const

/** A call, and what must come of it. */
export interface Planned {
  readonly action: string
  readonly parameters: object
  /** `status code` of each refusal that the pages allow; none for a success. */
  readonly refusals: readonly string[]
  /** What a success changes; it gets the answer. */
  readonly apply?: (answer: Readonly<Record<string, unknown>>) => void
  /** The group whose rules are looked at once the call has succeeded. */
  readonly touches?: string
}

/** The refusals of the first stage that has any: later ones are not reached. */
export const firstOf = (...stages: readonly (readonly string[])[]): readonly string[] =>
  stages.find((stage) => stage.length > 0) ?? []

/** `[refusal]` where it holds. */
export const when = (holds: boolean, ...refusals: readonly string[]): readonly string[] =>
  holds ? refusals : []

/** One of the things that are there, or, for every sixteenth number, an id that is none's. */
export function pick(things: ReadonlyMap<string, unknown>, number: number, prefix: string): string {
  const ids = [...things.keys()]
  const nobody = `${prefix}-bp1000000000000000000`
  return number % 16 === 15 ? nobody : (ids[number % Math.max(ids.length, 1)] ?? nobody)
}

/** What a rule counts as in quotas: every block of its list with every range of the other. */
export function weightOf(world: World, { peer, portList }: Pick<Rule, 'peer' | 'portList'>): number {
  const blocks = peer.kind === 'prefixList' ? (world.prefixLists.get(peer.id)?.most ?? 1) : 1
  return blocks * (world.portLists.get(portList)?.most ?? 1)
}

export const totalWeight = (world: World, rules: readonly Rule[]): number =>
  rules.reduce((sum, rule) => sum + weightOf(world, rule), 0)

/** What two rules may not have in common. */
export function identityOf({ peer, own, ...rule }: Omit<Rule, 'id' | 'description'>): string {
  const object = peer.kind === 'block' ? peer.block.network : `${peer.kind} ${peer.id}`
  const { direction, protocol, ports, portList, sourcePorts, policy, priority } = rule
  const parts = [direction, protocol, ports, portList, sourcePorts, object, own?.network, policy, priority]
  return parts.join('|')
}

/** The interfaces of a group. */
export const membersOf = ({ interfaces }: World, group: string): Nic[] =>
  [...interfaces.values()].filter(({ groups }) => groups.includes(group))

/** The other groups whose rules have a group as object. */
export const referencesTo = ({ groups }: World, id: string): string[] =>
  [...groups].flatMap(([other, { rules }]) =>
    other !== id && rules.some(({ peer }) => peer.kind === 'group' && peer.id === id) ? [other] : [],
  )
