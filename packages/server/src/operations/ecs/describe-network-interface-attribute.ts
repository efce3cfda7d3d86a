import { ecsRead, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { resourceGroupsOf } from '../../model/resource-groups.js'
import { tagsOf } from '../../model/tags.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { addressesOf } from '../../store/interfaces.js'
import { groupIdsOf } from '../../store/memberships.js'
import { describeInterface, describeTimeouts } from './interface-answer.js'
import { interfaceInputs } from './interface-inputs.js'
import { requireInterface } from './require-interface.js'

export const describeNetworkInterfaceAttribute = ecsRead({
  name: 'DescribeNetworkInterfaceAttribute',
  summary: 'Describes one network interface.',
  inputs: {
    ...interfaceInputs,
    Attribute: {
      kind: 'string',
      oneOf: ['connectionTrackingConfiguration', 'attachment'],
      doc: 'connectionTrackingConfiguration adds the timeouts; attachment (of trunks) is not supported.',
    },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidEniId.NotFound',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    refuseUnsupported({ 'Attribute=attachment': input.Attribute === 'attachment' })
    const row = await requireInterface(session, scope, input.NetworkInterfaceId)
    const [addresses, groupIds, resourceGroups, tags] = [
      await addressesOf(session, [row.id]),
      await groupIdsOf(session, [row.id]),
      await resourceGroupsOf(session, 'eni', [row.id]),
      await tagsOf(session, 'eni', [row.id]),
    ]
    return {
      ...describeInterface(row, {
        addresses: addresses.get(row.id) ?? [],
        groupIds: groupIds.get(row.id) ?? [],
        resourceGroup: resourceGroups.get(row.id),
        tags: tags.get(row.id),
      }),
      ...(input.Attribute === 'connectionTrackingConfiguration' && {
        ConnectionTrackingConfiguration: describeTimeouts(row),
      }),
    }
  },
})
