import { linkInstance } from '../../model/classic-links.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { classicLinkErrors, classicLinkInputs, linkEnds } from './classic-link.js'

export const attachClassicLinkVpc = ecsWrite({
  name: 'AttachClassicLinkVpc',
  summary:
    'Links an instance of the classic network to a VPC with ClassicLink. To ask for the link that it has succeeds.',
  inputs: classicLinkInputs,
  errors: [...classicLinkErrors, 'OperationDenied#no-link', 'OperationDenied#linked', 'QuotaExceeded#link'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const { instance, vpc } = await linkEnds(session, scope, input)
    await linkInstance(session, instance, vpc, settings.quotas)
    return {}
  },
})
