import type { Interface } from '@sallyport/engine'
import { ecsError } from '../errors/ecs.js'
import { releaseOffset, takeLowest, takeOffset } from '../store/free-ranges.js'
import { findInstance } from '../store/instances.js'
import {
  addressesOf,
  addressTaken,
  deleteInterface,
  everyAddress,
  everyInterface,
  everyMembership,
  grouped,
  insertAddress,
  insertInterface,
  macTaken,
} from '../store/interfaces.js'
import { addMembership, groupIdsOf, removeMemberships } from '../store/memberships.js'
import type { InterfaceRow, VSwitchRow } from '../store/schema.js'
import type { Session, WriteSession } from '../store/session.js'
import { ipv4At, ipv4Offset, ipv6At, ipv6Within } from './address-space.js'
import { newId, newMac } from './ids.js'
import { dropTags } from './tags.js'

/** The facts of every interface of every account, oldest first. */
export async function interfaceFacts(session: Session): Promise<Interface[]> {
  const addresses = grouped(await everyAddress(session), (row) => row.interface_id)
  const groups = grouped(await everyMembership(session), (row) => row.interface_id)
  return (await everyInterface(session)).map((row) =>
    fact(
      row,
      (addresses.get(row.id) ?? []).map(({ address }) => address),
      (groups.get(row.id) ?? []).map(({ group_id }) => group_id),
      row.status === 'Running',
    ),
  )
}

const fact = (
  row: Pick<InterfaceRow, 'id' | 'instance_id' | 'vpc_id' | 'mac'>,
  addresses: readonly string[],
  groups: readonly string[],
  running: boolean,
): Interface => ({
  id: row.id,
  instance: row.instance_id === '' ? null : row.instance_id,
  vpc: row.vpc_id,
  mac: row.mac,
  addresses,
  groups,
  running,
})

/** Tells the change feed what an interface now is. Every change of an interface or of its instance's status ends here. */
export async function recordInterface(session: WriteSession, row: InterfaceRow): Promise<void> {
  const addresses = (await addressesOf(session, [row.id])).get(row.id) ?? []
  const groups = (await groupIdsOf(session, [row.id])).get(row.id) ?? []
  const instance =
    row.instance_id === '' ? undefined : await findInstance(session, row.account_id, row.instance_id)
  const texts = addresses.map(({ address }) => address)
  const value = fact(row, texts, groups, instance?.status === 'Running')
  session.record({ kind: 'interface', id: row.id, value })
}

/** Which IPv6 addresses an interface gets: so many, or these. */
export type Ipv6Wish = { readonly count: number } | { readonly addresses: readonly string[] }

export interface NewInterface {
  readonly vswitch: VSwitchRow
  readonly instanceId: string
  readonly type: InterfaceRow['type']
  readonly name: string
  readonly description: string
  readonly createdAt: string
  readonly position: number
  /** The primary IPv4 address; undefined for the lowest free one. */
  readonly ipv4: string | undefined
  readonly ipv6: Ipv6Wish
  /** Checked before: same VPC, same type, each once. */
  readonly groupIds: readonly string[]
}

/** Creates an interface with its addresses in its groups, and tells the feed. Its instance exists already. */
export async function createInterface(session: WriteSession, wanted: NewInterface): Promise<InterfaceRow> {
  const { vswitch } = wanted
  const row: InterfaceRow = {
    id: newId('eni', vswitch.region_id),
    account_id: vswitch.account_id,
    region_id: vswitch.region_id,
    created_at: wanted.createdAt,
    created_revision: session.takeRevision(),
    vpc_id: vswitch.vpc_id,
    vswitch_id: vswitch.id,
    zone_id: vswitch.zone_id,
    instance_id: wanted.instanceId,
    type: wanted.type,
    mac: await freshMac(session),
    name: wanted.name,
    description: wanted.description,
    position: wanted.position,
  }
  await insertInterface(session, row)
  const offset = await takeIpv4(session, vswitch, wanted.ipv4)
  const ipv6 = await takeIpv6(session, vswitch, offset, wanted.ipv6)
  for (const [position, address] of [ipv4At(vswitch.cidr_block, offset), ...ipv6].entries()) {
    await insertAddress(session, {
      ...{ interface_id: row.id, vpc_id: row.vpc_id, address, position },
      ...{ family: position === 0 ? 4 : 6, is_primary: position === 0 ? 1 : 0 },
    })
  }
  for (const [position, groupId] of wanted.groupIds.entries()) {
    await addMembership(session, row.id, groupId, position)
  }
  await recordInterface(session, row)
  return row
}

/** INVARIANT: no two interfaces share a hardware address, so a data plane may switch by it. */
async function freshMac(session: Session): Promise<string> {
  for (;;) {
    const mac = newMac()
    if (!(await macTaken(session, mac))) return mac
  }
}

async function takeIpv4(session: Session, vswitch: VSwitchRow, wanted: string | undefined): Promise<number> {
  if (wanted === undefined) {
    const lowest = await takeLowest(session, vswitch.id)
    if (lowest === undefined) throw ecsError('QuotaExceeded.PrivateIpAddress')
    return lowest
  }
  const offset = ipv4Offset(vswitch.cidr_block, wanted)
  if (offset === undefined) throw ecsError('InvalidPrivateIpAddress')
  if (await takeOffset(session, vswitch.id, offset)) return offset
  const inUse = await addressTaken(session, vswitch.vpc_id, ipv4At(vswitch.cidr_block, offset))
  throw ecsError(inUse ? 'InvalidPrivateIpAddress.Duplicated' : 'InvalidPrivateIpAddress')
}

async function takeIpv6(
  session: Session,
  vswitch: VSwitchRow,
  offset: number,
  wish: Ipv6Wish,
): Promise<string[]> {
  const block = vswitch.ipv6_cidr_block
  const asked = 'count' in wish ? wish.count : wish.addresses.length
  if (asked === 0) return []
  if (block === '') throw ecsError('InvalidVSwitch.Ipv6NotTurnOn')
  const taken = new Set<string>()
  if ('addresses' in wish) {
    for (const text of wish.addresses) {
      const address = ipv6Within(block, text)
      if (address === undefined) throw ecsError('InvalidIp.Address', text)
      if (taken.has(address) || (await addressTaken(session, vswitch.vpc_id, address))) {
        throw ecsError('InvalidIp.IpAssigned', text)
      }
      taken.add(address)
    }
    return [...taken]
  }
  for (let index = 0; taken.size < asked; index++) {
    const address = ipv6At(block, offset, index)
    if (!(await addressTaken(session, vswitch.vpc_id, address))) taken.add(address)
  }
  return [...taken]
}

/** Removes an interface: its addresses become free, its tags go, and the feed is told. */
export async function removeInterface(
  session: WriteSession,
  row: InterfaceRow,
  vswitch: VSwitchRow,
): Promise<void> {
  const addresses = (await addressesOf(session, [row.id])).get(row.id) ?? []
  for (const { address, family } of addresses) {
    const offset = family === 4 ? ipv4Offset(vswitch.cidr_block, address) : undefined
    if (offset !== undefined) await releaseOffset(session, vswitch.id, offset)
  }
  await removeMemberships(session, row.id)
  await deleteInterface(session, row.id)
  await dropTags(session, 'eni', row.id)
  session.record({ kind: 'interface', id: row.id, value: null })
}
