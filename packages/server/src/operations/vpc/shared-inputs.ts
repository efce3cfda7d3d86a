import type { BooleanInput, IntegerInput, StringInput } from '@sallyport/protocol'

/** DryRun of every operation of the product. */
export const dryRun = { kind: 'boolean', doc: 'Only check the request.' } as const satisfies BooleanInput

/** PageNumber and PageSize of the lists. */
export const pageInputs = {
  PageNumber: { kind: 'integer', min: 1, doc: 'Page, from 1.' },
  PageSize: { kind: 'integer', min: 1, max: 50, doc: 'Items a page, 1 to 50. Default 10.' },
} as const satisfies Record<string, IntegerInput>

/** ResourceGroupId of what is created. */
export const resourceGroupId = {
  kind: 'string',
  doc: 'This server has no resource groups yet.',
} as const satisfies StringInput

/** What a filter's parameters can be refused with. */
export const listErrors = [
  'MissingParameter.RegionId',
  'InvalidRegionId.NotFound',
  'DryRunOperation',
] as const

/** What tags to put on a resource can be refused with. */
export const tagErrors = ['InvalidTagKey.Malformed', 'InvalidTagValue.Malformed', 'Duplicate.TagKey'] as const
