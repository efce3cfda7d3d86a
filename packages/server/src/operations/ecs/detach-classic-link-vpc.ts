import { unlinkInstance } from '../../model/classic-links.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { classicLinkErrors, classicLinkInputs, linkEnds } from './classic-link.js'

export const detachClassicLinkVpc = ecsWrite({
  name: 'DetachClassicLinkVpc',
  summary: 'Removes the link of an instance of the classic network to a VPC.',
  inputs: classicLinkInputs,
  errors: [...classicLinkErrors, 'OperationDenied#not-linked'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const { instance, vpc } = await linkEnds(session, scope, input)
    await unlinkInstance(session, instance, vpc)
    return {}
  },
})
