import { formatAddress, parseAddress } from '@sallyport/engine'
import { ecsError } from '../errors/ecs.js'
import { findInstance } from '../store/instances.js'
import { addressesOf } from '../store/interfaces.js'
import type { InterfaceRow } from '../store/schema.js'
import type { Session, WriteSession } from '../store/session.js'
import { countExceeded } from './attachments.js'
import type { Quotas } from './context.js'
import { detachedLimits, interfaceLimitsOf } from './instance-limits.js'
import { addIpv4, addIpv6, type AddressWish, assignCodes, dropAddress } from './interface-addresses.js'
import { recordInterface, vswitchOf } from './interfaces.js'
import { checkGroupsOf } from './memberships.js'

/** Gives an interface secondary private IPv4 addresses, tells the feed, and returns them. */
export async function assignIpv4(
  session: WriteSession,
  row: InterfaceRow,
  wish: AddressWish,
  quotas: Quotas,
): Promise<string[]> {
  await checkCount(session, row, wish, 4)
  const added = await addIpv4(session, row, await vswitchOf(session, row), wish, assignCodes)
  await finish(session, row, quotas)
  return added
}

/** Gives an interface IPv6 addresses, tells the feed, and returns them. */
export async function assignIpv6(
  session: WriteSession,
  row: InterfaceRow,
  wish: AddressWish,
  quotas: Quotas,
): Promise<string[]> {
  await checkCount(session, row, wish, 6)
  const added = await addIpv6(session, row, await vswitchOf(session, row), wish)
  await finish(session, row, quotas)
  return added
}

async function finish(session: WriteSession, row: InterfaceRow, quotas: Quotas): Promise<void> {
  await checkGroupsOf(session, row, quotas)
  await recordInterface(session, row)
}

async function checkCount(
  session: Session,
  row: InterfaceRow,
  wish: AddressWish,
  family: 4 | 6,
): Promise<void> {
  const held = (await heldBy(session, row)).filter((address) => address.family === family).length
  const wanted = 'count' in wish ? wish.count : wish.addresses.length
  const limit = await limitOf(session, row, family)
  if (held + wanted > limit) throw countExceeded(family, row.id, limit, held, wanted)
}

async function limitOf(session: Session, row: InterfaceRow, family: 4 | 6): Promise<number> {
  const instance = await findInstance(session, row.account_id, row.instance_id)
  const limits = instance ? interfaceLimitsOf(instance.instance_type) : detachedLimits
  return family === 4 ? limits.ipv4 : limits.ipv6
}

const heldBy = async (session: Session, row: InterfaceRow) =>
  (await addressesOf(session, [row.id])).get(row.id) ?? []

/** Takes addresses of one family from an interface, but never its primary one, and tells the feed; all or none. */
export async function unassign(
  session: WriteSession,
  row: InterfaceRow,
  texts: readonly string[],
  family: 4 | 6,
): Promise<void> {
  const held = await heldBy(session, row)
  const vswitch = await vswitchOf(session, row)
  for (const text of texts) {
    const parsed = parseAddress(text)
    const wanted = parsed && formatAddress(parsed)
    const found = held.find(
      (address) => address.address === wanted && address.family === family && address.is_primary === 0,
    )
    if (!found) throw ecsError('InvalidIp.IpUnassigned', text)
    await dropAddress(session, vswitch, found)
  }
  await recordInterface(session, row)
}
