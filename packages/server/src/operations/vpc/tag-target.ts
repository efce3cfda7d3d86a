import type { ListInput, StringInput } from '@sallyport/protocol'
import { vpcError } from '../../errors/vpc.js'
import { kindNamed, type ResourceKind, vpcKinds } from '../../model/taggable.js'
import type { TagRefusals } from '../../model/tags.js'
import { regionId } from '../ecs/shared-inputs.js'

/** What the product's operations on tags are about. */
export const tagTargetInputs = {
  RegionId: regionId,
  ResourceType: {
    kind: 'string',
    required: true,
    doc: 'Type of the resources: VPC, VSWITCH or ROUTETABLE, in any case. Of the other types of VPC there is no resource here.',
  },
} as const satisfies Record<string, StringInput>

/** ResourceId.N where at least one must be given. */
export const taggedIds = {
  kind: 'list',
  of: { kind: 'string' },
  max: 50,
  required: true,
  invalid: 'SizeLimitExceeded.ResourceId',
  doc: 'Ids of the resources, N from 1 to 50.',
} as const satisfies ListInput

/** What they can be refused with. */
export const tagTargetErrors = [
  'MissingParameter.RegionId',
  'InvalidRegionId.NotFound',
  'InvalidInstanceType.NotFound',
  'SizeLimitExceeded.ResourceId',
  'SizeLimitExceeded.TagNum',
] as const

/** The product's own codes for bad tags. */
export const tagRefusals: TagRefusals = {
  key: () => vpcError('InvalidTagKey'),
  value: () => vpcError('InvalidTagValue'),
  duplicate: () => vpcError('Forbidden.TagKey.Duplicated'),
  reservedValues: true,
}

/** The type that a name means in VPC. Throws 400 InvalidInstanceType.NotFound for any other. */
export function requireVpcKind(name: string): ResourceKind {
  const kind = kindNamed(vpcKinds, name)
  if (!kind) throw vpcError('InvalidInstanceType.NotFound')
  return kind
}
