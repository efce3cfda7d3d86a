import { ecsError } from '../errors/ecs.js'
import { addressesOf, interfacesOf, setAttachment } from '../store/interfaces.js'
import type { InstanceRow, InterfaceRow } from '../store/schema.js'
import type { Session, WriteSession } from '../store/session.js'
import { interfaceLimitsOf } from './instance-limits.js'
import { recordInterface, removeInterface } from './interfaces.js'

/** `Available` or `InUse`: attaching, detaching and deleting are done at once here. */
export const statusOf = (row: Pick<InterfaceRow, 'instance_id'>): 'Available' | 'InUse' =>
  row.instance_id === '' ? 'Available' : 'InUse'

/** Throws 400 InvalidOperation.InvalidEniState unless the interface is in the status. */
export function requireStatus(row: InterfaceRow, expected: 'Available' | 'InUse'): void {
  const status = statusOf(row)
  if (status !== expected) throw ecsError('InvalidOperation.InvalidEniState', expected, status)
}

/**
 * Attaches an interface that is not attached to an instance of its VPC and zone, as the instance's next one: eth1,
 * eth2 and so on, the lowest that is free. The feed is told.
 */
export async function attachInterface(
  session: WriteSession,
  row: InterfaceRow,
  instance: InstanceRow,
): Promise<void> {
  requireStatus(row, 'Available')
  if (row.vpc_id !== instance.vpc_id) throw ecsError('InvalidOperation.VpcMismatch#instance')
  if (row.zone_id !== instance.zone_id) throw ecsError('InvalidOperation.AvailabilityZoneMismatch')
  await checkAddressLimits(session, row, instance.instance_type)
  const device = await nextDevice(session, instance)
  await place(session, row, { instance_id: instance.id, device_index: device, type: 'Secondary' })
}

/** The place of an instance's next interface. Throws 403 when its type allows no more. */
export async function nextDevice(session: Session, instance: InstanceRow): Promise<number> {
  const held = await interfacesOf(session, instance.id)
  if (held.length >= interfaceLimitsOf(instance.instance_type).interfaces) {
    throw ecsError('EniPerInstanceLimitExceeded')
  }
  const taken = new Set(held.map(({ device_index }) => device_index))
  let device = 1
  while (taken.has(device)) device++
  return device
}

/** Throws 403 when an interface has more addresses than the instance type allows. */
export async function checkAddressLimits(
  session: Session,
  row: InterfaceRow,
  instanceType: string,
): Promise<void> {
  const limits = interfaceLimitsOf(instanceType)
  const addresses = (await addressesOf(session, [row.id])).get(row.id) ?? []
  const ipv6 = addresses.filter(({ family }) => family === 6).length
  const ipv4 = addresses.length - ipv6
  if (ipv4 > limits.ipv4) throw countExceeded(4, row.id, limits.ipv4, ipv4, 0)
  if (ipv6 > limits.ipv6) throw countExceeded(6, row.id, limits.ipv6, ipv6, 0)
}

/** 403: an interface would have more addresses of a family than it may. */
export const countExceeded = (
  family: 4 | 6,
  id: string,
  limit: number,
  assigned: number,
  wanted: number,
): Error =>
  ecsError(
    family === 4 ? 'InvalidOperation.Ipv4CountExceeded' : 'InvalidOperation.Ipv6CountExceeded',
    ...[id, limit, assigned, wanted].map(String),
  )

const nowhere = { instance_id: '', device_index: 0, type: 'Secondary' } as const

/** Detaches an interface; it keeps its addresses and groups. The feed is told. */
export const detachInterface = (session: WriteSession, row: InterfaceRow): Promise<void> =>
  place(session, row, nowhere)

async function place(
  session: WriteSession,
  row: InterfaceRow,
  where: Pick<InterfaceRow, 'instance_id' | 'device_index' | 'type'>,
): Promise<void> {
  await setAttachment(session, { id: row.id, ...where })
  await recordInterface(session, { ...row, ...where })
}

/**
 * Removes the interfaces of an instance that goes away, but for those that are to stay: they are detached, and a
 * primary one becomes a secondary one (the page on retaining and reusing an ENI).
 */
export async function releaseInterfaces(session: WriteSession, instanceId: string): Promise<void> {
  for (const row of await interfacesOf(session, instanceId)) {
    if (row.delete_on_release === 1) await removeInterface(session, row)
    else await detachInterface(session, row)
  }
}
