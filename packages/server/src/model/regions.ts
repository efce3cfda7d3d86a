import { ecsError } from '../errors/ecs.js'
import type { ModelSettings, Region } from './context.js'

/** The region asked for, or the server's own when none was. Throws 404 InvalidRegionId.NotFound for an unknown one. */
export function regionOf(settings: ModelSettings, regionId: string | undefined): Region {
  const wanted = regionId ?? settings.region
  const region = settings.regions.find(({ id }) => id === wanted)
  if (!region) throw ecsError('InvalidRegionId.NotFound')
  return region
}
