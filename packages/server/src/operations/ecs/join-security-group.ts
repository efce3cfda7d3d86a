import { ecsWrite } from '../../model/context.js'
import { joinGroup } from '../../model/memberships.js'
import { membershipInputs, membershipTarget, targetErrors } from './membership-target.js'

export const joinSecurityGroup = ecsWrite({
  name: 'JoinSecurityGroup',
  summary: 'Puts an instance or a network interface into a security group.',
  preview: true,
  inputs: membershipInputs,
  errors: [
    ...targetErrors,
    'InvalidInstanceId.AlreadyExists',
    'InvalidInstanceId.Mismatch',
    'InvalidOperation.VpcMismatch',
    'InvalidOperation.MultiGroupType',
    'InstanceSecurityGroupLimitExceeded',
    'AclLimitExceed',
    'SecurityGroupInstanceLimitExceeded',
  ],
  async handle(input, caller, context) {
    const { nic, group, namedBy } = await membershipTarget(input, caller, context)
    await joinGroup(context.session, nic, group, namedBy, context.settings.quotas)
    return {}
  },
})
