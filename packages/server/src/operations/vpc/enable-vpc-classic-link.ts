import { storedCidr } from '@sallyport/engine'
import { vpcError } from '../../errors/vpc.js'
import { isWithin } from '../../model/address-space.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { classicLinkInputs, setClassicLink } from './classic-link.js'

/** What a VPC must lie in: the ClassicLink guide knows VPCs of these ranges only. */
const linkable = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(storedCidr)

export const enableVpcClassicLink = vpcWrite({
  name: 'EnableVpcClassicLink',
  summary: 'Lets instances of the classic network be linked to a VPC.',
  idempotent: true,
  inputs: classicLinkInputs,
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidVpcId.NotFound',
    'Forbidden.EnableClassicLink',
  ],
  async handle(input, caller, context) {
    const scope = scopeOf(caller, regionOf(context.settings, input.RegionId).id)
    return setClassicLink(context, scope, input.VpcId, true, (vpc) => {
      const block = storedCidr(vpc.cidr_block)
      if (!linkable.some((range) => isWithin(block, range))) throw vpcError('Forbidden.EnableClassicLink')
    })
  },
})
