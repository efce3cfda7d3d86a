import { ecsError } from '../errors/ecs.js'
import { deleteClassicLink } from '../store/classic-links.js'
import { deleteInstanceRowOf, insertInstance, setInstanceStatus } from '../store/instances.js'
import { interfacesOf } from '../store/interfaces.js'
import type { GroupRow, InstanceRow, VSwitchRow } from '../store/schema.js'
import type { WriteSession } from '../store/session.js'
import { ipv4At, ipv4Offset } from './address-space.js'
import { checkAddressLimits, releaseInterfaces } from './attachments.js'
import { type Quotas, secondsText } from './context.js'
import { newId } from './ids.js'
import { detailsText, type InstanceDetails } from './instance-details.js'
import { addSecondaries, type Secondaries } from './instance-interfaces.js'
import { refuseLocked } from './instance-locks.js'
import { defaultHostName, isHostName, numberedNames } from './instance-names.js'
import { type AddressWish, instanceCodes } from './interface-addresses.js'
import { createInterface, type plainInterface, recordInterface } from './interfaces.js'
import { checkGroupQuota, checkInterfaceQuotas } from './memberships.js'
import { isResourceName } from './names.js'
import { putInResourceGroup } from './resource-groups.js'
import { dropTags, putTags, type Tag } from './tags.js'

/** What the instances of one call are made of. */
export interface NewInstances {
  readonly amount: number
  /** In the classic network: the part that they get addresses from. */
  readonly vswitch: VSwitchRow
  /** In the VPC of the vSwitch, of one type, each once, in the order to join. */
  readonly groups: readonly GroupRow[]
  /** The first instance's primary IPv4 address; the others get those that follow. Undefined: the lowest free ones. */
  readonly ipv4: string | undefined
  /** How many further private IPv4 addresses the primary interface gets. */
  readonly addresses: number
  readonly ipv6: AddressWish
  /** What is said of the primary interface. */
  readonly primary: typeof plainInterface
  readonly secondaries: Secondaries
  readonly name: string | undefined
  readonly hostName: string | undefined
  /** One for each instance, instead of `hostName`; empty for none. */
  readonly hostNames: readonly string[]
  readonly uniqueSuffix: boolean
  readonly description: string
  readonly imageId: string
  readonly instanceType: string
  readonly chargeType: string
  readonly keyPairName: string
  /** Whether they run from the start. */
  readonly running: boolean
  readonly deletionProtection: boolean
  readonly details: InstanceDetails
  readonly tags: readonly Tag[]
  /** Resource group to put them into, checked before. */
  readonly resourceGroupId: string | undefined
}

/** Creates instances, each with its interfaces; all or none. Returns their ids, in order. */
export async function createInstances(
  session: WriteSession,
  wanted: NewInstances,
  quotas: Quotas,
  now: Date,
): Promise<string[]> {
  const memberships = [wanted.groups, ...wanted.secondaries.made.map(({ groups }) => groups)]
  for (const groups of memberships) checkInterfaceQuotas(groups, quotas)
  const rows = instanceRows(session, wanted, secondsText(now))
  for (const [position, row] of rows.entries()) {
    await insertInstance(session, row)
    await addPrimary(session, row, wanted, position)
    const before = wanted.amount + position * wanted.secondaries.made.length
    await addSecondaries(session, row, wanted.secondaries, before)
    await putTags(session, row.account_id, 'instance', row.id, wanted.tags)
    await putInResourceGroup(session, 'instance', row.id, wanted.resourceGroupId)
  }
  const joined = new Map(memberships.flat().map((group) => [group.id, group]))
  for (const group of joined.values()) {
    await checkGroupQuota(session, group, quotas, 'SecurityGroupInstanceLimitExceed')
  }
  return rows.map(({ id }) => id)
}

async function addPrimary(
  session: WriteSession,
  instance: InstanceRow,
  wanted: NewInstances,
  position: number,
): Promise<void> {
  const row = await createInterface(session, {
    ...{ vswitch: wanted.vswitch, instanceId: instance.id, type: 'Primary', device: 0, position },
    ...{ described: wanted.primary, createdAt: instance.created_at, ipv4: following(wanted, position) },
    ...{ secondary: { count: wanted.addresses }, ipv6: wanted.ipv6, codes: instanceCodes },
    groupIds: wanted.groups.map((group) => group.id),
  })
  await checkAddressLimits(session, row, instance.instance_type)
  // In the classic network an interface is no resource of its own.
  if (row.vpc_id === '') return
  await putTags(session, row.account_id, 'eni', row.id, wanted.tags)
  await putInResourceGroup(session, 'eni', row.id, wanted.resourceGroupId)
}

function instanceRows(session: WriteSession, wanted: NewInstances, createdAt: string): InstanceRow[] {
  const { vswitch, amount, name, hostName, uniqueSuffix } = wanted
  const revision = session.takeRevision()
  const ids = Array.from({ length: amount }, () => newId('i', vswitch.region_id))
  const names = name === undefined ? ids : numberedNames(name, amount, uniqueSuffix)
  const hosts = hostName === undefined ? wanted.hostNames : numberedNames(hostName, amount, uniqueSuffix)
  return ids.map((id, position) => ({
    id,
    account_id: vswitch.account_id,
    region_id: vswitch.region_id,
    created_at: createdAt,
    created_revision: revision,
    name: checkName(names[position] ?? id),
    host_name: checkHostName(hosts[position]?.replaceAll('${instance_id}', id) ?? defaultHostName(id)),
    description: wanted.description,
    image_id: wanted.imageId,
    instance_type: wanted.instanceType,
    zone_id: vswitch.zone_id,
    vpc_id: vswitch.vpc_id,
    vswitch_id: vswitch.vpc_id === '' ? '' : vswitch.id,
    status: wanted.running ? 'Running' : 'Stopped',
    stopped_mode: '',
    charge_type: wanted.chargeType,
    key_pair_name: wanted.keyPairName,
    position,
    deletion_protection: wanted.deletionProtection ? 1 : 0,
    lock_reason: '',
    started_at: wanted.running ? createdAt : '',
    details: detailsText(wanted.details),
  }))
}

/** Returns the name; throws 400 InvalidInstanceName.Malformed for one that cannot be. */
export function checkName(name: string): string {
  if (!isResourceName(name)) throw ecsError('InvalidInstanceName.Malformed')
  return name
}

/** Returns the host name; throws 400 InvalidHostName.Malformed for one that cannot be. */
export function checkHostName(name: string): string {
  if (!isHostName(name)) throw ecsError('InvalidHostName.Malformed')
  return name
}

/** The address of the instance at a position: the first one's, and on from there. */
function following({ ipv4, vswitch }: NewInstances, position: number): string | undefined {
  if (ipv4 === undefined || position === 0) return ipv4
  const first = ipv4Offset(vswitch.cidr_block, ipv4)
  if (first === undefined) throw ecsError('InvalidPrivateIpAddress')
  return ipv4At(vswitch.cidr_block, first + position)
}

/** Starts a stopped instance. Throws 403 when it is locked or runs. */
export async function startInstance(session: WriteSession, row: InstanceRow, now: Date): Promise<void> {
  refuseLocked(row)
  if (row.status !== 'Stopped') throw ecsError('IncorrectInstanceStatus')
  const started = secondsText(now)
  await setInstanceStatus(session, { id: row.id, status: 'Running', stopped_mode: '', started_at: started })
  await recordInterfaces(session, row)
}

/** Stops a running instance. Throws 403 when it is locked or does not run. */
export async function stopInstance(
  session: WriteSession,
  row: InstanceRow,
  stoppedMode: 'KeepCharging' | 'StopCharging',
): Promise<void> {
  refuseLocked(row)
  if (row.status !== 'Running') throw ecsError('IncorrectInstanceStatus')
  const { id, started_at } = row
  await setInstanceStatus(session, { id, status: 'Stopped', stopped_mode: stoppedMode, started_at })
  await recordInterfaces(session, row)
}

/**
 * Restarts a running instance: it keeps its groups and addresses, so followers of the feed have nothing to do. Throws
 * 403 when it is locked or does not run.
 */
export async function rebootInstance(session: WriteSession, row: InstanceRow, now: Date): Promise<void> {
  refuseLocked(row)
  if (row.status !== 'Running') throw ecsError('IncorrectInstanceStatus')
  const { id, status, stopped_mode } = row
  await setInstanceStatus(session, { id, status, stopped_mode, started_at: secondsText(now) })
}

async function recordInterfaces(session: WriteSession, row: InstanceRow): Promise<void> {
  for (const nic of await interfacesOf(session, row.id)) await recordInterface(session, nic)
}

/** Deletes an instance with its interfaces and its link to a VPC. It must not be protected, and must be stopped unless `force`. */
export async function deleteInstance(session: WriteSession, row: InstanceRow, force: boolean): Promise<void> {
  if (row.deletion_protection === 1) throw ecsError('InvalidOperation.DeletionProtection#instance')
  if (row.status !== 'Stopped' && !force) throw ecsError('IncorrectInstanceStatus')
  await releaseInterfaces(session, row.id)
  await deleteClassicLink(session, row.id)
  await deleteInstanceRowOf(session, row.id)
  await dropTags(session, 'instance', row.id)
}
