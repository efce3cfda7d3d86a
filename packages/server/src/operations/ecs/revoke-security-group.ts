import { ecsWrite } from '../../model/context.js'
import { ingressFields, permissionsOf } from './permission-inputs.js'
import { revoke, revokeErrors, ruleIdInputs } from './revoke.js'
import { optionalRegionId, wellFormedGroupId } from './shared-inputs.js'

export const revokeSecurityGroup = ecsWrite({
  name: 'RevokeSecurityGroup',
  summary: 'Removes one or more inbound rules from a security group.',
  idempotent: true,
  preview: true,
  inputs: {
    RegionId: optionalRegionId,
    SecurityGroupId: wellFormedGroupId,
    SecurityGroupRuleId: ruleIdInputs,
    Permissions: permissionsOf(ingressFields),
    ...ingressFields,
  },
  errors: revokeErrors.ingress,
  handle: (input, caller, context) => revoke('ingress', input, caller, context),
})
