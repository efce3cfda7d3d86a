import { ecsError } from '../../errors/ecs.js'
import { ecsRead, scopeOf } from '../../model/context.js'
import { type Image, images } from '../../model/images.js'
import { pageOf } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { imagesInUse } from '../../store/instances.js'
import { type DescribeImagesInput, describeImagesInputs } from './describe-images-inputs.js'

export const describeImages = ecsRead({
  name: 'DescribeImages',
  summary: 'Lists a small catalogue of public images. Instances can be made from any other image as well.',
  inputs: describeImagesInputs,
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidImageOwnerAlias.ValueNotSupported',
    'InvalidTagKey.Malformed',
    'UnsupportedParameter',
    'DryRunOperation',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const filters = filtersOf(input)
    if (input.DryRun) throw ecsError('DryRunOperation')
    const used = new Set(await imagesInUse(session, scope))
    const matching = asksForOthers(input)
      ? []
      : images.filter((image) => matches(image, input, used) && filters.every((holds) => holds(image)))
    const page = pageOf({ ...input, defaultSize: 10, maxSize: 100 })
    const shown = matching.slice(page.offset, page.offset + page.size)
    return {
      RegionId: scope.regionId,
      TotalCount: matching.length,
      PageNumber: page.number,
      PageSize: page.size,
      Images: { Image: shown.map((image) => describeImage(image, used.has(image.id))) },
    }
  },
})

/** Whether a condition holds for none of the public images. */
const asksForOthers = (input: DescribeImagesInput): boolean =>
  (input.ImageOwnerAlias ?? 'system') !== 'system' ||
  input.IsPublic === true ||
  [input.Usable, input.IsSupportCloudinit, input.IsSupportIoOptimized].includes(false) ||
  (input.Architecture ?? 'x86_64') !== 'x86_64' ||
  input.SnapshotId !== undefined ||
  input.ResourceGroupId !== undefined ||
  input.Tag.length > 0

function matches(image: Image, input: DescribeImagesInput, used: ReadonlySet<string>): boolean {
  const statuses = (input.Status ?? 'Available').split(',')
  return (
    statuses.some((status) => ['available', 'all'].includes(status.trim().toLowerCase())) &&
    (input.ImageId === undefined || input.ImageId.split(',').some((id) => id.trim() === image.id)) &&
    (input.ImageName === undefined || hasPattern(image.id, input.ImageName)) &&
    (input.ImageFamily === undefined || image.family === input.ImageFamily) &&
    (input.OSType === undefined || image.osType === input.OSType) &&
    (input.Usage === undefined || (input.Usage === 'instance') === used.has(image.id))
  )
}

/** Whether the text has the parts of the pattern between its asterisks, in their order. */
function hasPattern(text: string, pattern: string): boolean {
  let from = 0
  for (const part of pattern.split('*')) {
    const at = text.indexOf(part, from)
    if (at < 0) return false
    from = at + part.length
  }
  return true
}

/** Filter.N as conditions. Times are compared as text: both are ISO 8601 in UTC. */
function filtersOf(input: DescribeImagesInput): ((image: Image) => boolean)[] {
  return input.Filter.map(({ N, Key, Value = '' }) => {
    const minute = ({ createdAt }: Image) => `${createdAt.slice(0, 16)}Z`
    if (Key === 'CreationStartTime') return (image) => minute(image) >= Value
    if (Key === 'CreationEndTime') return (image) => minute(image) <= Value
    if (Key === 'NetworkType') return () => Value === 'vpc'
    refuseUnsupported({ [`Filter.${N}.Key=${Key ?? ''}`]: true })
    return () => false
  })
}

const describeImage = (image: Image, used: boolean): object => ({
  ImageId: image.id,
  ImageName: image.id,
  ImageFamily: image.family,
  ImageVersion: '',
  ImageOwnerAlias: 'system',
  Description: image.description,
  OSType: image.osType,
  OSName: image.osName[0],
  OSNameEn: image.osName[1],
  Platform: image.platform,
  Architecture: 'x86_64',
  BootMode: 'BIOS',
  Size: image.size,
  CreationTime: image.createdAt,
  Status: 'Available',
  Progress: '100%',
  Usage: used ? 'instance' : 'none',
  Usable: true,
  IsPublic: false,
  IsCopied: false,
  IsSelfShared: '',
  IsSubscribed: false,
  IsSupportCloudinit: true,
  IsSupportIoOptimized: true,
  LoginAsNonRootSupported: false,
  ProductCode: '',
  ResourceGroupId: '',
  DiskDeviceMappings: { DiskDeviceMapping: [] },
  Features: { NvmeSupport: 'unsupported' },
  Tags: { Tag: [] },
})
