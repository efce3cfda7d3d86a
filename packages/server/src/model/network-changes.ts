import { canonicalCidr, storedCidr } from '@sallyport/engine'
import { vpcError } from '../errors/vpc.js'
import { countClassicLinks } from '../store/classic-links.js'
import { deleteRouteTable } from '../store/route-tables.js'
import type { VpcRow, VSwitchRow } from '../store/schema.js'
import type { WriteSession } from '../store/session.js'
import { deleteSecondaryBlocks } from '../store/vpc-blocks.js'
import { deleteVpcRowOf, updateVpc, vpcHasGroup, vpcHasVSwitch } from '../store/vpcs.js'
import { updateVSwitch, vswitchesOf, vswitchHasIpv6User } from '../store/vswitches.js'
import { isWithin, overlaps, readVpcIpv6Block, vpcBlockProblem } from './address-space.js'
import { dropTags } from './tags.js'
import { blockInUse, blocksOf, ipv6BlockFor, recordVpc, vswitchIpv6 } from './vpc-blocks.js'

/** Which IPv6 block something is to have: whether any, and which one. Absent: as it is. */
export interface Ipv6Change<Wanted> {
  readonly enable: boolean | undefined
  readonly wanted: Wanted | undefined
}

export interface VpcChange {
  readonly name: string | undefined
  readonly description: string | undefined
  readonly userCidrs: string | undefined
  readonly cidrBlock: string | undefined
  readonly ipv6: Ipv6Change<string>
}

/** Changes what is given of a VPC, all or nothing, and tells the feed when its blocks changed. */
export async function modifyVpc(session: WriteSession, vpc: VpcRow, change: VpcChange): Promise<void> {
  const row: VpcRow = {
    ...vpc,
    name: change.name ?? vpc.name,
    description: change.description ?? vpc.description,
    user_cidrs: change.userCidrs ?? vpc.user_cidrs,
    cidr_block: await changedBlock(session, vpc, change.cidrBlock),
    ipv6_cidr_block: await changedIpv6(session, vpc, change.ipv6),
  }
  await updateVpc(session, row)
  if (row.cidr_block !== vpc.cidr_block || row.ipv6_cidr_block !== vpc.ipv6_cidr_block) {
    await recordVpc(session, row)
  }
}

/**
 * The VPC's IPv4 block once it is larger or smaller. It may not leave a vSwitch outside nor meet a secondary block, and
 * a default VPC keeps its own (the ModifyVpcAttribute and CreateDefaultVpc reference pages).
 */
async function changedBlock(session: WriteSession, vpc: VpcRow, wanted: string | undefined): Promise<string> {
  if (wanted === undefined || wanted === vpc.cidr_block) return vpc.cidr_block
  const problem =
    vpcBlockProblem(wanted) ??
    (vpc.is_default === 1 ? 'The block of a default VPC cannot be changed.' : undefined) ??
    (await misfit(session, vpc, wanted))
  if (problem !== undefined) throw vpcError('InvalidParameter#vpc-block', problem)
  return wanted
}

async function misfit(session: WriteSession, vpc: VpcRow, wanted: string): Promise<string | undefined> {
  const [before, after] = [storedCidr(vpc.cidr_block), storedCidr(wanted)]
  if (!isWithin(before, after) && !isWithin(after, before)) {
    return `${wanted} neither holds ${vpc.cidr_block} nor lies in it.`
  }
  const [, ...secondary] = (await blocksOf(session, vpc)).v4
  const met = secondary.find((block) => overlaps(storedCidr(block), after))
  if (met !== undefined) return `${wanted} overlaps ${met} of the VPC.`
  const left = (await vswitchesOf(session, vpc.id)).find(({ cidr_block }) => {
    const block = storedCidr(cidr_block)
    return isWithin(block, before) && !isWithin(block, after)
  })
  return left && `vSwitch ${left.id} would lie outside.`
}

async function changedIpv6(
  session: WriteSession,
  vpc: VpcRow,
  { enable, wanted }: Ipv6Change<string>,
): Promise<string> {
  if (enable === false) {
    if (wanted !== undefined) throw vpcError('InvalidParameter#ipv6-block', 'IPv6 is to be disabled.')
    return withoutIpv6(session, vpc)
  }
  if (enable === undefined && wanted === undefined) return vpc.ipv6_cidr_block
  if (vpc.ipv6_cidr_block === '') return ipv6BlockFor(session, wanted ?? 'any')
  const asked = wanted === undefined ? undefined : readVpcIpv6Block(wanted)
  if (wanted !== undefined && (!asked || canonicalCidr(asked) !== vpc.ipv6_cidr_block)) {
    throw vpcError('InvalidParameter#ipv6-block', 'The IPv6 block of a VPC cannot be changed.')
  }
  return vpc.ipv6_cidr_block
}

async function withoutIpv6(session: WriteSession, vpc: VpcRow): Promise<''> {
  const { v6 } = await blocksOf(session, vpc)
  if (v6.length > 1) throw vpcError('InvalidParameter#ipv6-block', 'The VPC has secondary IPv6 blocks.')
  if (v6[0] !== undefined && (await blockInUse(session, vpc, v6[0])))
    throw vpcError('DependencyViolation.VSwitch')
  return ''
}

export interface VSwitchChange {
  readonly name: string | undefined
  readonly description: string | undefined
  readonly ipv6: Ipv6Change<number | 'any'>
  /** Which of the VPC's IPv6 blocks. */
  readonly vpcIpv6: string | undefined
}

/** Changes what is given of a vSwitch, all or nothing. */
export async function modifyVSwitch(
  session: WriteSession,
  vpc: VpcRow,
  vswitch: VSwitchRow,
  change: VSwitchChange,
): Promise<void> {
  await updateVSwitch(session, {
    ...vswitch,
    name: change.name ?? vswitch.name,
    description: change.description ?? vswitch.description,
    ipv6_cidr_block: await changedVSwitchIpv6(session, vpc, vswitch, change),
  })
}

async function changedVSwitchIpv6(
  session: WriteSession,
  vpc: VpcRow,
  vswitch: VSwitchRow,
  { ipv6: { enable, wanted }, vpcIpv6 }: VSwitchChange,
): Promise<string> {
  if (enable === false) {
    if (wanted !== undefined) throw vpcError('InvalidParameter#ipv6-block', 'IPv6 is to be disabled.')
    if (await vswitchHasIpv6User(session, vswitch.id)) throw vpcError('DependencyViolation#vswitch')
    return ''
  }
  if (enable === undefined && wanted === undefined) return vswitch.ipv6_cidr_block
  const present = vswitch.ipv6_cidr_block
  if (present !== '' && (wanted === undefined || wanted === 'any')) return present
  const blocks = await blocksOf(session, vpc)
  const others = (await vswitchesOf(session, vpc.id)).filter(({ id }) => id !== vswitch.id)
  const block = vswitchIpv6(blocks, wanted ?? 'any', vpcIpv6, others)
  if (present !== '' && block !== present) {
    throw vpcError('InvalidParameter#ipv6-block', 'The IPv6 block of a vSwitch cannot be changed.')
  }
  if (others.some(({ ipv6_cidr_block }) => ipv6_cidr_block === block)) {
    throw vpcError('InvalidCidrBlock.Overlapped')
  }
  return block
}

/** Throws 404 DependencyViolation.Instance when an instance of the classic network is linked to the VPC. */
export async function refuseLinked(session: WriteSession, vpc: VpcRow): Promise<void> {
  if ((await countClassicLinks(session, vpc.id)) > 0) throw vpcError('DependencyViolation.Instance')
}

/** Deletes a VPC that has neither vSwitches nor groups nor links, with its route table and its blocks. */
export async function deleteVpc(session: WriteSession, vpc: VpcRow): Promise<void> {
  if (await vpcHasVSwitch(session, vpc.id)) throw vpcError('DependencyViolation.VSwitch')
  if (await vpcHasGroup(session, vpc.id)) throw vpcError('DependencyViolation.SecurityGroup')
  await refuseLinked(session, vpc)
  await deleteVpcRowOf(session, vpc.id)
  await deleteRouteTable(session, vpc.route_table_id)
  await deleteSecondaryBlocks(session, vpc.id)
  await dropTags(session, 'vpc', vpc.id)
  await dropTags(session, 'routetable', vpc.route_table_id)
  session.record({ kind: 'vpc', id: vpc.id, value: null })
}
