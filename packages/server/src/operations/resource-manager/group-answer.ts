import type { Region } from '../../model/context.js'
import type { Tag } from '../../model/tags.js'
import { ecsTags } from '../../model/tags.js'
import type { ResourceGroupRow } from '../../store/schema.js'

/** What every answer says of a resource group. Account ids are text in this product. */
export const describeGroup = (row: ResourceGroupRow, status: 'Creating' | 'OK') => ({
  Id: row.id,
  Name: row.name,
  DisplayName: row.display_name,
  AccountId: row.account_id,
  CreateDate: row.created_at,
  Status: status,
})

/** The status of a resource group in each region: the same everywhere. */
export const regionStatuses = (regions: readonly Region[], status: 'Creating' | 'OK') => ({
  RegionStatuses: { RegionStatus: regions.map(({ id }) => ({ RegionId: id, Status: status })) },
})

/** The tags of a resource group, where they were asked for. */
export const groupTags = (included: boolean, tags: readonly Tag[] | undefined) =>
  included ? { Tags: ecsTags(tags) } : {}
