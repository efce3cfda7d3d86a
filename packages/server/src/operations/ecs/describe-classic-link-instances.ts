import { ecsError } from '../../errors/ecs.js'
import { ecsRead, type Scope, scopeOf } from '../../model/context.js'
import { pageOf } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { type ClassicLinkFilter, countMatchingLinks, listClassicLinks } from '../../store/classic-links.js'
import { findInstance } from '../../store/instances.js'
import type { Session } from '../../store/session.js'
import { findVpc } from '../../store/vpcs.js'
import { regionId } from './shared-inputs.js'

/** How many instances one call may name. */
const MOST = 100

export const describeClassicLinkInstances = ecsRead({
  name: 'DescribeClassicLinkInstances',
  summary: 'Lists links of instances of the classic network to VPCs, newest first.',
  inputs: {
    RegionId: regionId,
    VpcId: { kind: 'string', doc: 'Only links to this VPC; one of this and InstanceId is required.' },
    InstanceId: { kind: 'string', doc: 'Only links of these instances: up to 100 ids with commas between.' },
    PageNumber: {
      kind: 'integer',
      min: 1,
      invalid: 'InvalidParameter.PageNumber',
      doc: 'Page, from 1.',
    },
    PageSize: {
      kind: 'integer',
      min: 1,
      max: 100,
      invalid: 'InvalidParameter.PageSize',
      doc: 'Links a page, 1 to 100. Default 10.',
    },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidParameter.PageNumber',
    'InvalidParameter.PageSize',
    'InvalidRegionId.NotFound',
    'InvalidParameter.InvalidInstanceIdAndVpcId',
    'InvalidParameter.ToManyInstanceIds',
    'InvalidVpc.NotBelong',
    'InvalidInstanceId.NotFound#link',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const filter = { vpcId: input.VpcId, instanceIds: idsIn(input.InstanceId) }
    await checkFilter(session, scope, filter)
    const page = pageOf({ ...input, defaultSize: 10, maxSize: 100 })
    const rows = await listClassicLinks(session, scope, filter, { limit: page.size, offset: page.offset })
    return {
      TotalCount: await countMatchingLinks(session, scope, filter),
      PageNumber: page.number,
      PageSize: page.size,
      Links: { Link: rows.map((row) => ({ InstanceId: row.instance_id, VpcId: row.vpc_id })) },
    }
  },
})

/** `i-a, i-b`: the reference page's own sample has a blank after the comma. */
function idsIn(text: string | undefined): string[] | undefined {
  const ids = text?.split(',').flatMap((id) => (id.trim() === '' ? [] : [id.trim()]))
  return ids && ids.length > 0 ? ids : undefined
}

/** What is named must be there: the account's, and in the region. */
async function checkFilter(
  session: Session,
  scope: Scope,
  { vpcId, instanceIds }: ClassicLinkFilter,
): Promise<void> {
  if (vpcId === undefined && instanceIds === undefined) {
    throw ecsError('InvalidParameter.InvalidInstanceIdAndVpcId')
  }
  if ((instanceIds?.length ?? 0) > MOST) throw ecsError('InvalidParameter.ToManyInstanceIds')
  if (vpcId !== undefined && !(await findVpc(session, scope, vpcId))) throw ecsError('InvalidVpc.NotBelong')
  for (const id of instanceIds ?? []) {
    const instance = await findInstance(session, scope.accountId, id)
    if (instance?.region_id !== scope.regionId) throw ecsError('InvalidInstanceId.NotFound#link')
  }
}
