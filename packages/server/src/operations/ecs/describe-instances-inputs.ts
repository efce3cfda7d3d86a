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
  InstanceTypeFamily: only('Only instances of a type of this family, for example ecs.g6.'),
  ImageId: only('Only instances from this image.'),
  InstanceChargeType: {
    kind: 'string',
    oneOf: ['PostPaid', 'PrePaid'],
    invalid: 'InvalidInstanceChargeType.NotFound',
    doc: 'Only instances charged this way.',
  },
  InternetChargeType: {
    kind: 'string',
    oneOf: ['PayByTraffic', 'PayByBandwidth'],
    invalid: 'InvalidInternetChargeType.ValueNotSupported',
    doc: 'Only instances whose public bandwidth would be charged this way.',
  },
  IoOptimized: { kind: 'boolean', doc: 'true: all; false: none.' },
  DeviceAvailable: { kind: 'boolean', doc: 'true: all; false: none.' },
  HttpEndpoint: {
    kind: 'string',
    oneOf: ['enabled', 'disabled'],
    doc: 'Only instances that were given this HttpEndpoint; enabled unless given.',
  },
  HttpTokens: {
    kind: 'string',
    oneOf: ['optional', 'required'],
    doc: 'Only instances that were given this HttpTokens; optional unless given.',
  },
  HttpPutResponseHopLimit: { kind: 'integer', doc: 'Not supported.' },
  NeedSaleCycle: { kind: 'boolean', doc: 'Only false.' },
  HpcClusterId: only('Only instances of this cluster, of which there are none.'),
  Filter: {
    kind: 'structs',
    max: 4,
    fields: {
      Key: only('CreationStartTime.'),
      Value: {
        kind: 'string',
        pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/,
        doc: 'Only instances made at this time or later, as 2017-12-05T22:40Z.',
      },
    },
    doc: 'Further conditions.',
  },
  AdditionalAttributes: {
    kind: 'list',
    of: { kind: 'string' },
    max: 20,
    doc: 'Attributes to show beside the usual ones: those that are known are always shown.',
  },
  KeyPairName: only('Only instances with this key pair.'),
  InstanceNetworkType: {
    kind: 'string',
    oneOf: ['vpc', 'classic'],
    invalid: 'InvalidNetworkType.NotFound',
    doc: 'Only instances in VPCs (vpc), or in the classic network (classic).',
  },
  PrivateIpAddresses: list('Only instances in VPCs with one of these private addresses: a JSON list.'),
  Ipv6Address: {
    kind: 'list',
    of: { kind: 'string' },
    max: 100,
    doc: 'Only instances with one of these IPv6 addresses.',
  },
  EipAddresses: list('Only instances with one of these elastic addresses (there are none).'),
  PublicIpAddresses: list('Only instances with one of these public addresses (there are none).'),
  RdmaIpAddresses: only('Only instances with one of these RDMA addresses (there are none).'),
  InnerIpAddresses: list('Only instances in the classic network with one of these internal addresses.'),
  LockReason: {
    kind: 'string',
    oneOf: ['financial', 'security', 'Recycling', 'dedicatedhostfinancial', 'refunded'],
    invalid: 'InvalidLockReason.NotFound',
    doc: 'Only instances locked for this reason; here that is security, if any.',
  },
  ResourceGroupId: only('Only instances of this resource group.'),
  Tag: tagInputs,
  DryRun: { kind: 'boolean', doc: 'Only check the request.' },
  MaxResults: { kind: 'integer', min: 1, doc: 'Instances a page, 10 to 100, with NextToken. Default 10.' },
  NextToken: { kind: 'string', doc: 'Where the page before ended.' },
  PageNumber: { kind: 'integer', min: 1, doc: 'Page, from 1.' },
  PageSize: { kind: 'integer', min: 1, max: 100, doc: 'Instances a page, 1 to 100. Default 10.' },
} as const

export type DescribeInstancesInput = Values<typeof describeInstancesInputs>
