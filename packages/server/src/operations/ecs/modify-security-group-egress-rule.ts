import { ecsWrite } from '../../model/context.js'
import { modifyErrors, modifyRule, ruleIdInput } from './modify-rule.js'
import { egressFields } from './permission-inputs.js'
import { optionalRegionId, wellFormedGroupId } from './shared-inputs.js'

export const modifySecurityGroupEgressRule = ecsWrite({
  name: 'ModifySecurityGroupEgressRule',
  summary: 'Changes an outbound rule: any attribute of the rule of an id, else the description.',
  idempotent: true,
  preview: true,
  inputs: {
    RegionId: optionalRegionId,
    SecurityGroupId: wellFormedGroupId,
    SecurityGroupRuleId: ruleIdInput,
    ...egressFields,
  },
  errors: modifyErrors.egress,
  handle: (input, caller, context) => modifyRule('egress', input, caller, context),
})
