import type { Interface } from '@sallyport/engine'
import { findInstance } from '../store/instances.js'
import {
  addressesOf,
  deleteInterface,
  everyAddress,
  everyInterface,
  everyMembership,
  grouped,
  insertInterface,
  macTaken,
} from '../store/interfaces.js'
import { addMembership, groupIdsOf, removeMemberships } from '../store/memberships.js'
import type { InterfaceRow, VSwitchRow } from '../store/schema.js'
import type { Session, WriteSession } from '../store/session.js'
import { findVSwitch } from '../store/vswitches.js'
import { areDefault, timeoutsOf } from './connection-timeouts.js'
import { newId, newMac } from './ids.js'
import {
  addIpv4,
  addIpv6,
  addPrimary,
  type AddressWish,
  dropAddress,
  type Ipv4Codes,
} from './interface-addresses.js'
import { dropTags } from './tags.js'

/** The facts of every interface of every account, oldest first. */
export async function interfaceFacts(session: Session): Promise<Interface[]> {
  const addresses = grouped(await everyAddress(session), (row) => row.interface_id)
  const groups = grouped(await everyMembership(session), (row) => row.interface_id)
  return (await everyInterface(session)).map((row) =>
    interfaceFact(
      row,
      (addresses.get(row.id) ?? []).map(({ address }) => address),
      (groups.get(row.id) ?? []).map(({ group_id }) => group_id),
      row.status === 'Running',
    ),
  )
}

type FactRow = Pick<
  InterfaceRow,
  | ('id' | 'instance_id' | 'vpc_id' | 'mac' | 'device_index')
  | ('tcp_established_timeout' | 'tcp_closed_timeout' | 'udp_timeout')
>

/** An interface as the engine and the data planes know it. */
export function interfaceFact(
  row: FactRow,
  addresses: readonly string[],
  groups: readonly string[],
  running: boolean,
): Interface {
  const timeouts = timeoutsOf(row)
  return {
    id: row.id,
    instance: row.instance_id === '' ? null : row.instance_id,
    vpc: row.vpc_id,
    mac: row.mac,
    addresses,
    groups,
    running,
    ...(row.device_index > 0 && { device: row.device_index }),
    ...(!areDefault(timeouts) && { timeouts }),
  }
}

/** Tells the change feed what an interface now is. Every change of an interface or of its instance's status ends here. */
export async function recordInterface(session: WriteSession, row: InterfaceRow): Promise<void> {
  const addresses = (await addressesOf(session, [row.id])).get(row.id) ?? []
  const groups = (await groupIdsOf(session, [row.id])).get(row.id) ?? []
  const instance =
    row.instance_id === '' ? undefined : await findInstance(session, row.account_id, row.instance_id)
  const texts = addresses.map(({ address }) => address)
  const value = interfaceFact(row, texts, groups, instance?.status === 'Running')
  session.record({ kind: 'interface', id: row.id, value })
}

/** What can be told of an interface when it is made. */
type Described = Pick<
  InterfaceRow,
  | ('name' | 'description' | 'delete_on_release' | 'source_dest_check' | 'queue_number')
  | ('tcp_established_timeout' | 'tcp_closed_timeout' | 'udp_timeout')
>

/** What an interface has of which nothing was said (CreateNetworkInterface reference page). */
export const plainInterface: Described = {
  name: '',
  description: '',
  delete_on_release: 1,
  source_dest_check: 0,
  queue_number: 0,
  tcp_established_timeout: 910,
  tcp_closed_timeout: 3,
  udp_timeout: 30,
}

export interface NewInterface {
  readonly vswitch: VSwitchRow
  /** Empty for one that is not attached. The instance exists already. */
  readonly instanceId: string
  readonly type: InterfaceRow['type']
  /** Place among the interfaces of the instance: 0 for the primary one and for one that is not attached. */
  readonly device: number
  readonly described: Described
  readonly createdAt: string
  /** Order within one call. */
  readonly position: number
  /** The primary IPv4 address; undefined for the lowest free one. */
  readonly ipv4: string | undefined
  /** Further private IPv4 addresses. */
  readonly secondary: AddressWish
  readonly ipv6: AddressWish
  readonly codes: Ipv4Codes
  /** Checked before: same VPC, same type, each once. */
  readonly groupIds: readonly string[]
}

/** Creates an interface with its addresses in its groups, and tells the feed. Group quotas are left to the caller. */
export async function createInterface(session: WriteSession, wanted: NewInterface): Promise<InterfaceRow> {
  const { vswitch, codes } = wanted
  const row: InterfaceRow = {
    ...wanted.described,
    id: newId('eni', vswitch.region_id),
    account_id: vswitch.account_id,
    region_id: vswitch.region_id,
    created_at: wanted.createdAt,
    created_revision: session.takeRevision(),
    vpc_id: vswitch.vpc_id,
    vswitch_id: vswitch.id,
    zone_id: vswitch.zone_id,
    instance_id: wanted.instanceId,
    device_index: wanted.device,
    type: wanted.type,
    mac: await freshMac(session),
    position: wanted.position,
  }
  await insertInterface(session, row)
  await addPrimary(session, row, vswitch, wanted.ipv4, codes)
  await addIpv4(session, row, vswitch, wanted.secondary, codes)
  await addIpv6(session, row, vswitch, wanted.ipv6)
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

/** The vSwitch of an interface, which cannot be deleted before it. */
export async function vswitchOf(session: Session, row: InterfaceRow): Promise<VSwitchRow> {
  const scope = { accountId: row.account_id, regionId: row.region_id }
  const vswitch = await findVSwitch(session, scope, row.vswitch_id)
  if (!vswitch) throw new Error(`interface ${row.id} is in vSwitch ${row.vswitch_id}, which does not exist`)
  return vswitch
}

/** Removes an interface: its addresses become free, its tags go, and the feed is told. */
export async function removeInterface(session: WriteSession, row: InterfaceRow): Promise<void> {
  const vswitch = await vswitchOf(session, row)
  const addresses = (await addressesOf(session, [row.id])).get(row.id) ?? []
  for (const address of addresses) await dropAddress(session, vswitch, address)
  await removeMemberships(session, row.id)
  await deleteInterface(session, row.id)
  await dropTags(session, 'eni', row.id)
  session.record({ kind: 'interface', id: row.id, value: null })
}
