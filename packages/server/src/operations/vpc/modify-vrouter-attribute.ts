import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { listVpcs, updateRouter } from '../../store/vpcs.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'

export const modifyVRouterAttribute = vpcWrite({
  name: 'ModifyVRouterAttribute',
  summary: 'Changes the name and description of the router of a VPC. What is not given stays as it is.',
  inputs: {
    RegionId: optionalRegionId,
    VRouterId: { kind: 'string', required: true, doc: 'Id of the router.' },
    VRouterName: {
      kind: 'string',
      pattern: /^(?!https?:\/\/).{1,128}$/is,
      invalid: 'InvalidVRouterName.Malformed',
      doc: '1 to 128 characters, no web address.',
    },
    Description: {
      kind: 'string',
      pattern: /^(?!https?:\/\/).{1,256}$/is,
      invalid: 'InvalidVRouterDiscription.Malformed',
      doc: '1 to 256 characters, no web address.',
    },
  },
  errors: [
    'InvalidVRouterName.Malformed',
    'InvalidVRouterDiscription.Malformed',
    'InvalidRegionId.NotFound',
    'InvalidVRouterId.NotFound',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const filter = { ids: undefined, routerId: input.VRouterId, tags: [] }
    const [vpc] = await listVpcs(session, scope, filter, { limit: 1, offset: 0 })
    if (!vpc) throw vpcError('InvalidVRouterId.NotFound')
    await updateRouter(session, {
      id: vpc.id,
      vrouter_name: input.VRouterName ?? vpc.vrouter_name,
      vrouter_description: input.Description ?? vpc.vrouter_description,
    })
    return {}
  },
})
