import { ecsError, type EcsErrorKey } from '../errors/ecs.js'
import { releaseOffset, takeLowest, takeOffset } from '../store/free-ranges.js'
import { addressesOf, addressTaken, deleteAddress, insertAddress } from '../store/interfaces.js'
import type { InterfaceAddressRow, InterfaceRow, VSwitchRow } from '../store/schema.js'
import type { Session, WriteSession } from '../store/session.js'
import { ipv4At, ipv4Offset, ipv6At, ipv6Within } from './address-space.js'

/** Which addresses an interface gets: so many that are free, or these. */
export type AddressWish = { readonly count: number } | { readonly addresses: readonly string[] }

/** Which code refuses a private IPv4 address depends on the operation. */
export interface Ipv4Codes {
  readonly invalid: EcsErrorKey
  readonly taken: EcsErrorKey
  readonly full: EcsErrorKey
}

/** What operations on instances answer. */
export const instanceCodes = {
  invalid: 'InvalidPrivateIpAddress',
  taken: 'InvalidPrivateIpAddress.Duplicated',
  full: 'QuotaExceeded.PrivateIpAddress',
} as const satisfies Ipv4Codes

/** What CreateNetworkInterface answers. */
export const newInterfaceCodes = {
  invalid: 'InvalidVSwitchId.IpInvalid',
  taken: 'InvalidPrivateIpAddress.Duplicated',
  full: 'InvalidVSwitchId.IpNotEnough',
} as const satisfies Ipv4Codes

/** What AssignPrivateIpAddresses answers. */
export const assignCodes = {
  invalid: 'InvalidVSwitchId.IpInvalid',
  taken: 'InvalidIp.IpAssigned',
  full: 'InvalidVSwitchId.IpNotEnough',
} as const satisfies Ipv4Codes

const amountOf = (wish: AddressWish): number => ('count' in wish ? wish.count : wish.addresses.length)

/** Gives a new interface its primary address: the one wanted, else the lowest that is free. */
export async function addPrimary(
  session: WriteSession,
  row: InterfaceRow,
  vswitch: VSwitchRow,
  wanted: string | undefined,
  codes: Ipv4Codes,
): Promise<void> {
  const offset = await takeIpv4(session, vswitch, wanted, codes)
  await append(session, row, [ipv4At(vswitch.cidr_block, offset)], 4)
}

/** Takes a vSwitch's free IPv4 address, and returns its offset. */
async function takeIpv4(
  session: Session,
  vswitch: VSwitchRow,
  wanted: string | undefined,
  codes: Ipv4Codes,
): Promise<number> {
  if (wanted === undefined) {
    const lowest = await takeLowest(session, vswitch.id)
    if (lowest === undefined) throw ecsError(codes.full, vswitch.id)
    return lowest
  }
  const offset = ipv4Offset(vswitch.cidr_block, wanted)
  if (offset === undefined) throw ecsError(codes.invalid, wanted, vswitch.cidr_block)
  if (await takeOffset(session, vswitch.id, offset)) return offset
  const inUse = await addressTaken(session, vswitch.vpc_id, ipv4At(vswitch.cidr_block, offset))
  throw inUse ? ecsError(codes.taken, wanted) : ecsError(codes.invalid, wanted, vswitch.cidr_block)
}

/** Gives an interface secondary private IPv4 addresses, and returns them. The feed is told by the caller. */
export async function addIpv4(
  session: WriteSession,
  row: InterfaceRow,
  vswitch: VSwitchRow,
  wish: AddressWish,
  codes: Ipv4Codes,
): Promise<string[]> {
  const added: string[] = []
  for (let index = 0; index < amountOf(wish); index++) {
    const wanted = 'addresses' in wish ? wish.addresses[index] : undefined
    added.push(ipv4At(vswitch.cidr_block, await takeIpv4(session, vswitch, wanted, codes)))
  }
  await append(session, row, added, 4)
  return added
}

/** Gives an interface IPv6 addresses, and returns them. The feed is told by the caller. */
export async function addIpv6(
  session: WriteSession,
  row: InterfaceRow,
  vswitch: VSwitchRow,
  wish: AddressWish,
): Promise<string[]> {
  const amount = amountOf(wish)
  if (amount === 0) return []
  const block = vswitch.ipv6_cidr_block
  if (block === '') throw ecsError('InvalidVSwitch.Ipv6NotTurnOn')
  const added =
    'addresses' in wish
      ? await namedIpv6(session, vswitch, wish.addresses)
      : await freeIpv6(session, row, vswitch, amount)
  await append(session, row, added, 6)
  return added
}

async function namedIpv6(
  session: Session,
  vswitch: VSwitchRow,
  wanted: readonly string[],
): Promise<string[]> {
  const taken = new Set<string>()
  for (const text of wanted) {
    const address = ipv6Within(vswitch.ipv6_cidr_block, text)
    if (address === undefined) throw ecsError('InvalidIp.Address', text)
    if (taken.has(address) || (await addressTaken(session, vswitch.vpc_id, address))) {
      throw ecsError('InvalidIp.IpAssigned', text)
    }
    taken.add(address)
  }
  return [...taken]
}

async function freeIpv6(
  session: Session,
  row: InterfaceRow,
  vswitch: VSwitchRow,
  amount: number,
): Promise<string[]> {
  const held = (await addressesOf(session, [row.id])).get(row.id) ?? []
  const offset = ipv4Offset(vswitch.cidr_block, held[0]?.address ?? '') ?? 0
  const free: string[] = []
  for (let index = 0; free.length < amount; index++) {
    const address = ipv6At(vswitch.ipv6_cidr_block, offset, index)
    if (!(await addressTaken(session, vswitch.vpc_id, address))) free.push(address)
  }
  return free
}

/** After those that it has. INVARIANT: the first address of an interface is its primary one. */
async function append(
  session: WriteSession,
  row: InterfaceRow,
  addresses: readonly string[],
  family: 4 | 6,
): Promise<void> {
  if (addresses.length === 0) return
  const held = (await addressesOf(session, [row.id])).get(row.id) ?? []
  const next = (held.at(-1)?.position ?? -1) + 1
  for (const [index, address] of addresses.entries()) {
    const position = next + index
    await insertAddress(session, {
      ...{ interface_id: row.id, vpc_id: row.vpc_id, address, family, position },
      is_primary: position === 0 ? 1 : 0,
    })
  }
}

/** Takes an address from an interface. It is free then. */
export async function dropAddress(
  session: WriteSession,
  vswitch: VSwitchRow,
  { vpc_id, address, family }: InterfaceAddressRow,
): Promise<void> {
  await deleteAddress(session, vpc_id, address)
  const offset = family === 4 ? ipv4Offset(vswitch.cidr_block, address) : undefined
  if (offset !== undefined) await releaseOffset(session, vswitch.id, offset)
}
