import { locationError } from '../../errors/location.js'
import { locationRead } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { endpointAnswer, serviceCodes } from './endpoint-answer.js'

export const describeEndpoint = locationRead({
  name: 'DescribeEndpoint',
  summary: 'Says where one product answers in a region: here, at the address that the client called.',
  inputs: {
    Id: { kind: 'string', required: true, doc: 'Id of the region.' },
    ServiceCode: {
      kind: 'string',
      required: true,
      doc: `The product, in any case: ${serviceCodes.join(', ')}.`,
    },
    Password: { kind: 'string', doc: 'Not supported.' },
  },
  errors: ['UnsupportedParameter', 'InvalidRegionId.NotFound', 'Illegal Parameter'],
  handle(input, caller, { settings }) {
    refuseUnsupported({ Password: input.Password })
    const region = regionOf(settings, input.Id)
    const code = input.ServiceCode.toLowerCase()
    if (!serviceCodes.includes(code)) throw locationError('Illegal Parameter')
    return Promise.resolve(endpointAnswer(caller.host, region.id, code))
  },
})
