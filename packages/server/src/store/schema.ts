/**
 * The tables, as Kysely sees them. Times are ISO 8601 text in UTC; yes/no values are 0 or 1; lists that are never
 * searched are JSON text. All of it means the same to SQLite and to PostgreSQL.
 */
export interface Schema {
  accounts: AccountRow
  access_keys: AccessKeyRow
  roles: RoleRow
  server_secrets: ServerSecretRow
  vpcs: VpcRow
  vpc_blocks: VpcBlockRow
  route_tables: RouteTableRow
  vswitches: VSwitchRow
  free_ranges: FreeRangeRow
  group_counts: GroupCountRow
  security_groups: GroupRow
  rules: RuleRow
  lists: ListRow
  list_entries: ListEntryRow
  instances: InstanceRow
  classic_links: ClassicLinkRow
  interfaces: InterfaceRow
  interface_addresses: InterfaceAddressRow
  interface_groups: InterfaceGroupRow
  resource_group_members: ResourceGroupMemberRow
  resource_groups: ResourceGroupRow
  tags: TagRow
  network_paths: NetworkPathRow
  path_analyses: PathAnalysisRow
  client_tokens: ClientTokenRow
  feed: FeedRow
  changes: ChangeRow
  rule_hits: RuleHitsRow
  hit_counters: HitCounterRow
}

export interface AccountRow {
  id: string
  /** Login name, for example `Test@aliyun.com`; no two have the same, whatever the case. */
  name: string
  /** JSON of `AccountProperties`. */
  properties: string
  /** 1 for the account that the settings name, whose keys commands use unless told otherwise. */
  is_default: number
}

export interface AccessKeyRow {
  id: string
  secret: string
  account_id: string
  active: number
  /** The user that signs with it; empty for a key of the account itself. */
  user_name: string
  /** What it may do: empty for everything, the name of a built-in policy, or a policy as JSON. */
  policy: string
  /** ISO 8601 with seconds; empty for keys of the first version. */
  created_at: string
}

/** What may be assumed with AssumeRole. */
export interface RoleRow {
  account_id: string
  name: string
  /** As in AccessKeyRow. */
  policy: string
  /** JSON list of the ids of the accounts whose users may assume it. */
  trusts: string
}

/** What only the server knows, by its purpose. */
export interface ServerSecretRow {
  name: string
  value: string
}

/** What every resource of one region and account has. `created_revision` orders by creation. */
interface Owned {
  id: string
  account_id: string
  region_id: string
  /** ISO 8601 with seconds. */
  created_at: string
  created_revision: number
}

export interface VpcRow extends Owned {
  cidr_block: string
  /** Empty when the VPC has no IPv6 block. */
  ipv6_cidr_block: string
  name: string
  description: string
  is_default: number
  vrouter_id: string
  vrouter_name: string
  vrouter_description: string
  route_table_id: string
  /** As answered, separated by commas; empty when there are none. */
  user_cidrs: string
  /** Whether instances of the classic network may be linked to it. */
  classic_link: number
}

/** A block of a VPC beside the ones it was made with. IPv6 blocks are unique over all VPCs. */
export interface VpcBlockRow {
  vpc_id: string
  /** Canonical text. */
  cidr_block: string
  family: 4 | 6
  created_revision: number
}

/** The system route table of a VPC. */
export interface RouteTableRow extends Owned {
  vpc_id: string
  name: string
  description: string
  /** Whether it takes routes that others propagate. */
  propagation: number
}

export interface VSwitchRow extends Owned {
  /** Empty for the part of the classic network that an account's instances in a region are in: nobody sees it. */
  vpc_id: string
  zone_id: string
  cidr_block: string
  ipv6_cidr_block: string
  name: string
  description: string
  is_default: number
}

/**
 * Free private IPv4 addresses of a vSwitch, counted from the first address of its block.
 * INVARIANT: the ranges of a vSwitch are disjoint and no two touch.
 */
export interface FreeRangeRow {
  vswitch_id: string
  first: number
  last: number
}

/** What hosts counted for a rule, a default or something implicit. */
export interface RuleHitsRow {
  /** Made of the next five. */
  subject: string
  direction: 'ingress' | 'egress'
  kind: 'rule' | 'default' | 'intra-group' | 'carve-out'
  /** Empty but for a rule. */
  rule_id: string
  /** Ids with blanks between them, sorted. */
  groups: string
  /** 1: only counted, because of audit. */
  staged: number
  packets: number
  bytes: number
  /** When it was first reported, ISO 8601. */
  since: string
  /** When it was last reported to have grown; empty: never. */
  last_hit: string
}

/** What a counter of a host said last. */
export interface HitCounterRow {
  host: string
  counter: string
  packets: number
  bytes: number
}

export interface GroupRow extends Owned {
  /** Empty in the classic network. */
  vpc_id: string
  name: string
  description: string
  type: 'basic' | 'advanced'
  inner_access: 'accept' | 'drop'
  /** The service's account that manages the group, which its owner may then only look at; empty for an ordinary one. */
  service_id: string
  /** INVARIANT: the number of rows in `rules` with this group_id. */
  rule_count: number
  /** INVARIANT: the sum of their weights, which is what quotas count. */
  rule_weight: number
  /** 1: what it drops is counted only. */
  audit: number
}

/** A prefix list or a port list. `family` is 0 for ports. */
export interface ListRow extends Owned {
  kind: 'prefix' | 'port'
  name: string
  description: string
  family: 4 | 6 | 0
  /** Never changes: rules weigh as much. INVARIANT: not fewer than the list's rows in `list_entries`. */
  max_entries: number
}

export interface ListEntryRow {
  list_id: string
  /** Canonical block (`10.0.0.0/8`), or ports (`80/443`). */
  value: string
  description: string
  created_revision: number
  position: number
}

/** INVARIANT: `count` is the number of rows in `security_groups` with this account and region; absent means none. */
export interface GroupCountRow {
  account_id: string
  region_id: string
  count: number
}

export interface RuleRow {
  id: string
  group_id: string
  direction: 'ingress' | 'egress'
  policy: 'accept' | 'drop'
  priority: number
  protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'gre' | 'all'
  /** PortRange as answered: `80/80`, `-1/-1`; empty when a port list is named instead. */
  port_range: string
  /** The port list that the rule names, or empty. */
  port_list: string
  /** SourcePortRange as answered; empty when none was given. */
  source_port_range: string
  /** Which side of an instance it is for: `internet` only in groups of the classic network. */
  nic_type: 'internet' | 'intranet'
  peer_kind: 'cidr' | 'group' | 'prefix-list'
  /** CIDR as answered (host bits kept), or the id of a group or prefix list. */
  peer: string
  /** The account of a group that is the object, when it is not the holder's own; else empty. */
  peer_owner: string
  /** The quintuple's own side as answered, or empty. */
  local: string
  description: string
  /** How many rules it counts as: MaxEntries of the lists that it names, multiplied; 1 without any. */
  weight: number
  /** What makes two rules the same rule; unique within the group. */
  identity: string
  created_at: string
  created_revision: number
  /** Order within one call. */
  position: number
}

export interface InstanceRow extends Owned {
  name: string
  host_name: string
  description: string
  image_id: string
  instance_type: string
  zone_id: string
  /** Both are empty in the classic network. */
  vpc_id: string
  vswitch_id: string
  status: 'Running' | 'Stopped'
  /** How it was stopped; empty while it runs. */
  stopped_mode: '' | 'KeepCharging' | 'StopCharging'
  charge_type: string
  key_pair_name: string
  /** Order within one RunInstances call. */
  position: number
  deletion_protection: number
  /** Empty unless the instance is locked. */
  lock_reason: '' | 'security'
  /** When it was last started, ISO 8601 with seconds; empty before the first start. */
  started_at: string
  /** What is only shown, as JSON text of the members of InstanceDetails that were given; empty for none. */
  details: string
}

/** An instance of the classic network that is linked to a VPC. */
export interface ClassicLinkRow {
  instance_id: string
  vpc_id: string
  account_id: string
  region_id: string
  created_revision: number
}

export interface InterfaceRow extends Owned {
  /** Empty in the classic network, where an interface is part of its instance and has no life of its own. */
  vpc_id: string
  vswitch_id: string
  zone_id: string
  /** Empty while not attached. */
  instance_id: string
  type: 'Primary' | 'Secondary'
  mac: string
  name: string
  description: string
  position: number
  /** Place among the interfaces of its instance: 0 is the primary one, and what is not attached. */
  device_index: number
  /** Whether it goes with its instance. */
  delete_on_release: number
  source_dest_check: number
  /** 0: as many as the instance type gives. */
  queue_number: number
  /** Seconds that an idle connection is remembered, by its state. */
  tcp_established_timeout: number
  tcp_closed_timeout: number
  udp_timeout: number
}

export interface InterfaceAddressRow {
  interface_id: string
  vpc_id: string
  /** Canonical text; unique within the VPC. */
  address: string
  family: 4 | 6
  is_primary: number
  position: number
}

export interface InterfaceGroupRow {
  interface_id: string
  group_id: string
  position: number
}

/** A path that was saved, to be analysed again and again. */
export interface NetworkPathRow {
  id: string
  account_id: string
  region_id: string
  /** ISO 8601 with seconds. */
  created_at: string
  name: string
  description: string
  /** JSON of `PathParameters`; no two paths of an account have the same. */
  parameters: string
}

/** What one analysis found. */
export interface PathAnalysisRow {
  id: string
  account_id: string
  /** Empty for an analysis without a saved path. */
  path_id: string
  /** When the path was made; without one, when the analysis was. */
  path_created_at: string
  /** JSON of `PathParameters`. */
  parameters: string
  /** `finish`, or `error` where the question could not be answered in time. */
  status: 'finish' | 'error'
  reachable: number
  /** NetworkReachableAnalysisResult as answered. */
  result: string
  created_at: string
}

export interface TagRow {
  account_id: string
  /** A `TaggedType` of the model. */
  resource_type: string
  resource_id: string
  key: string
  value: string
}

export interface ResourceGroupRow {
  id: string
  account_id: string
  /** The identifier; unique in the account. */
  name: string
  display_name: string
  is_default: number
  created_at: string
}

export interface ResourceGroupMemberRow {
  /** A `TaggedType` of the model. */
  resource_type: string
  resource_id: string
  group_id: string
}

export interface ClientTokenRow {
  account_id: string
  region_id: string
  action: string
  token: string
  /** Hash of the request's business parameters: the same token with others is a mismatch. */
  fingerprint: string
  /** The answer without RequestId, JSON. */
  answer: string
  created_at: string
}

export interface FeedRow {
  /** Always 1: one row. */
  id: number
  /** A new one makes older revisions meaningless. */
  epoch: string
}

export interface ChangeRow {
  revision: number
  /** ISO 8601 with milliseconds. */
  at: string
  account_id: string
  /** Who of the account called, as an ARN; empty when it was no call. So are the two that follow. */
  principal: string
  operation: string
  request_id: string
  /** JSON list of engine changes. */
  changes: string
  /** JSON list of what each of them replaced, null where there was nothing; empty when all of it is new. */
  befores: string
}
