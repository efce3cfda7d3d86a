import { ecsError } from '../../errors/ecs.js'
import type { ModelSettings } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { findInstance } from '../../store/instances.js'
import type { InstanceRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'

/**
 * The account's instance, or 404 InvalidInstanceId.NotFound. Operations on one instance need no RegionId: the real
 * service tells the region by its endpoint, and this server has one endpoint for all. A RegionId that is given holds.
 */
export async function requireInstance(
  session: Session,
  settings: ModelSettings,
  accountId: string,
  { id, regionId }: { readonly id: string; readonly regionId: string | undefined },
): Promise<InstanceRow> {
  const region = regionId === undefined ? undefined : regionOf(settings, regionId).id
  const instance = await findInstance(session, accountId, id)
  if (!instance || (region !== undefined && instance.region_id !== region)) {
    throw ecsError('InvalidInstanceId.NotFound')
  }
  return instance
}
