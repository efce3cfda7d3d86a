import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { groupFact } from '../../model/group-fact.js'
import { regionOf } from '../../model/regions.js'
import { updateGroup } from '../../store/groups.js'
import { refuseManaged, requireGroup } from './permission-request.js'
import { groupIdPattern, regionId, securityGroupId } from './shared-inputs.js'

export const modifySecurityGroupPolicy = ecsWrite({
  name: 'ModifySecurityGroupPolicy',
  summary: 'Says whether the members of a basic security group reach each other without a rule.',
  idempotent: true,
  preview: true,
  inputs: {
    RegionId: { ...regionId, required: 'MissingParamter.RegionId' },
    SecurityGroupId: {
      ...securityGroupId,
      // The text of the error leaves out the hyphen, which every id has.
      ...{ pattern: groupIdPattern, invalid: 'InvalidSecurityGroupId.Malformed#policy' },
    },
    InnerAccessPolicy: {
      kind: 'string',
      required: true,
      oneOf: ['Accept', 'Drop'],
      invalid: 'InvalidPolicy.Malformed#inner',
      doc: 'Accept or Drop, in any case.',
    },
  },
  errors: [
    'MissingParamter.RegionId',
    'InvalidSecurityGroupId.Malformed#policy',
    'InvalidPolicy.Malformed#inner',
    'InvalidRegionId.NotFound',
    'InvalidSecurityGroupId.NotFound',
    'InvalidOperation.ResourceManagedByCloudProduct',
    'InvalidParameter.InnerAccessPolicy',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const group = await requireGroup(session, scope, input.SecurityGroupId)
    refuseManaged(group, caller)
    if (group.type === 'advanced') throw ecsError('InvalidParameter.InnerAccessPolicy')
    const innerAccess = input.InnerAccessPolicy === 'Accept' ? 'accept' : 'drop'
    if (innerAccess === group.inner_access) return {}
    const changed = { ...group, inner_access: innerAccess } as const
    await updateGroup(session, changed)
    session.record({ kind: 'group', id: group.id, value: groupFact(changed) })
    return {}
  },
})
