import { ecsWrite } from '../../model/context.js'
import { authorize, authorizeErrors } from './authorize.js'
import { ingressFields, permissionsOf } from './permission-inputs.js'
import { optionalRegionId, securityGroupId } from './shared-inputs.js'

export const authorizeSecurityGroup = ecsWrite({
  name: 'AuthorizeSecurityGroup',
  summary: 'Creates one or more inbound rules in a security group.',
  idempotent: true,
  preview: true,
  inputs: {
    RegionId: optionalRegionId,
    SecurityGroupId: securityGroupId,
    Permissions: permissionsOf(ingressFields),
    ...ingressFields,
  },
  errors: authorizeErrors.ingress,
  handle: (input, caller, context) => authorize('ingress', input, caller, context),
})
