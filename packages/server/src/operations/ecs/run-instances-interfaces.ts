import type { Caller } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import type { Scope } from '../../model/context.js'
import type { NewSecondary, Secondaries } from '../../model/instance-interfaces.js'
import { plainInterface } from '../../model/interfaces.js'
import { isResourceName } from '../../model/names.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { findInterface } from '../../store/interfaces.js'
import type { GroupRow, VSwitchRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { findVSwitch } from '../../store/vswitches.js'
import type { RunInstancesInput } from './run-instances-inputs.js'
import { requireGroups } from './run-instances-network.js'

/** One NetworkInterface.N. */
export type Nic = RunInstancesInput['NetworkInterface'][number]

const conflict = (one: string, other: string): Error => ecsError('InvalidParameter.Conflict#both', one, other)

const placeOf = (nic: Nic): string => `NetworkInterface.${nic.N}`

/** NetworkInterface.N apart: the primary one, if one is told of, and the secondary ones. */
export function splitInterfaces(input: RunInstancesInput): {
  readonly primary: Nic | undefined
  readonly secondary: readonly Nic[]
} {
  for (const nic of input.NetworkInterface) checkFeatures(nic)
  const [primary, another] = input.NetworkInterface.filter(({ InstanceType }) => InstanceType === 'Primary')
  if (primary && another) throw conflict(placeOf(primary), placeOf(another))
  const secondary = input.NetworkInterface.filter((nic) => nic !== primary)
  for (const nic of secondary) checkSecondary(nic, input)
  return { primary, secondary }
}

/** Refuses what no interface here has, and of a primary one what the real service refuses to set with it. */
function checkFeatures(nic: Nic): void {
  const place = placeOf(nic)
  const primary = nic.InstanceType === 'Primary'
  refuseUnsupported({
    [`${place}.NetworkInterfaceTrafficMode=HighPerformance`]:
      nic.NetworkInterfaceTrafficMode === 'HighPerformance',
    [`${place}.NetworkCardIndex`]: nic.NetworkCardIndex,
    [`${place}.QueuePairNumber`]: nic.QueuePairNumber,
    [`${place}.RxQueueSize`]: nic.RxQueueSize,
    [`${place}.TxQueueSize`]: nic.TxQueueSize,
  })
  for (const name of ['NetworkInterfaceId', 'NetworkInterfaceName', 'Description'] as const) {
    if (primary && nic[name] !== undefined) throw conflict(`${place}.${name}`, `${place}.InstanceType`)
  }
  if (nic.SecurityGroupId !== undefined && nic.SecurityGroupIds.length > 0) {
    throw conflict('SecurityGroupId', 'SecurityGroupIds')
  }
}

function checkSecondary(nic: Nic, input: RunInstancesInput): void {
  const place = placeOf(nic)
  const several = (input.Amount ?? 1) > 1
  if (nic.NetworkInterfaceId !== undefined) {
    if (several) throw conflict(`${place}.NetworkInterfaceId`, 'Amount')
    const other = Object.entries(nic).find(([name, value]) => !attaching.has(name) && isGiven(value))
    if (other) throw conflict(`${place}.NetworkInterfaceId`, `${place}.${other[0]}`)
  }
  if (nic.PrimaryIpAddress !== undefined && several) throw conflict(`${place}.PrimaryIpAddress`, 'Amount')
  // The addresses of several instances follow one another, which leaves none for further interfaces.
  if (input.PrivateIpAddress !== undefined && several) throw conflict('PrivateIpAddress', place)
  for (const name of ['Ipv6Address', 'Ipv6AddressCount'] as const) {
    if (isGiven(nic[name])) throw conflict(`${place}.${name}`, `${place}.InstanceType`)
  }
  if (nic.NetworkInterfaceName !== undefined && !isResourceName(nic.NetworkInterfaceName)) {
    throw ecsError('InvalidParams.NetworkInterfaceName')
  }
}

/** What may stand beside NetworkInterfaceId. */
const attaching: ReadonlySet<string> = new Set([
  ...['N', 'NetworkInterfaceId', 'InstanceType', 'NetworkInterfaceTrafficMode'],
])

const isGiven = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== undefined)

/** What is shown of an interface as told. */
export const describedNic = (nic: Nic | undefined): typeof plainInterface => ({
  ...plainInterface,
  name: nic?.NetworkInterfaceName ?? '',
  description: nic?.Description ?? '',
  source_dest_check: nic?.SourceDestCheck === true ? 1 : 0,
  queue_number: nic?.QueueNumber ?? 0,
})

/** Where the instance of the interfaces is, and who makes it. */
interface Surroundings {
  readonly vswitch: VSwitchRow
  readonly groups: readonly GroupRow[]
  readonly caller: Caller
}

/** The secondary interfaces to make and to attach, in the vSwitch and the groups of the instance unless told otherwise. */
export async function secondariesOf(
  session: Session,
  scope: Scope,
  nics: readonly Nic[],
  instance: Surroundings,
): Promise<Secondaries> {
  const made: NewSecondary[] = []
  const attached = []
  for (const nic of nics) {
    if (nic.NetworkInterfaceId === undefined) {
      made.push(await secondaryOf(session, scope, nic, instance))
      continue
    }
    const row = await findInterface(session, scope, nic.NetworkInterfaceId)
    if (!row) throw ecsError('InvalidEniId.NotFound')
    attached.push(row)
  }
  return { made, attached }
}

async function secondaryOf(
  session: Session,
  scope: Scope,
  nic: Nic,
  instance: Surroundings,
): Promise<NewSecondary> {
  const vswitch =
    nic.VSwitchId === undefined ? instance.vswitch : await findVSwitch(session, scope, nic.VSwitchId)
  if (!vswitch) throw ecsError('InvalidVSwitchId.NotFound')
  if (vswitch.vpc_id !== instance.vswitch.vpc_id) throw ecsError('InvalidOperation.VpcMismatch#instance')
  if (vswitch.zone_id !== instance.vswitch.zone_id) {
    throw ecsError('InvalidOperation.AvailabilityZoneMismatch')
  }
  const ids = nic.SecurityGroupId === undefined ? [...new Set(nic.SecurityGroupIds)] : [nic.SecurityGroupId]
  const groups = ids.length > 0 ? await requireGroups(session, scope, ids, instance.caller) : instance.groups
  if (groups[0]?.vpc_id !== vswitch.vpc_id) throw ecsError('InvalidInstanceId.Mismatch')
  return {
    ...{ vswitch, groups, ipv4: nic.PrimaryIpAddress, addresses: nic.SecondaryPrivateIpAddressCount ?? 0 },
    described: { ...describedNic(nic), delete_on_release: nic.DeleteOnRelease === false ? 0 : 1 },
  }
}
