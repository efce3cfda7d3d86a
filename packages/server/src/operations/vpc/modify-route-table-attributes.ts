import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { findRouteTable, updateRouteTable } from '../../store/route-tables.js'
import { regionId } from '../ecs/shared-inputs.js'

export const modifyRouteTableAttributes = vpcWrite({
  name: 'ModifyRouteTableAttributes',
  summary: 'Changes the name and description of a route table. What is not given stays as it is.',
  inputs: {
    RegionId: regionId,
    RouteTableId: { kind: 'string', required: true, doc: 'Id of the route table.' },
    RouteTableName: {
      kind: 'string',
      pattern: /^(?!https?:\/\/).{1,128}$/is,
      doc: '1 to 128 characters, no web address.',
    },
    Description: {
      kind: 'string',
      pattern: /^(?!https?:\/\/).{1,256}$/is,
      doc: '1 to 256 characters, no web address.',
    },
    RoutePropagationEnable: {
      kind: 'boolean',
      doc: 'Whether the table takes routes that others propagate, of which there are none here.',
    },
  },
  errors: ['MissingParameter.RegionId', 'InvalidRegionId.NotFound', 'InvalidRouteTableId.NotFound'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const table = await findRouteTable(session, scope, input.RouteTableId)
    if (!table) throw vpcError('InvalidRouteTableId.NotFound')
    const propagation = input.RoutePropagationEnable
    await updateRouteTable(session, {
      ...table,
      name: input.RouteTableName ?? table.name,
      description: input.Description ?? table.description,
      propagation: propagation === undefined ? table.propagation : propagation ? 1 : 0,
    })
    return {}
  },
})
