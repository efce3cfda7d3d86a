import { canonicalCidr, storedCidr, type Vpc } from '@sallyport/engine'
import { ecsError } from '../errors/ecs.js'
import { vpcError } from '../errors/vpc.js'
import { insertFreeRange } from '../store/free-ranges.js'
import type { VpcRow, VSwitchRow } from '../store/schema.js'
import type { Session, WriteSession } from '../store/session.js'
import { defaultVpcOf, everyVpc, insertVpc, ipv6BlockTaken } from '../store/vpcs.js'
import { insertVSwitch, vswitchesOf } from '../store/vswitches.js'
import {
  isWithin,
  overlaps,
  readNetwork,
  readVpcIpv6Block,
  usableOffsets,
  vpcBlockProblem,
  vpcIpv6Block,
  vswitchIpv6Block,
} from './address-space.js'
import { type ModelSettings, type Scope, secondsText } from './context.js'
import { newId } from './ids.js'

export { defaultVpcOf } from '../store/vpcs.js'

/** What a VPC is made of. `ipv6`: a block, `any` for one of the server's own, or none. */
export interface NewVpc {
  readonly cidrBlock: string
  readonly ipv6: string | undefined
  readonly name: string
  readonly description: string
  readonly isDefault: boolean
}

/** A stored VPC as the engine and the data planes know it. */
export const vpcFact = (row: Pick<VpcRow, 'id' | 'cidr_block' | 'ipv6_cidr_block'>): Vpc => ({
  id: row.id,
  cidrs: row.ipv6_cidr_block === '' ? [row.cidr_block] : [row.cidr_block, row.ipv6_cidr_block],
})

/** The facts of every VPC of every account, oldest first. */
export const vpcFacts = async (session: Session): Promise<Vpc[]> => (await everyVpc(session)).map(vpcFact)

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
    vrouter_id: newId('vrt', scope.regionId),
    route_table_id: newId('vtb', scope.regionId),
  }
  await insertVpc(session, row)
  session.record({ kind: 'vpc', id: row.id, value: vpcFact(row) })
  return row
}

async function ipv6BlockFor(session: WriteSession, wanted: string): Promise<string> {
  if (wanted === 'any') return freeIpv6Block(session)
  const block = readVpcIpv6Block(wanted)
  if (!block) throw vpcError('InvalidParameter#ipv6-block', `${wanted} is not a /56 of unicast addresses.`)
  const text = canonicalCidr(block)
  if (await ipv6BlockTaken(session, text)) {
    throw vpcError('InvalidParameter#ipv6-block', `${text} belongs to another VPC.`)
  }
  return text
}

/** The revision numbers the block: one call makes one VPC, so the first try is nearly always free. */
async function freeIpv6Block(session: WriteSession): Promise<string> {
  for (let number = session.takeRevision(); ; number++) {
    const block = vpcIpv6Block(number)
    if (!(await ipv6BlockTaken(session, block))) return block
  }
}

/** What a vSwitch is made of. `ipv6`: its 8 bits of the VPC's IPv6 block, or the lowest that are free. */
export interface NewVSwitch {
  readonly zoneId: string
  readonly cidrBlock: string
  readonly ipv6: number | 'any' | undefined
  readonly name: string
  readonly description: string
  readonly isDefault: boolean
}

/** Creates a vSwitch, once its blocks are known to lie in the VPC's and to meet no other vSwitch's. */
export async function createVSwitch(
  session: WriteSession,
  vpc: VpcRow,
  wanted: NewVSwitch,
  now: Date,
): Promise<VSwitchRow> {
  checkVSwitchBlock(vpc, wanted.cidrBlock)
  const others = await vswitchesOf(session, vpc.id)
  const row: VSwitchRow = {
    id: newId('vsw', vpc.region_id),
    account_id: vpc.account_id,
    region_id: vpc.region_id,
    created_at: secondsText(now),
    created_revision: session.takeRevision(),
    vpc_id: vpc.id,
    zone_id: wanted.zoneId,
    cidr_block: wanted.cidrBlock,
    ipv6_cidr_block: wanted.ipv6 === undefined ? '' : vswitchIpv6(vpc, wanted.ipv6, others),
    name: wanted.name,
    description: wanted.description,
    is_default: wanted.isDefault ? 1 : 0,
  }
  if (meetsAny(row, others)) throw vpcError('InvalidCidrBlock.Overlapped')
  await insertVSwitch(session, row)
  await insertFreeRange(session, { vswitch_id: row.id, ...usableOffsets(row.cidr_block) })
  return row
}

function checkVSwitchBlock(vpc: VpcRow, text: string): void {
  const block = readNetwork(text)
  if (!block) throw vpcError('InvalidCidrBlock.Malformed')
  if (block.prefix < 16 || block.prefix > 29) throw vpcError('InvalidCirdrBlock.MaskLength')
  if (!isWithin(block, storedCidr(vpc.cidr_block))) throw vpcError('InvalidParameter#not-in-vpc')
}

function vswitchIpv6(vpc: VpcRow, wanted: number | 'any', others: readonly VSwitchRow[]): string {
  if (vpc.ipv6_cidr_block === '') throw vpcError('InvalidParameter#ipv6-block', 'The VPC has no IPv6 block.')
  if (wanted !== 'any') return vswitchIpv6Block(vpc.ipv6_cidr_block, wanted)
  const taken = new Set(others.map((other) => other.ipv6_cidr_block))
  for (let number = 0; number < 256; number++) {
    const block = vswitchIpv6Block(vpc.ipv6_cidr_block, number)
    if (!taken.has(block)) return block
  }
  throw vpcError('InvalidParameter#ipv6-block', 'The 256 blocks of the VPC are all in use.')
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
      await createVSwitch(session, vpc, wanted, now)
    }
  }
}

const defaultVpc: NewVpc = {
  cidrBlock: '172.16.0.0/12',
  ipv6: undefined,
  name: '',
  description: '',
  isDefault: true,
}

const defaultVSwitch = (zoneId: string, index: number): NewVSwitch => ({
  zoneId,
  cidrBlock: `172.${16 + Math.floor(index / 16)}.${16 * (index % 16)}.0/20`,
  ipv6: undefined,
  name: '',
  description: '',
  isDefault: true,
})

/** The zone, if the region has it. Throws 404 InvalidZoneId.NotFound. */
export function zoneOf(settings: ModelSettings, regionId: string, zoneId: string): string {
  const region = settings.regions.find(({ id }) => id === regionId)
  if (!region?.zones.includes(zoneId)) throw ecsError('InvalidZoneId.NotFound')
  return zoneId
}
