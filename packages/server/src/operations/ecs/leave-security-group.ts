import { ecsWrite } from '../../model/context.js'
import { leaveGroup } from '../../model/memberships.js'
import { membershipInputs, membershipTarget, targetErrors } from './membership-target.js'

export const leaveSecurityGroup = ecsWrite({
  name: 'LeaveSecurityGroup',
  summary: 'Takes an instance or a network interface out of a security group that is not its last.',
  preview: true,
  inputs: membershipInputs,
  errors: [
    ...targetErrors,
    'InvalidSecurityGroupAssociation.NotFound',
    'InstanceLastSecurityGroup',
    'InvalidOperation.AtLeastInOneGroup',
  ],
  async handle(input, caller, context) {
    const { nic, group, namedBy } = await membershipTarget(input, caller, context)
    await leaveGroup(context.session, nic, group, namedBy, context.settings.revokeAbsent)
    return {}
  },
})
