import { ecsWrite } from '../../model/context.js'
import { modifyErrors, modifyRule, ruleIdInput } from './modify-rule.js'
import { ingressFields } from './permission-inputs.js'
import { optionalRegionId, wellFormedGroupId } from './shared-inputs.js'

export const modifySecurityGroupRule = ecsWrite({
  name: 'ModifySecurityGroupRule',
  summary: 'Changes an inbound rule: any attribute of the rule of an id, else the description.',
  idempotent: true,
  preview: true,
  inputs: {
    RegionId: optionalRegionId,
    SecurityGroupId: wellFormedGroupId,
    SecurityGroupRuleId: ruleIdInput,
    ...ingressFields,
  },
  errors: modifyErrors.ingress,
  handle: (input, caller, context) => modifyRule('ingress', input, caller, context),
})
