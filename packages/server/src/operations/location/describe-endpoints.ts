import { locationRead } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { endpointAnswer, serviceCodes } from './endpoint-answer.js'

export const describeEndpoints = locationRead({
  name: 'DescribeEndpoints',
  summary: 'Lists where a product answers in a region: here, at the address that the client called.',
  inputs: {
    Id: { kind: 'string', required: true, doc: 'Id of the region.' },
    ServiceCode: {
      kind: 'string',
      doc: `The product, in any case: ${serviceCodes.join(', ')}. Default: all of them. Others have no endpoint.`,
    },
    Type: { kind: 'string', doc: 'Kind of endpoint. Default openAPI. Others have no endpoint.' },
    Namespace: { kind: 'string', doc: 'Answered as it is asked for. Default 26842.' },
  },
  errors: ['InvalidRegionId.NotFound'],
  handle(input, caller, { settings }) {
    const region = regionOf(settings, input.Id)
    const asked = input.ServiceCode?.toLowerCase()
    const open = input.Type === undefined || input.Type.toLowerCase() === 'openapi'
    const codes = open ? serviceCodes.filter((code) => asked === undefined || code === asked) : []
    return Promise.resolve({
      Success: true,
      Endpoints: {
        Endpoint: codes.map((code) => endpointAnswer(caller.host, region.id, code, input.Namespace)),
      },
    })
  },
})
