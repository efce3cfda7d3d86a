import { ecsWrite } from '../../model/context.js'
import { egressFields, permissionsOf } from './permission-inputs.js'
import { revoke, revokeErrors, ruleIdInputs } from './revoke.js'
import { optionalRegionId, wellFormedGroupId } from './shared-inputs.js'

export const revokeSecurityGroupEgress = ecsWrite({
  name: 'RevokeSecurityGroupEgress',
  summary: 'Removes one or more outbound rules from a security group.',
  idempotent: true,
  preview: true,
  inputs: {
    RegionId: optionalRegionId,
    SecurityGroupId: wellFormedGroupId,
    SecurityGroupRuleId: ruleIdInputs,
    Permissions: permissionsOf(egressFields),
    ...egressFields,
  },
  errors: revokeErrors.egress,
  handle: (input, caller, context) => revoke('egress', input, caller, context),
})
