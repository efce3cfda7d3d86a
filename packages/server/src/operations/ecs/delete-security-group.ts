import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { removeRules } from '../../model/rule-changes.js'
import { dropTags } from '../../model/tags.js'
import { deleteGroup, findRuleHolder } from '../../store/groups.js'
import { referrersOf, rulesOfGroup } from '../../store/rules.js'
import { refuseManaged } from './permission-request.js'
import { regionId, securityGroupId } from './shared-inputs.js'

export const deleteSecurityGroup = ecsWrite({
  name: 'DeleteSecurityGroup',
  summary: 'Deletes a security group and its rules.',
  inputs: {
    RegionId: { ...regionId, required: 'MissingParameter.RegionId#delete' },
    SecurityGroupId: securityGroupId,
  },
  errors: [
    'MissingParameter.RegionId#delete',
    'InvalidRegionId.NotFound',
    'InvalidSecurityGroup.NotFound',
    'InvalidOperation.ResourceManagedByCloudProduct',
    'DependencyViolation#instances',
    'DependencyViolation#authorized',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const group = await findRuleHolder(session, scope, input.SecurityGroupId)
    if (!group) throw ecsError('InvalidSecurityGroup.NotFound')
    refuseManaged(group, caller)
    if (group.has_members) throw ecsError('DependencyViolation#instances')
    const referrers = await referrersOf(session, group.id)
    if (referrers.some((id) => id !== group.id)) throw ecsError('DependencyViolation#authorized')
    await removeRules(session, group.id, await rulesOfGroup(session, group.id))
    await deleteGroup(session, scope, group.id)
    await dropTags(session, 'securitygroup', group.id)
    session.record({ kind: 'group', id: group.id, value: null })
    return {}
  },
})
