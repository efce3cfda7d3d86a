import type { Scope } from '../model/context.js'
import type { InterfaceAddressRow, InterfaceRow } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

const selectInterface = statement<Scope & { id: string }>()((db, p) =>
  db
    .selectFrom('interfaces')
    .selectAll()
    .where('id', '=', p.id)
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId)
    .where('vpc_id', '<>', ''),
)

const selectOfInstance = statement<{ instanceId: string }>()((db, p) =>
  db
    .selectFrom('interfaces')
    .selectAll()
    .where('instance_id', '=', p.instanceId)
    .orderBy('type')
    .orderBy('device_index')
    .orderBy('created_revision')
    .orderBy('position'),
)

const selectByMac = statement<{ mac: string }>()((db, p) =>
  db.selectFrom('interfaces').select('id').where('mac', '=', p.mac).limit(1),
)

const selectInVSwitch = statement<{ vswitchId: string }>()((db, p) =>
  db.selectFrom('interfaces').select('id').where('vswitch_id', '=', p.vswitchId).limit(1),
)

const selectByAddress = statement<{ vpcId: string; address: string }>()((db, p) =>
  db
    .selectFrom('interface_addresses')
    .select('interface_id')
    .where('vpc_id', '=', p.vpcId)
    .where('address', '=', p.address),
)

const selectEvery = statement()((db) =>
  db
    .selectFrom('interfaces')
    .leftJoin('instances', 'instances.id', 'interfaces.instance_id')
    .select([
      'interfaces.id',
      'interfaces.instance_id',
      'interfaces.vpc_id',
      'interfaces.mac',
      'interfaces.device_index',
      'interfaces.tcp_established_timeout',
      'interfaces.tcp_closed_timeout',
      'interfaces.udp_timeout',
      'instances.status',
    ])
    .orderBy('interfaces.created_revision')
    .orderBy('interfaces.position'),
)

const selectEveryAddress = statement()((db) =>
  db.selectFrom('interface_addresses').selectAll().orderBy('interface_id').orderBy('position'),
)

const selectEveryMembership = statement()((db) =>
  db.selectFrom('interface_groups').selectAll().orderBy('interface_id').orderBy('position'),
)

const insertInterfaceRow = statement<InterfaceRow>()((db, p) =>
  db.insertInto('interfaces').values({
    id: p.id,
    account_id: p.account_id,
    region_id: p.region_id,
    created_at: p.created_at,
    created_revision: p.created_revision,
    vpc_id: p.vpc_id,
    vswitch_id: p.vswitch_id,
    zone_id: p.zone_id,
    instance_id: p.instance_id,
    type: p.type,
    mac: p.mac,
    name: p.name,
    description: p.description,
    position: p.position,
    device_index: p.device_index,
    delete_on_release: p.delete_on_release,
    source_dest_check: p.source_dest_check,
    queue_number: p.queue_number,
    tcp_established_timeout: p.tcp_established_timeout,
    tcp_closed_timeout: p.tcp_closed_timeout,
    udp_timeout: p.udp_timeout,
  }),
)

const updateAttributes = statement<InterfaceAttributes & { id: string }>()((db, p) =>
  db
    .updateTable('interfaces')
    .set({
      name: p.name,
      description: p.description,
      delete_on_release: p.delete_on_release,
      source_dest_check: p.source_dest_check,
      queue_number: p.queue_number,
      tcp_established_timeout: p.tcp_established_timeout,
      tcp_closed_timeout: p.tcp_closed_timeout,
      udp_timeout: p.udp_timeout,
    })
    .where('id', '=', p.id),
)

const updateAttachment = statement<Attachment & { id: string }>()((db, p) =>
  db
    .updateTable('interfaces')
    .set({ instance_id: p.instance_id, device_index: p.device_index, type: p.type })
    .where('id', '=', p.id),
)

const countSecondary = statement<Scope>()((db, p) =>
  db
    .selectFrom('interfaces')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId)
    .where('type', '=', 'Secondary'),
)

const deleteAddressRow = statement<{ vpcId: string; address: string }>()((db, p) =>
  db.deleteFrom('interface_addresses').where('vpc_id', '=', p.vpcId).where('address', '=', p.address),
)

const insertAddressRow = statement<InterfaceAddressRow>()((db, p) =>
  db.insertInto('interface_addresses').values({
    interface_id: p.interface_id,
    vpc_id: p.vpc_id,
    address: p.address,
    family: p.family,
    is_primary: p.is_primary,
    position: p.position,
  }),
)

const deleteInterfaceRow = statement<{ id: string }>()((db, p) =>
  db.deleteFrom('interfaces').where('id', '=', p.id),
)

const deleteAddressesOf = statement<{ id: string }>()((db, p) =>
  db.deleteFrom('interface_addresses').where('interface_id', '=', p.id),
)

/** An interface by id, if the account has it in a VPC of the region. */
export const findInterface = (
  session: Session,
  scope: Scope,
  id: string,
): Promise<InterfaceRow | undefined> => session.first(selectInterface, { ...scope, id })

/** The interfaces of an instance, the primary one first. */
export const interfacesOf = (session: Session, instanceId: string): Promise<InterfaceRow[]> =>
  session.all(selectOfInstance, { instanceId })

/** Whether an interface of any account has the hardware address. */
export const macTaken = async (session: Session, mac: string): Promise<boolean> =>
  (await session.first(selectByMac, { mac })) !== undefined

/** Whether an interface is in the vSwitch. */
export const vswitchInUse = async (session: Session, vswitchId: string): Promise<boolean> =>
  (await session.first(selectInVSwitch, { vswitchId })) !== undefined

/** Whether an interface in the VPC has the address, given in canonical text. */
export const addressTaken = async (session: Session, vpcId: string, address: string): Promise<boolean> =>
  (await session.first(selectByAddress, { vpcId, address })) !== undefined

/** What data planes need of every interface of every account, oldest first. */
export const everyInterface = (session: Session) => session.all(selectEvery, {})

/** Every address, in order within each interface. */
export const everyAddress = (session: Session) => session.all(selectEveryAddress, {})

/** Every membership, in the order joined within each interface. */
export const everyMembership = (session: Session) => session.all(selectEveryMembership, {})

export async function insertInterface(session: Session, row: InterfaceRow): Promise<void> {
  await session.run(insertInterfaceRow, row)
}

/** Gives an address to an interface; throws when the VPC has it already, so look first. */
export async function insertAddress(session: Session, row: InterfaceAddressRow): Promise<void> {
  await session.run(insertAddressRow, row)
}

/** What can be modified of an interface without touching its addresses, groups or instance. */
export type InterfaceAttributes = Pick<
  InterfaceRow,
  | ('name' | 'description' | 'delete_on_release' | 'source_dest_check' | 'queue_number')
  | ('tcp_established_timeout' | 'tcp_closed_timeout' | 'udp_timeout')
>

/** Where an interface is attached; `instance_id` is empty and the index 0 where it is not. */
export type Attachment = Pick<InterfaceRow, 'instance_id' | 'device_index' | 'type'>

export async function setAttributes(
  session: Session,
  row: InterfaceAttributes & { id: string },
): Promise<void> {
  await session.run(updateAttributes, row)
}

export async function setAttachment(session: Session, row: Attachment & { id: string }): Promise<void> {
  await session.run(updateAttachment, row)
}

/** How many secondary interfaces the account has in the region, attached or not. */
export const countSecondaryInterfaces = async (session: Session, scope: Scope): Promise<number> =>
  Number((await session.first(countSecondary, scope))?.count ?? 0)

/** Takes an address of the VPC, in canonical text, from the interface that has it. */
export async function deleteAddress(session: Session, vpcId: string, address: string): Promise<void> {
  await session.run(deleteAddressRow, { vpcId, address })
}

/** Removes an interface and its addresses; its memberships go in the same transaction. */
export async function deleteInterface(session: Session, id: string): Promise<void> {
  await session.run(deleteAddressesOf, { id })
  await session.run(deleteInterfaceRow, { id })
}

/** The interfaces of several instances, by instance, primary ones first. */
export async function interfacesOfAll(
  session: Session,
  instanceIds: readonly string[],
): Promise<Map<string, InterfaceRow[]>> {
  if (instanceIds.length === 0) return new Map()
  const rows = await session.query((db) =>
    db
      .selectFrom('interfaces')
      .selectAll()
      .where('instance_id', 'in', instanceIds)
      .orderBy('type')
      .orderBy('device_index')
      .orderBy('created_revision')
      .orderBy('position'),
  )
  return grouped(rows, (row) => row.instance_id)
}

/** The addresses of several interfaces, by interface, in order: the primary IPv4 first. */
export async function addressesOf(
  session: Session,
  interfaceIds: readonly string[],
): Promise<Map<string, InterfaceAddressRow[]>> {
  if (interfaceIds.length === 0) return new Map()
  const rows = await session.query((db) =>
    db
      .selectFrom('interface_addresses')
      .selectAll()
      .where('interface_id', 'in', interfaceIds)
      .orderBy('position'),
  )
  return grouped(rows, (row) => row.interface_id)
}

/** Rows by key, their order kept. */
export function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}
