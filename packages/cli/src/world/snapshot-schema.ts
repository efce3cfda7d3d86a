import { parseAddress, parseCidr } from '@sallyport/engine'
import { z } from 'zod'

/** The state of a server as `GET /v1/state` answers it: what the engine throws on is checked here. */

const id = z.string().min(1)
const action = z.enum(['accept', 'drop'])
const cidr = z
  .string()
  .refine((text) => typeof parseCidr(text) !== 'string', 'is no address or CIDR block, such as 10.0.0.0/8')
const address = z
  .string()
  .refine((text) => parseAddress(text) !== undefined, 'is no address, such as 10.0.0.1')
const port = z.number().int().min(1).max(65_535)
const range = z
  .strictObject({ first: port, last: port })
  .refine(({ first, last }) => first <= last, 'is no range: the smaller port comes first')
const seconds = z.number().int().min(0)

const rule = z.strictObject({
  id,
  group: id,
  direction: z.enum(['ingress', 'egress']),
  policy: action,
  priority: z.number().int().min(1).max(100),
  protocol: z.enum(['tcp', 'udp', 'icmp', 'icmpv6', 'gre', 'all']),
  peer: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('cidr'), cidr }),
    z.strictObject({ kind: z.literal('group'), group: id }),
    z.strictObject({ kind: z.literal('prefix-list'), list: id }),
  ]),
  local: cidr.nullable(),
  destinationPorts: z.union([range, z.strictObject({ list: id })]).nullable(),
  sourcePorts: range.nullable(),
  nic: z.literal('internet').optional(),
})

/** Empty in the classic network. */
const vpcOf = z.string()

const networkInterface = z.strictObject({
  id,
  instance: id.nullable(),
  vpc: vpcOf,
  mac: z.string(),
  addresses: z.array(address),
  groups: z.array(id),
  running: z.boolean(),
  device: z.number().int().min(0).optional(),
  timeouts: z.strictObject({ tcpEstablished: seconds, tcpClosed: seconds, udp: seconds }).optional(),
})

/** A snapshot as the change feed and `GET /v1/state` give it. */
export const snapshotSchema = z.strictObject({
  epoch: z.string(),
  revision: z.number().int().min(0),
  vpcs: z.array(z.strictObject({ id, cidrs: z.array(cidr) })),
  groups: z.array(
    z.strictObject({
      ...{ id, vpc: vpcOf, type: z.enum(['basic', 'advanced']), innerAccess: action },
      audit: z.literal(true).optional(),
    }),
  ),
  rules: z.array(rule),
  interfaces: z.array(networkInterface),
  prefixLists: z.array(z.strictObject({ id, family: z.literal([4, 6]), cidrs: z.array(cidr) })),
  portLists: z.array(z.strictObject({ id, ranges: z.array(range) })),
})
