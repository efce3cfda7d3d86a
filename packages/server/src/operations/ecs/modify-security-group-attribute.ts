import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { isDescription, isResourceName } from '../../model/names.js'
import { regionOf } from '../../model/regions.js'
import { updateGroup } from '../../store/groups.js'
import { refuseManaged, requireGroup } from './permission-request.js'
import { regionId, securityGroupId } from './shared-inputs.js'

/** A request that names nothing to change succeeds: Terraform sends both parameters empty. */
export const modifySecurityGroupAttribute = ecsWrite({
  name: 'ModifySecurityGroupAttribute',
  summary: 'Changes the name or the description of a security group; what is not given stays.',
  preview: true,
  inputs: {
    RegionId: regionId,
    SecurityGroupId: securityGroupId,
    SecurityGroupName: { kind: 'string', doc: '2 to 128 characters, beginning with a letter.' },
    Description: { kind: 'string', doc: '2 to 256 characters, no web address.' },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidSecurityGroupId.NotFound',
    'InvalidOperation.ResourceManagedByCloudProduct',
    'InvalidSecurityGroupName.Malformed#modify',
    'InvalidSecurityGroupDiscription.Malformed',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const group = await requireGroup(session, scope, input.SecurityGroupId)
    refuseManaged(group, caller)
    const { SecurityGroupName: name = group.name, Description: description = group.description } = input
    if (input.SecurityGroupName !== undefined && !isResourceName(name)) {
      throw ecsError('InvalidSecurityGroupName.Malformed#modify')
    }
    if (input.Description !== undefined && !isDescription(description)) {
      throw ecsError('InvalidSecurityGroupDiscription.Malformed')
    }
    // Data planes know groups by id alone: there is nothing to tell them.
    await updateGroup(session, { ...group, name, description })
    return {}
  },
})
