import type { JsonListInput, StringInput, Values } from '@sallyport/protocol'
import { regionId, tagInputs } from './shared-inputs.js'

const only = (doc: string): StringInput => ({ kind: 'string', doc })
const list = (doc: string): JsonListInput => ({ kind: 'json-list', max: 100, doc })

/** Every parameter of DescribeInstances, in the order checked. */
export const describeInstancesInputs = {
  RegionId: regionId,
  InstanceIds: list('Only these instances: a JSON list of up to 100 ids.'),
  SecurityGroupId: only('Only instances in this group.'),
  VpcId: only('Only instances in this VPC.'),
  VSwitchId: only('Only instances in this vSwitch.'),
  ZoneId: only('Only instances in this zone.'),
  Status: {
    kind: 'string',
    oneOf: ['Pending', 'Running', 'Starting', 'Stopping', 'Stopped'],
    invalid: 'InvalidStatus.NotFound',
    doc: 'Only instances in this status; here they are Running or Stopped.',
  },
  InstanceName: only('Only instances of this name; * stands for any text.'),
  InstanceType: only('Only instances of this type.'),
  ImageId: only('Only instances from this image.'),
  InstanceChargeType: {
    kind: 'string',
    oneOf: ['PostPaid', 'PrePaid'],
    invalid: 'InvalidInstanceChargeType.NotFound',
    doc: 'Only instances charged this way.',
  },
  KeyPairName: only('Only instances with this key pair.'),
  InstanceNetworkType: {
    kind: 'string',
    oneOf: ['vpc', 'classic'],
    invalid: 'InvalidNetworkType.NotFound',
    doc: 'vpc: all; classic: none.',
  },
  PrivateIpAddresses: list('Only instances with one of these private addresses: a JSON list.'),
  Ipv6Address: {
    kind: 'list',
    of: { kind: 'string' },
    max: 100,
    doc: 'Only instances with one of these IPv6 addresses.',
  },
  EipAddresses: list('Only instances with one of these elastic addresses (there are none).'),
  PublicIpAddresses: list('Only instances with one of these public addresses (there are none).'),
  InnerIpAddresses: list('Only instances with one of these classic addresses (there are none).'),
  LockReason: {
    kind: 'string',
    oneOf: ['financial', 'security', 'Recycling', 'dedicatedhostfinancial', 'refunded'],
    invalid: 'InvalidLockReason.NotFound',
    doc: 'Only instances locked for this reason; here that is security, if any.',
  },
  ResourceGroupId: only('Only instances of this resource group (there are none yet).'),
  Tag: tagInputs,
  DryRun: { kind: 'boolean', doc: 'Only check the request.' },
  MaxResults: { kind: 'integer', min: 1, doc: 'Instances a page, 10 to 100, with NextToken. Default 10.' },
  NextToken: { kind: 'string', doc: 'Where the page before ended.' },
  PageNumber: { kind: 'integer', min: 1, doc: 'Page, from 1.' },
  PageSize: { kind: 'integer', min: 1, max: 100, doc: 'Instances a page, 1 to 100. Default 10.' },
} as const

export type DescribeInstancesInput = Values<typeof describeInstancesInputs>
