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
  doc: 'Resource group of the VPC.',
} as const satisfies StringInput

/** What a filter's parameters can be refused with. */
export const listErrors = [
  'MissingParameter.RegionId',
  'InvalidRegionId.NotFound',
  'DryRunOperation',
] as const

/** What tags to put on a resource can be refused with. */
export const tagErrors = ['InvalidTagKey.Malformed', 'InvalidTagValue.Malformed', 'Duplicate.TagKey'] as const

/** Ipv6Isp: other lines than BGP need a permission that nobody has here. */
export const ipv6Isp = {
  kind: 'string',
  oneOf: ['BGP'],
  doc: 'BGP (default).',
} as const satisfies StringInput

/** Ipv6CidrBlock of vSwitches. */
export const vswitchIpv6Number = {
  kind: 'integer',
  min: 0,
  max: 255,
  doc: 'Gives the vSwitch a /64: the last 8 bits after the /56 of the VPC, in decimal.',
} as const satisfies IntegerInput

/** Ipv6CidrMask and VpcIpv6CidrBlock of vSwitches. */
export const vswitchIpv6Inputs = {
  Ipv6CidrMask: { kind: 'integer', min: 64, max: 64, doc: 'Only 64.' },
  VpcIpv6CidrBlock: {
    kind: 'string',
    doc: 'Which of the IPv6 blocks of the VPC. Default: the one that it got when IPv6 was enabled.',
  },
} as const satisfies Record<string, IntegerInput | StringInput>

/** What UserCidr can be refused with. */
export const userCidrErrors = [
  'InvalidParameter#user-cidr',
  'InvalidParameter#user-cidr-mask',
  'InvalidUserCidr.Quota',
  'InvalidUserCidr.Malformed',
] as const

/** RouterType of route tables. */
export const routerType = {
  kind: 'string',
  oneOf: ['VRouter', 'VBR'],
  doc: 'VRouter (default), or VBR for border routers, of which there are none.',
} as const satisfies StringInput
