import { scopeOf, vpcWrite } from '../../model/context.js'
import { refuseLinked } from '../../model/network-changes.js'
import { regionOf } from '../../model/regions.js'
import { classicLinkInputs, setClassicLink } from './classic-link.js'

export const disableVpcClassicLink = vpcWrite({
  name: 'DisableVpcClassicLink',
  summary: 'Lets no instance of the classic network be linked to a VPC any more.',
  idempotent: true,
  inputs: classicLinkInputs,
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidVpcId.NotFound',
    'DependencyViolation.Instance',
  ],
  async handle(input, caller, context) {
    const scope = scopeOf(caller, regionOf(context.settings, input.RegionId).id)
    return setClassicLink(context, scope, input.VpcId, false, (vpc) => refuseLinked(context.session, vpc))
  },
})
