import type { Caller, Inputs, Values } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, type WriteContext } from '../../model/context.js'
import { detailsText, readDetails } from '../../model/instance-details.js'
import { refuseLocked } from '../../model/instance-locks.js'
import { isPassword } from '../../model/instance-names.js'
import { checkHostName, checkName } from '../../model/instances.js'
import { recordInterface } from '../../model/interfaces.js'
import { replaceGroups } from '../../model/memberships.js'
import { isDescription } from '../../model/names.js'
import { setInstanceAttributes } from '../../store/instances.js'
import { interfacesOf } from '../../store/interfaces.js'
import type { InstanceRow } from '../../store/schema.js'
import { checkCredits } from './new-instance.js'
import { refuseFeatures } from './new-instance-inputs.js'
import { requireInstance } from './require-instance.js'
import { requireGroups } from './run-instances-network.js'
import { instanceInputs } from './shared-inputs.js'

const unsupported = { kind: 'string', doc: 'Not supported.' } as const
const onlyFalse = { kind: 'boolean', doc: 'Only false.' } as const

/** What cannot be changed, because an emulated instance has none of it. */
const unsupportedInputs = {
  UserData: unsupported,
  NetworkInterfaceQueueNumber: unsupported,
  EnableJumboFrame: onlyFalse,
  EnableNetworkEncryption: onlyFalse,
  Recyclable: onlyFalse,
  'CpuOptions.Core': unsupported,
  'CpuOptions.ThreadsPerCore': unsupported,
  'CpuOptions.TopologyType': unsupported,
  'CpuOptions.NestedVirtualization': unsupported,
  'RemoteConnectionOptions.Password': unsupported,
  'RemoteConnectionOptions.Type': unsupported,
  'PrivateDnsNameOptions.HostnameType': { kind: 'string', doc: 'Only Custom.' },
  'PrivateDnsNameOptions.EnableInstanceIdDnsARecord': onlyFalse,
  'PrivateDnsNameOptions.EnableInstanceIdDnsAAAARecord': onlyFalse,
  'PrivateDnsNameOptions.EnableIpDnsARecord': onlyFalse,
  'PrivateDnsNameOptions.EnableIpDnsPtrRecord': onlyFalse,
} as const satisfies Inputs

const inputs = {
  ...instanceInputs,
  InstanceName: { kind: 'string', doc: '2 to 128 characters, beginning with a letter.' },
  Description: { kind: 'string', doc: '2 to 256 characters, no web address.' },
  HostName: { kind: 'string', doc: '2 to 64 letters, digits, "." and "-". Shown at once.' },
  Password: { kind: 'string', doc: '8 to 30 characters of three kinds; never stored: there is no login.' },
  DeletionProtection: { kind: 'boolean', doc: 'Whether DeleteInstance is refused.' },
  CreditSpecification: {
    kind: 'string',
    oneOf: ['Standard', 'Unlimited'],
    doc: 'Performance mode of a burstable instance; shown.',
  },
  SecurityGroupIds: {
    kind: 'list',
    of: { kind: 'string' },
    max: 100,
    doc: 'The groups that the primary interface is to be in instead of those it is in, of one type and VPC.',
  },
  ...unsupportedInputs,
} as const satisfies Inputs

type Input = Values<typeof inputs>

export const modifyInstanceAttribute = ecsWrite({
  name: 'ModifyInstanceAttribute',
  summary: 'Changes an instance: its names, its protection, all its groups at once. What is not given stays.',
  preview: true,
  inputs,
  errors: [
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidInstanceName.Malformed',
    'InvalidDescription.Malformed',
    'InvalidHostName.Malformed',
    'InvalidPassword.Malformed',
    'InvalidInstanceId.NotFound',
    'InstanceLockedForSecurity',
    'OperationDenied#classic',
    'InvalidParameter.SecurityGroupIdRepeated',
    'InvalidSecurityGroupId.NotFound',
    'InvalidOperation.ResourceManagedByCloudProduct',
    'InvalidInstanceId.Mismatch',
    'InvalidOperation.MultiGroupType',
    'InstanceSecurityGroupLimitExceeded',
    'AclLimitExceed',
    'SecurityGroupInstanceLimitExceed',
  ],
  async handle(input, caller, context) {
    checkRequest(input)
    const named = { id: input.InstanceId, regionId: input.RegionId }
    const instance = await requireInstance(context.session, context.settings, caller.accountId, named)
    refuseLocked(instance)
    checkCredits(input.CreditSpecification, instance.instance_type)
    await setInstanceAttributes(context.session, { ...instance, ...changed(input, instance) })
    if (input.SecurityGroupIds.length > 0) {
      await moveTo(context, instance, input.SecurityGroupIds, caller)
    }
    return {}
  },
})

function checkRequest(input: Input): void {
  refuseFeatures(Object.keys(unsupportedInputs), input)
  if (input.InstanceName !== undefined) checkName(input.InstanceName)
  if (input.Description !== undefined && !isDescription(input.Description)) {
    throw ecsError('InvalidDescription.Malformed')
  }
  if (input.HostName !== undefined) checkHostName(input.HostName)
  if (input.Password !== undefined && !isPassword(input.Password)) throw ecsError('InvalidPassword.Malformed')
}

function changed(input: Input, row: InstanceRow) {
  const protectedNow = input.DeletionProtection ?? row.deletion_protection === 1
  const credits = input.CreditSpecification
  return {
    name: input.InstanceName ?? row.name,
    description: input.Description ?? row.description,
    host_name: input.HostName ?? row.host_name,
    deletion_protection: protectedNow ? 1 : 0,
    ...(credits !== undefined && {
      details: detailsText({ ...readDetails(row.details), creditSpecification: credits }),
    }),
  }
}

/** The new groups need not be of the type of the old ones: the instance changes over as a whole. */
async function moveTo(
  { session, settings }: WriteContext,
  instance: InstanceRow,
  ids: readonly string[],
  caller: Caller,
): Promise<void> {
  // Not for instances in the classic network (the ModifyInstanceAttribute reference page).
  if (instance.vpc_id === '') throw ecsError('OperationDenied#classic')
  if (new Set(ids).size < ids.length) throw ecsError('InvalidParameter.SecurityGroupIdRepeated')
  const scope = { accountId: instance.account_id, regionId: instance.region_id }
  const groups = await requireGroups(session, scope, ids, caller)
  if (groups[0].vpc_id !== instance.vpc_id) throw ecsError('InvalidInstanceId.Mismatch')
  const [primary] = await interfacesOf(session, instance.id)
  if (!primary) throw new Error(`instance ${instance.id} has no network interface: the store is damaged`)
  await replaceGroups(session, primary, groups, settings.quotas, 'InstanceSecurityGroupLimitExceeded')
  await recordInterface(session, primary)
}
