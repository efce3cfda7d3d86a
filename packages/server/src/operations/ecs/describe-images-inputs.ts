import type { Values } from '@sallyport/protocol'
import { regionId, tagInputs } from './shared-inputs.js'

/** Every parameter of DescribeImages, in the order checked. */
export const describeImagesInputs = {
  RegionId: regionId,
  ImageId: { kind: 'string', doc: 'Only these images: up to 100 ids with commas between them.' },
  ImageName: { kind: 'string', doc: 'Only images with this in their name; * stands for any text.' },
  ImageFamily: { kind: 'string', doc: 'Only images of this family.' },
  ImageOwnerAlias: {
    kind: 'string',
    oneOf: ['system', 'self', 'others', 'marketplace'],
    invalid: 'InvalidImageOwnerAlias.ValueNotSupported',
    doc: 'system: all; self, others, marketplace: none.',
  },
  ImageOwnerId: {
    kind: 'string',
    doc: 'Owner of shared images, of which there are none; else without effect.',
  },
  IsPublic: { kind: 'boolean', doc: 'true: only community images, of which there are none.' },
  OSType: { kind: 'string', oneOf: ['linux', 'windows'], doc: 'Only images of this kind of system.' },
  Architecture: {
    kind: 'string',
    oneOf: ['i386', 'x86_64', 'arm64'],
    doc: 'Only images for this architecture; here all are for x86_64.',
  },
  Status: {
    kind: 'string',
    doc: 'Only images in one of these statuses, with commas between them; here all are Available (default).',
  },
  Usage: {
    kind: 'string',
    oneOf: ['instance', 'none'],
    doc: 'Only images that an instance uses, or none does.',
  },
  Usable: { kind: 'boolean', doc: 'true: all; false: none.' },
  InstanceType: { kind: 'string', doc: 'Only images that this instance type can run: all.' },
  IsSupportCloudinit: { kind: 'boolean', doc: 'true: all; false: none.' },
  IsSupportIoOptimized: { kind: 'boolean', doc: 'true: all; false: none.' },
  ActionType: {
    kind: 'string',
    oneOf: ['CreateEcs', 'ChangeOS'],
    doc: 'Only images for making an instance (default) or for changing its system: all are for both.',
  },
  ShowExpired: { kind: 'boolean', doc: 'Whether to show expired images, of which there are none.' },
  SnapshotId: { kind: 'string', doc: 'Only images from this snapshot: none.' },
  ResourceGroupId: { kind: 'string', doc: 'Only custom images of this resource group: none.' },
  Tag: tagInputs,
  Filter: {
    kind: 'structs',
    max: 10,
    fields: {
      Key: { kind: 'string', doc: 'CreationStartTime, CreationEndTime or NetworkType; others are refused.' },
      Value: { kind: 'string', doc: 'A time as 2017-12-05T22:40Z; vpc or classic.' },
    },
    doc: 'Further conditions.',
  },
  DryRun: { kind: 'boolean', doc: 'Only check the request.' },
  PageNumber: { kind: 'integer', min: 1, doc: 'Page, from 1.' },
  PageSize: { kind: 'integer', min: 1, doc: 'Images a page, 1 to 100. Default 10.' },
} as const

export type DescribeImagesInput = Values<typeof describeImagesInputs>
