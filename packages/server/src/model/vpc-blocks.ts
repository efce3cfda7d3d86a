import { canonicalCidr, parseCidr, storedCidr, type Vpc } from '@sallyport/engine'
import { vpcError } from '../errors/vpc.js'
import type { VpcBlockRow, VpcRow, VSwitchRow } from '../store/schema.js'
import type { Session, WriteSession } from '../store/session.js'
import {
  deleteSecondaryBlock,
  everySecondaryBlock,
  insertSecondaryBlock,
  secondaryBlocksOf,
  secondaryBlockTaken,
} from '../store/vpc-blocks.js'
import { everyVpc, ipv6BlockTaken } from '../store/vpcs.js'
import { vswitchesOf } from '../store/vswitches.js'
import {
  isWithin,
  overlaps,
  readVpcIpv6Block,
  vpcBlockProblem,
  vpcIpv6Block,
  vswitchIpv6Block,
} from './address-space.js'
import type { Quotas } from './context.js'

/** All blocks of a VPC by family, the ones it was made or enabled with first. `v6` is empty without IPv6. */
export interface VpcBlocks {
  readonly v4: readonly string[]
  readonly v6: readonly string[]
}

type MainBlocks = Pick<VpcRow, 'cidr_block' | 'ipv6_cidr_block'>

/** The blocks of a stored VPC and of its secondary blocks. */
export function allBlocks(vpc: MainBlocks, secondary: readonly VpcBlockRow[]): VpcBlocks {
  const of = (family: 4 | 6) => secondary.filter((row) => row.family === family).map((row) => row.cidr_block)
  return {
    v4: [vpc.cidr_block, ...of(4)],
    v6: [...(vpc.ipv6_cidr_block === '' ? [] : [vpc.ipv6_cidr_block]), ...of(6)],
  }
}

/** The blocks of a VPC. */
export const blocksOf = async (session: Session, vpc: VpcRow): Promise<VpcBlocks> =>
  allBlocks(vpc, await secondaryBlocksOf(session, vpc.id))

const fact = (id: string, { v4, v6 }: VpcBlocks): Vpc => ({ id, cidrs: [...v4, ...v6] })

/** The facts of every VPC of every account, oldest first. */
export async function vpcFacts(session: Session): Promise<Vpc[]> {
  const secondary = await everySecondaryBlock(session)
  return (await everyVpc(session)).map((row) => fact(row.id, allBlocks(row, secondary.get(row.id) ?? [])))
}

/** Tells the change feed what a VPC now is. Every change of its blocks ends here. */
export async function recordVpc(session: WriteSession, vpc: VpcRow): Promise<void> {
  session.record({ kind: 'vpc', id: vpc.id, value: fact(vpc.id, await blocksOf(session, vpc)) })
}

/**
 * The IPv6 block to give a VPC: the one asked for, which must be free, or with `any` one of the server's own.
 * INVARIANT: no two VPCs share an IPv6 block.
 */
export async function ipv6BlockFor(session: WriteSession, wanted: string): Promise<string> {
  if (wanted === 'any') return freeIpv6Block(session)
  const block = readVpcIpv6Block(wanted)
  if (!block) throw vpcError('InvalidParameter#ipv6-block', `${wanted} is not a /56 of unicast addresses.`)
  const text = canonicalCidr(block)
  if (await taken(session, text)) {
    throw vpcError('InvalidParameter#ipv6-block', `${text} belongs to another VPC.`)
  }
  return text
}

const taken = async (session: Session, block: string): Promise<boolean> =>
  (await ipv6BlockTaken(session, block)) || (await secondaryBlockTaken(session, block))

/** The revision numbers the block: one call gives one block, so the first try is nearly always free. */
async function freeIpv6Block(session: WriteSession): Promise<string> {
  for (let number = session.takeRevision(); ; number++) {
    const block = vpcIpv6Block(number)
    if (!(await taken(session, block))) return block
  }
}

/**
 * The /64 of a vSwitch in an IPv6 block of its VPC: of the number asked for, or with `any` the lowest free one. Empty
 * when none is wanted; a block to take it from has to be the VPC's all the same.
 */
export function vswitchIpv6(
  { v6 }: VpcBlocks,
  wanted: number | 'any' | undefined,
  within: string | undefined,
  others: readonly VSwitchRow[],
): string {
  if (wanted === undefined && within === undefined) return ''
  const block = within === undefined ? v6[0] : v6.find((one) => one === canonical(within))
  if (block === undefined) {
    const why = within === undefined ? 'The VPC has no IPv6 block.' : `The VPC does not have ${within}.`
    throw vpcError('InvalidParameter#ipv6-block', why)
  }
  if (wanted === undefined) return ''
  if (wanted !== 'any') return vswitchIpv6Block(block, wanted)
  const used = new Set(others.map((other) => other.ipv6_cidr_block))
  for (let number = 0; number < 256; number++) {
    const free = vswitchIpv6Block(block, number)
    if (!used.has(free)) return free
  }
  throw vpcError('InvalidParameter#ipv6-block', 'The 256 blocks of the VPC are all in use.')
}

/** A block in canonical text; as it stands when it is none. */
function canonical(text: string): string {
  const cidr = parseCidr(text)
  return typeof cidr === 'string' ? text : canonicalCidr(cidr)
}

/** Adds an IPv4 block to a VPC, which must meet none that it has. Returns it in canonical text. */
export async function addIpv4Block(
  session: WriteSession,
  vpc: VpcRow,
  text: string,
  quotas: Quotas,
): Promise<string> {
  const problem = vpcBlockProblem(text)
  if (problem !== undefined) throw vpcError('InvalidParameter#vpc-block', problem)
  const blocks = await blocksOf(session, vpc)
  const met = blocks.v4.find((block) => overlaps(storedCidr(block), storedCidr(text)))
  if (met !== undefined) throw vpcError('InvalidParameter#vpc-block', `${text} overlaps ${met} of the VPC.`)
  return addBlock(session, vpc, 4, text, blocks.v4, quotas)
}

/** Adds an IPv6 block to a VPC that has IPv6: the one asked for, or with `any` one of the server's own. */
export async function addIpv6Block(
  session: WriteSession,
  vpc: VpcRow,
  wanted: string,
  quotas: Quotas,
): Promise<string> {
  const { v6 } = await blocksOf(session, vpc)
  if (v6.length === 0) throw vpcError('InvalidParameter#ipv6-block', 'IPv6 is not enabled for the VPC.')
  return addBlock(session, vpc, 6, await ipv6BlockFor(session, wanted), v6, quotas)
}

/** `present` are the VPC's blocks of the family, of which the first is not a secondary one. */
async function addBlock(
  session: WriteSession,
  vpc: VpcRow,
  family: 4 | 6,
  block: string,
  present: readonly string[],
  quotas: Quotas,
): Promise<string> {
  if (present.length > quotas.secondaryBlocksPerVpc) throw vpcError('QuotaExceeded.SecondaryCidr')
  const revision = session.takeRevision()
  await insertSecondaryBlock(session, {
    vpc_id: vpc.id,
    cidr_block: block,
    family,
    created_revision: revision,
  })
  await recordVpc(session, vpc)
  return block
}

/** Takes a secondary block from a VPC. Throws when the VPC does not have it as one, or a vSwitch lies in it. */
export async function removeBlock(session: WriteSession, vpc: VpcRow, text: string): Promise<void> {
  const block = canonical(text)
  const present = await secondaryBlocksOf(session, vpc.id)
  if (!present.some((row) => row.cidr_block === block)) throw vpcError('InvalidCidrBlock.NotFound')
  if (await blockInUse(session, vpc, block)) throw vpcError('OperationFailed.CidrInUse')
  await deleteSecondaryBlock(session, vpc.id, block)
  await recordVpc(session, vpc)
}

/** Whether a vSwitch of the VPC lies in the block, which is of either family. */
export async function blockInUse(session: Session, vpc: VpcRow, block: string): Promise<boolean> {
  const outer = storedCidr(block)
  return (await vswitchesOf(session, vpc.id)).some((vswitch) =>
    [vswitch.cidr_block, vswitch.ipv6_cidr_block].some(
      (inner) => inner !== '' && isWithin(storedCidr(inner), outer),
    ),
  )
}
