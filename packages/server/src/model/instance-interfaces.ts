import type { GroupRow, InstanceRow, InterfaceRow, VSwitchRow } from '../store/schema.js'
import type { WriteSession } from '../store/session.js'
import { attachInterface, checkAddressLimits, nextDevice } from './attachments.js'
import { instanceCodes } from './interface-addresses.js'
import { createInterface, type plainInterface } from './interfaces.js'

/** A secondary interface that is made together with its instance. */
export interface NewSecondary {
  /** In the VPC and the zone of the instance. */
  readonly vswitch: VSwitchRow
  /** In the VPC, of one type, each once, in the order to join. */
  readonly groups: readonly GroupRow[]
  readonly described: typeof plainInterface
  /** The primary private address; undefined for the lowest free one. */
  readonly ipv4: string | undefined
  /** How many further private IPv4 addresses. */
  readonly addresses: number
}

/** The secondary interfaces of every instance of one call. */
export interface Secondaries {
  readonly made: readonly NewSecondary[]
  /** Interfaces that are there already, of a single instance. */
  readonly attached: readonly InterfaceRow[]
}

/**
 * Gives a new instance its secondary interfaces, those to make first. `position` orders them among the interfaces of
 * the call. Throws 403 when the instance type allows fewer interfaces or addresses. Group quotas are left to the caller.
 */
export async function addSecondaries(
  session: WriteSession,
  instance: InstanceRow,
  { made, attached }: Secondaries,
  position: number,
): Promise<void> {
  for (const [index, { vswitch, groups, described, ipv4, addresses }] of made.entries()) {
    const device = await nextDevice(session, instance)
    const row = await createInterface(session, {
      ...{ vswitch, described, ipv4, device, instanceId: instance.id, type: 'Secondary' },
      ...{ createdAt: instance.created_at, position: position + index, codes: instanceCodes },
      ...{ secondary: { count: addresses }, ipv6: { count: 0 } },
      groupIds: groups.map(({ id }) => id),
    })
    await checkAddressLimits(session, row, instance.instance_type)
  }
  for (const row of attached) await attachInterface(session, row, instance)
}
