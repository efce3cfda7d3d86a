import { ecsError } from '../../errors/ecs.js'
import { requireStatus } from '../../model/attachments.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { removeInterface } from '../../model/interfaces.js'
import { regionOf } from '../../model/regions.js'
import { interfaceInputs } from './interface-inputs.js'
import { requireInterface } from './require-interface.js'

export const deleteNetworkInterface = ecsWrite({
  name: 'DeleteNetworkInterface',
  summary: 'Deletes a network interface that is not attached; its addresses are free then.',
  inputs: interfaceInputs,
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidEniId.NotFound',
    'InvalidOperation.InvalidEniType',
    'InvalidOperation.InvalidEniState',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const row = await requireInterface(session, scope, input.NetworkInterfaceId)
    if (row.type === 'Primary') throw ecsError('InvalidOperation.InvalidEniType', 'Secondary', row.type)
    requireStatus(row, 'Available')
    await removeInterface(session, row)
    return {}
  },
})
