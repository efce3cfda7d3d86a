import type { StringInput, StructsInput } from '@sallyport/protocol'

/** RegionId where its absence has a code of its own. */
export const regionId = {
  kind: 'string',
  required: 'MissingParameter.RegionId',
  doc: 'Region of the resource.',
} as const satisfies StringInput

/** RegionId where it may be absent: the server's own region then. */
export const optionalRegionId = {
  kind: 'string',
  doc: "Region of the resource. Default: the server's own region.",
} as const satisfies StringInput

/** SecurityGroupId where it must be given. */
export const securityGroupId = {
  kind: 'string',
  required: true,
  doc: 'Id of the security group.',
} as const satisfies StringInput

/** What the id of a group can be made of; old ones are not like new ones. */
export const groupIdPattern = /^[\w-]{1,100}$/

/** SecurityGroupId where its form has a code of its own. */
export const wellFormedGroupId = {
  ...securityGroupId,
  pattern: groupIdPattern,
  invalid: 'InvalidSecurityGroupId.Malformed',
} as const satisfies StringInput

/** InstanceId and RegionId of operations on one instance. */
export const instanceInputs = {
  InstanceId: { kind: 'string', required: true, doc: 'Id of the instance.' },
  RegionId: { kind: 'string', doc: 'Region of the instance; need not be given.' },
} as const satisfies Record<string, StringInput>

/** Tag.N.Key and Tag.N.Value. */
export const tagInputs = {
  kind: 'structs',
  fields: {
    Key: { kind: 'string', doc: '1 to 128 characters.' },
    Value: { kind: 'string', doc: 'Up to 128 characters.' },
    key: { kind: 'string', doc: 'The same as Key: old clients write it so.' },
    value: { kind: 'string', doc: 'The same as Value.' },
  },
  max: 20,
  invalid: 'InvalidTagKey.Malformed',
  doc: 'Tags, N from 1 to 20.',
} as const satisfies StructsInput
