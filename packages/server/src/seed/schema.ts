import { z } from 'zod'

/** Symbolic names are the names that resources get, so they obey the rules of all of them. */
const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9._-]{1,127}$/, '2 to 128 letters, digits, ".", "_" or "-", a letter first')
const text = z.string().min(1).max(512)
const tags = z.record(z.string().min(1), z.string())
const most = 10_000

/** The other side of a rule: a CIDR block or address, a group, or a prefix list. */
const peer = z.union(
  [
    z.string().min(1),
    z.strictObject({ group: name, vpc: name.optional(), account: z.string().min(1).optional() }),
    z.strictObject({ prefixList: name }),
  ],
  'a CIDR block, {group: NAME} or {prefixList: NAME}',
)

const rule = {
  protocol: z.enum(['tcp', 'udp', 'icmp', 'icmpv6', 'gre', 'all']),
  /** `443`, `8000-8080`, or `{list: NAME}`; tcp and udp only. */
  ports: z
    .union(
      [
        z.number().int().min(1).max(65_535),
        z.string().regex(/^\d{1,5}(-\d{1,5})?$/),
        z.strictObject({ list: name }),
      ],
      'a port, FIRST-LAST or {list: NAME}',
    )
    .optional(),
  policy: z.enum(['accept', 'drop']).default('accept'),
  priority: z.number().int().min(1).max(100).default(1),
  description: text.optional(),
}

const group = z.strictObject({
  name,
  type: z.enum(['normal', 'enterprise']).default('normal'),
  description: text.optional(),
  innerAccess: z.enum(['accept', 'drop']).optional(),
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
  zone: z.string().min(1),
  cidr: z.string().min(1),
  description: text.optional(),
})

const instance = z.strictObject({
  name,
  /** Needed but in the default VPC. */
  vswitch: name.optional(),
  groups: z.array(name).min(1),
  ip: z.string().optional(),
  type: z.string().min(1).default('ecs.g6.large'),
  image: z.string().min(1).default('aliyun_3_x64_20G_alibase.vhd'),
  tags: tags.optional(),
})

const vpcParts = {
  vswitches: z.array(vswitch).max(most).default([]),
  groups: z.array(group).max(most).default([]),
  instances: z.array(instance).max(most).default([]),
}

const vpc = z.union(
  [
    z.strictObject({
      name,
      cidr: z.string().min(1),
      ipv6: z.boolean().default(false),
      description: text.optional(),
      ...vpcParts,
    }),
    z.strictObject({ default: z.literal(true), ...vpcParts }),
  ],
  'a VPC with name and cidr, or with default: true',
)

const prefixList = z.strictObject({
  name,
  family: z.enum(['IPv4', 'IPv6']).default('IPv4'),
  maxEntries: z.number().int().min(1),
  description: text.optional(),
  entries: z.array(z.strictObject({ cidr: z.string().min(1), description: text.optional() })).default([]),
})

const portList = z.strictObject({
  name,
  maxEntries: z.number().int().min(1),
  entries: z
    .array(z.strictObject({ ports: z.string().regex(/^\d{1,5}(-\d{1,5})?$/), description: text.optional() }))
    .default([]),
})

/** What one account is to have in one region. */
const accountPart = z.strictObject({
  /** Id or login name; the server's own account when absent. */
  account: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
  prefixLists: z.array(prefixList).max(most).default([]),
  portLists: z.array(portList).max(most).default([]),
  vpcs: z.array(vpc).max(most).default([]),
})

/** A seed file: what there is to be, by name. */
export const seedSchema = z.strictObject({ accounts: z.array(accountPart).min(1) })

export type SeedDocument = z.input<typeof seedSchema>
export type Seed = z.output<typeof seedSchema>
export type SeedAccount = Seed['accounts'][number]
export type SeedVpc = SeedAccount['vpcs'][number]
export type SeedGroup = SeedVpc['groups'][number]
export type SeedInstance = SeedVpc['instances'][number]
export type SeedRule = SeedGroup['ingress'][number] | SeedGroup['egress'][number]
