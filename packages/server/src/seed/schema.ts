import { z } from 'zod'

/** Symbolic names are the names that resources get, so they obey the rules of all of them. */
const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9._-]{1,127}$/, '2 to 128 letters, digits, ".", "_" or "-", a letter first')
const text = z.string().min(1).max(512)
const tags = z.record(z.string().min(1), z.string())
const most = 10_000

/** What something is called where the document was taken from. Whoever seeds a server gets ids of the server's own. */
const id = z
  .string()
  .regex(/^[^\s\p{C}]{1,512}$/u, 'an id: up to 512 characters without blanks')
  .optional()
const account = z.string().min(1).optional()

/** The other side of a rule: a CIDR block or address, a group, or a prefix list; by id, what the document lacks. */
const peer = z.union(
  [
    z.string().min(1),
    z.strictObject({ group: name, vpc: name.optional(), account }),
    z.strictObject({ groupId: id.unwrap(), account }),
    z.strictObject({ prefixList: name }),
    z.strictObject({ prefixListId: id.unwrap() }),
  ],
  'a CIDR block, {group: NAME} or {prefixList: NAME}',
)

const range = z.string().regex(/^\d{1,5}(-\d{1,5})?$/)
const port = z.number().int().min(1).max(65_535)

const rule = {
  id,
  protocol: z.enum(['tcp', 'udp', 'icmp', 'icmpv6', 'gre', 'all']),
  /** `443`, `8000-8080`, or `{list: NAME}`; tcp and udp only. */
  ports: z
    .union(
      [port, range, z.strictObject({ list: name }), z.strictObject({ listId: id.unwrap() })],
      'a port, FIRST-LAST or {list: NAME}',
    )
    .optional(),
  /** Ports that the packet comes from; tcp and udp only. */
  sourcePorts: z.union([port, range], 'a port or FIRST-LAST').optional(),
  /** The own side's addresses, of the interfaces that joined the group. */
  local: z.string().min(1).optional(),
  policy: z.enum(['accept', 'drop']).default('accept'),
  priority: z.number().int().min(1).max(100).default(1),
  description: text.optional(),
}

const group = z.strictObject({
  name,
  id,
  type: z.enum(['normal', 'enterprise']).default('normal'),
  description: text.optional(),
  innerAccess: z.enum(['accept', 'drop']).optional(),
  /** Whether what it drops is counted only. */
  audit: z.boolean().optional(),
  tags: tags.optional(),
  ingress: z
    .array(z.strictObject({ ...rule, from: peer }))
    .max(most)
    .default([]),
  egress: z
    .array(z.strictObject({ ...rule, to: peer }))
    .max(most)
    .default([]),
})

const vswitch = z.strictObject({
  name,
  id,
  zone: z.string().min(1),
  cidr: z.string().min(1),
  /** Number of the /64 within the VPC's IPv6 block. */
  ipv6: z.number().int().min(0).max(255).optional(),
  description: text.optional(),
})

/** What every network interface has. */
const link = {
  vswitch: name.optional(),
  groups: z.array(name).max(most),
  /** The primary private address. */
  ip: z.string().optional(),
  /** Further private IPv4 addresses. */
  ips: z.array(z.string()).max(49).default([]),
  ipv6: z.array(z.string()).max(10).default([]),
  mac: z
    .string()
    .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, 'a MAC address in lower case')
    .optional(),
  timeouts: z
    .strictObject({
      tcpEstablished: z.number().int().min(1),
      tcpClosed: z.number().int().min(1),
      udp: z.number().int().min(1),
    })
    .optional(),
}

/** An instance with its primary network interface. */
const instance = z.strictObject({
  name,
  id,
  ...link,
  /** Id of the primary network interface. */
  interface: id,
  running: z.boolean().default(true),
  type: z.string().min(1).default('ecs.g6.large'),
  image: z.string().min(1).default('aliyun_3_x64_20G_alibase.vhd'),
  tags: tags.optional(),
})

/** A network interface that is not the primary one of an instance. */
const networkInterface = z.strictObject({
  name,
  id,
  ...link,
  /** What it is attached to; its place there is `device`. */
  instance: name.optional(),
  device: z.number().int().min(0).max(63).optional(),
})

const vpcParts = {
  id,
  /** Further IPv4 and IPv6 blocks. */
  secondaryCidrs: z.array(z.string().min(1)).max(most).default([]),
  vswitches: z.array(vswitch).max(most).default([]),
  groups: z.array(group).max(most).default([]),
  instances: z.array(instance).max(most).default([]),
  interfaces: z.array(networkInterface).max(most).default([]),
}

const vpc = z.union(
  [
    z.strictObject({
      name,
      cidr: z.string().min(1),
      /** Whether there is an IPv6 block of the server's choice, or which. */
      ipv6: z.union([z.boolean(), z.string().min(1)], 'true, false or an IPv6 block').default(false),
      description: text.optional(),
      ...vpcParts,
    }),
    z.strictObject({ default: z.literal(true), ...vpcParts }),
  ],
  'a VPC with name and cidr, or with default: true',
)

const prefixList = z.strictObject({
  name,
  id,
  family: z.enum(['IPv4', 'IPv6']).default('IPv4'),
  maxEntries: z.number().int().min(1),
  description: text.optional(),
  entries: z.array(z.strictObject({ cidr: z.string().min(1), description: text.optional() })).default([]),
})

const portList = z.strictObject({
  name,
  id,
  maxEntries: z.number().int().min(1),
  entries: z
    .array(
      z.strictObject({ ports: z.union([port, range], 'a port or FIRST-LAST'), description: text.optional() }),
    )
    .default([]),
})

/** What one account is to have in one region. */
const accountPart = z.strictObject({
  /** Id or login name; the server's own account when absent. */
  account,
  region: z.string().min(1).optional(),
  prefixLists: z.array(prefixList).max(most).default([]),
  portLists: z.array(portList).max(most).default([]),
  vpcs: z.array(vpc).max(most).default([]),
})

/** A document of networks: what there is, or for a seed what there is to be, by name. */
export const seedSchema = z.strictObject({ accounts: z.array(accountPart).min(1, 'has no account') })

export type SeedDocument = z.input<typeof seedSchema>
export type Seed = z.output<typeof seedSchema>
export type SeedAccount = Seed['accounts'][number]
export type SeedVpc = SeedAccount['vpcs'][number]
export type SeedGroup = SeedVpc['groups'][number]
export type SeedInstance = SeedVpc['instances'][number]
export type SeedInterface = SeedVpc['interfaces'][number]
export type SeedRule = SeedGroup['ingress'][number] | SeedGroup['egress'][number]
