import { ecsRead, scopeOf } from '../../model/context.js'
import { pageOf } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { countInstances, listInstances } from '../../store/instances.js'
import { regionId } from './shared-inputs.js'

export const describeInstanceStatus = ecsRead({
  name: 'DescribeInstanceStatus',
  summary: 'Lists the statuses of instances, newest first.',
  inputs: {
    RegionId: regionId,
    InstanceId: {
      kind: 'list',
      of: { kind: 'string' },
      max: 100,
      doc: 'Only these instances, N from 1 to 100; others are left out of the answer.',
    },
    ZoneId: { kind: 'string', doc: 'Only instances in this zone.' },
    ClusterId: { kind: 'string', doc: 'Only instances of this cluster (there are none).' },
    PageNumber: { kind: 'integer', min: 1, doc: 'Page, from 1.' },
    PageSize: { kind: 'integer', min: 1, doc: 'Instances a page, 1 to 50. Default 10.' },
  },
  errors: ['MissingParameter.RegionId', 'InvalidRegionId.NotFound'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const page = pageOf({ ...input, defaultSize: 10, maxSize: 50 })
    const filter = {
      ids: input.InstanceId.length > 0 ? input.InstanceId : undefined,
      none: input.ClusterId !== undefined,
      columns: input.ZoneId === undefined ? {} : { zone_id: input.ZoneId },
    }
    const asked = { limit: page.size, offset: page.offset, after: undefined }
    const rows = await listInstances(session, scope, filter, asked)
    return {
      TotalCount: await countInstances(session, scope, filter),
      PageNumber: page.number,
      PageSize: page.size,
      InstanceStatuses: {
        InstanceStatus: rows.map(({ id, status }) => ({ InstanceId: id, Status: status })),
      },
    }
  },
})
