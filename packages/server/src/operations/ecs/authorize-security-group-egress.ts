import { ecsWrite } from '../../model/context.js'
import { authorize, authorizeErrors } from './authorize.js'
import { egressFields, permissionsOf } from './permission-inputs.js'
import { optionalRegionId, securityGroupId } from './shared-inputs.js'

export const authorizeSecurityGroupEgress = ecsWrite({
  name: 'AuthorizeSecurityGroupEgress',
  summary: 'Creates one or more outbound rules in a security group.',
  idempotent: true,
  preview: true,
  inputs: {
    RegionId: optionalRegionId,
    SecurityGroupId: securityGroupId,
    Permissions: permissionsOf(egressFields),
    ...egressFields,
  },
  errors: authorizeErrors.egress,
  handle: (input, caller, context) => authorize('egress', input, caller, context),
})
