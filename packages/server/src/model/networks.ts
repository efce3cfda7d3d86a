import { storedCidr } from '@sallyport/engine'
import { ecsError } from '../errors/ecs.js'
import { vpcError } from '../errors/vpc.js'
import { insertFreeRange } from '../store/free-ranges.js'
import { insertRouteTable } from '../store/route-tables.js'
import type { VpcRow, VSwitchRow } from '../store/schema.js'
import type { WriteSession } from '../store/session.js'
import { countVpcsMade, defaultVpcOf, insertVpc } from '../store/vpcs.js'
import { insertVSwitch, vswitchesOf } from '../store/vswitches.js'
import {
  freeNetwork,
  isWithin,
  overlaps,
  readNetwork,
  usableOffsets,
  vpcBlockProblem,
} from './address-space.js'
import { type ModelSettings, type Quotas, type Scope, secondsText } from './context.js'
import { newId } from './ids.js'
import { blocksOf, ipv6BlockFor, recordVpc, type VpcBlocks, vswitchIpv6 } from './vpc-blocks.js'

export { defaultVpcOf } from '../store/vpcs.js'

/** What a VPC is made of. `ipv6`: a block, `any` for one of the server's own, or none. */
export interface NewVpc {
  readonly cidrBlock: string
  readonly ipv6: string | undefined
  readonly name: string
  readonly description: string
  /** Written as parseUserCidrs returns it. */
  readonly userCidrs: string
  readonly isDefault: boolean
}

/** Creates a VPC, once its blocks are checked. VPCs may have the same IPv4 block, but never the same IPv6 block. */
export async function createVpc(
  session: WriteSession,
  scope: Scope,
  wanted: NewVpc,
  now: Date,
): Promise<VpcRow> {
  const problem = vpcBlockProblem(wanted.cidrBlock)
  if (problem !== undefined) throw vpcError('InvalidParameter#vpc-block', problem)
  const row: VpcRow = {
    id: newId('vpc', scope.regionId),
    account_id: scope.accountId,
    region_id: scope.regionId,
    created_at: secondsText(now),
    created_revision: session.takeRevision(),
    cidr_block: wanted.cidrBlock,
    ipv6_cidr_block: wanted.ipv6 === undefined ? '' : await ipv6BlockFor(session, wanted.ipv6),
    name: wanted.name,
    description: wanted.description,
    is_default: wanted.isDefault ? 1 : 0,
    ...{ vrouter_id: newId('vrt', scope.regionId), vrouter_name: '', vrouter_description: '' },
    route_table_id: newId('vtb', scope.regionId),
    user_cidrs: wanted.userCidrs,
    classic_link: 0,
  }
  await insertVpc(session, row)
  const { account_id, region_id, created_at, created_revision } = row
  await insertRouteTable(session, {
    ...{ id: row.route_table_id, vpc_id: row.id, name: '', description: '', propagation: 1 },
    ...{ account_id, region_id, created_at, created_revision },
  })
  await recordVpc(session, row)
  return row
}

/** Throws 400 QuotaExceeded.Vpc unless the account may make one more VPC in the region. */
export async function checkVpcQuota(session: WriteSession, scope: Scope, quotas: Quotas): Promise<void> {
  if ((await countVpcsMade(session, scope)) >= quotas.vpcsPerRegion) throw vpcError('QuotaExceeded.Vpc')
}

/** What a vSwitch is made of. */
export interface NewVSwitch {
  readonly zoneId: string
  /** A block, or the mask of the lowest free one. */
  readonly cidrBlock: string | { readonly mask: number }
  /** Its 8 bits of the VPC's IPv6 block, or the lowest that are free. */
  readonly ipv6: number | 'any' | undefined
  /** Which of the VPC's IPv6 blocks; the one that it was enabled with when absent. */
  readonly vpcIpv6?: string | undefined
  readonly name: string
  readonly description: string
  readonly isDefault: boolean
}

/**
 * Creates a vSwitch, once its blocks are known to lie in the VPC's and to meet no other vSwitch's. Default vSwitches do
 * not count against the quota, and are made whatever it is.
 */
export async function createVSwitch(
  session: WriteSession,
  vpc: VpcRow,
  wanted: NewVSwitch,
  quotas: Quotas,
  now: Date,
): Promise<VSwitchRow> {
  const blocks = await blocksOf(session, vpc)
  const others = await vswitchesOf(session, vpc.id)
  const row: VSwitchRow = {
    id: newId('vsw', vpc.region_id),
    account_id: vpc.account_id,
    region_id: vpc.region_id,
    created_at: secondsText(now),
    created_revision: session.takeRevision(),
    vpc_id: vpc.id,
    zone_id: wanted.zoneId,
    cidr_block: vswitchBlock(blocks, wanted.cidrBlock, others),
    ipv6_cidr_block: vswitchIpv6(blocks, wanted.ipv6, wanted.vpcIpv6, others),
    name: wanted.name,
    description: wanted.description,
    is_default: wanted.isDefault ? 1 : 0,
  }
  if (meetsAny(row, others)) throw vpcError('InvalidCidrBlock.Overlapped')
  const counted = others.filter((other) => other.is_default === 0).length
  if (!wanted.isDefault && counted >= quotas.vswitchesPerVpc) throw vpcError('QuotaExceeded.VSwitch')
  await insertVSwitch(session, row)
  await insertFreeRange(session, { vswitch_id: row.id, ...usableOffsets(row.cidr_block) })
  return row
}

function vswitchBlock(
  { v4 }: VpcBlocks,
  wanted: NewVSwitch['cidrBlock'],
  others: readonly VSwitchRow[],
): string {
  if (typeof wanted !== 'string') {
    const taken = others.map((other) => storedCidr(other.cidr_block))
    const free = freeNetwork(v4.map(storedCidr), wanted.mask, taken)
    if (free === undefined) throw vpcError('InvalidParameter#not-in-vpc')
    return free
  }
  const block = readNetwork(wanted)
  if (!block) throw vpcError('InvalidCidrBlock.Malformed')
  if (block.prefix < 16 || block.prefix > 29) throw vpcError('InvalidCirdrBlock.MaskLength')
  if (!v4.some((outer) => isWithin(block, storedCidr(outer)))) throw vpcError('InvalidParameter#not-in-vpc')
  return wanted
}

type Blocks = Pick<VSwitchRow, 'cidr_block' | 'ipv6_cidr_block'>

function meetsAny(row: Blocks, others: readonly Blocks[]): boolean {
  const block = storedCidr(row.cidr_block)
  return others.some(
    (other) =>
      overlaps(block, storedCidr(other.cidr_block)) ||
      (row.ipv6_cidr_block !== '' && row.ipv6_cidr_block === other.ipv6_cidr_block),
  )
}

/**
 * Creates what is missing of the account's default networks in every region: a VPC 172.16.0.0/12 with a vSwitch in
 * each zone, 172.16.0.0/20 in the first, 172.16.16.0/20 in the second and so on (the blocks of the real service's). A
 * zone whose block a vSwitch of the user's meets goes without.
 */
export async function ensureDefaultNetworks(
  session: WriteSession,
  accountId: string,
  settings: ModelSettings,
  now: Date,
): Promise<void> {
  for (const { id: regionId, zones } of settings.regions) {
    const scope = { accountId, regionId }
    const vpc = (await defaultVpcOf(session, scope)) ?? (await createVpc(session, scope, defaultVpc, now))
    const present = await vswitchesOf(session, vpc.id)
    for (const [index, zoneId] of zones.entries()) {
      if (present.some((vswitch) => vswitch.is_default === 1 && vswitch.zone_id === zoneId)) continue
      const wanted = defaultVSwitch(zoneId, index)
      if (meetsAny({ cidr_block: wanted.cidrBlock, ipv6_cidr_block: '' }, present)) continue
      await createVSwitch(session, vpc, wanted, settings.quotas, now)
    }
  }
}

/** What a default VPC is made of (the real service's). */
export const defaultVpc: NewVpc = {
  cidrBlock: '172.16.0.0/12',
  ipv6: undefined,
  name: '',
  description: '',
  userCidrs: '',
  isDefault: true,
}

/** What the default vSwitch of a zone is made of, by the zone's place in its region. */
export const defaultVSwitch = (zoneId: string, index: number) =>
  ({
    zoneId,
    cidrBlock: `172.${16 + Math.floor(index / 16)}.${16 * (index % 16)}.0/20`,
    ipv6: undefined,
    name: '',
    description: '',
    isDefault: true,
  }) satisfies NewVSwitch

/** The zone, if the region has it. Throws 404 InvalidZoneId.NotFound. */
export function zoneOf(settings: ModelSettings, regionId: string, zoneId: string): string {
  const region = settings.regions.find(({ id }) => id === regionId)
  if (!region?.zones.includes(zoneId)) throw ecsError('InvalidZoneId.NotFound')
  return zoneId
}
