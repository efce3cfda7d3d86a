import { contains, parseAddress, storedCidr } from '@sallyport/engine'
import { addressesOf, interfacesOf } from '../store/interfaces.js'
import { findInstance } from '../store/instances.js'
import { interfaceAt } from '../store/interface-at.js'
import type { InstanceRow, InterfaceRow, VSwitchRow } from '../store/schema.js'
import type { Session } from '../store/session.js'
import { findVSwitch } from '../store/vswitches.js'
import type { EndName, PathEnd } from './path-parameters.js'

/** An end that was found: an interface at one of its addresses, a vSwitch (at one address or all), or the outside. */
export type FoundEnd =
  | {
      readonly kind: 'interface'
      readonly instance: InstanceRow | undefined
      readonly interface: InterfaceRow
      readonly vswitch: VSwitchRow
      readonly address: string
    }
  | { readonly kind: 'vswitch'; readonly vswitch: VSwitchRow; readonly address: string | undefined }
  | { readonly kind: 'outside'; readonly address: string }

/** Why an end was not found. */
export type MissingEnd = 'id' | 'address'

/** Finds what an end names among the resources of the account in the region. */
export async function findEnd(
  session: Session,
  accountId: string,
  regionId: string,
  end: PathEnd,
): Promise<FoundEnd | MissingEnd> {
  switch (end.type) {
    case 'internetIp':
      return { kind: 'outside', address: end.id }
    case 'ecs':
      return findInstanceEnd(session, accountId, regionId, end)
    case 'vsw':
      return findVSwitchEnd(session, accountId, regionId, end)
    case 'vpn':
    case 'vbr':
    case 'clb':
      // Nothing of these kinds can be made here, so no id of theirs is one.
      return 'id'
  }
}

async function findInstanceEnd(
  session: Session,
  accountId: string,
  regionId: string,
  end: PathEnd,
): Promise<FoundEnd | MissingEnd> {
  const instance = await findInstance(session, accountId, end.id)
  if (instance?.region_id !== regionId) return 'id'
  const interfaces = await interfacesOf(session, instance.id)
  const addresses = await addressesOf(
    session,
    interfaces.map(({ id }) => id),
  )
  const found = interfaces
    .flatMap((row) => (addresses.get(row.id) ?? []).map(({ address, family }) => ({ row, address, family })))
    .find(({ address, family }) => family === 4 && (end.address === '' || address === end.address))
  if (!found) return 'address'
  return interfaceEnd(session, instance, found.row, found.address)
}

async function interfaceEnd(
  session: Session,
  instance: InstanceRow | undefined,
  row: InterfaceRow,
  address: string,
): Promise<FoundEnd | MissingEnd> {
  const scope = { accountId: row.account_id, regionId: row.region_id }
  const vswitch = await findVSwitch(session, scope, row.vswitch_id)
  // The classic network has no vSwitches, and the product knows only what lies in one.
  if (!vswitch) return 'id'
  return { kind: 'interface', instance, interface: row, vswitch, address }
}

async function findVSwitchEnd(
  session: Session,
  accountId: string,
  regionId: string,
  end: PathEnd,
): Promise<FoundEnd | MissingEnd> {
  const vswitch = await findVSwitch(session, { accountId, regionId }, end.id)
  if (!vswitch) return 'id'
  if (end.address === '') return { kind: 'vswitch', vswitch, address: undefined }
  const address = parseAddress(end.address)
  if (!address || !contains(storedCidr(vswitch.cidr_block), address)) return 'address'
  const row = await interfaceAt(session, vswitch.vpc_id, end.address)
  if (!row) return { kind: 'vswitch', vswitch, address: end.address }
  const instance =
    row.instance_id === '' ? undefined : await findInstance(session, row.account_id, row.instance_id)
  return interfaceEnd(session, instance, row, end.address)
}

/** The error code of an end that was not found. */
export const missingCode = (name: EndName, missing: MissingEnd) =>
  missing === 'id'
    ? (`IllegalParam.${name}Id` as const)
    : name === 'Source'
      ? 'IllegalParam.SourceIp'
      : 'IllegalParam.TargetIp'
