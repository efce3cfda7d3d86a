/** A region that the server answers for, with its zones. Ids are Alibaba Cloud's own. */
export interface RegionSetting {
  readonly id: string
  readonly zones: readonly string[]
}

const region = (id: string, letters: string, separator = '-'): RegionSetting => ({
  id,
  zones: [...letters].map((letter) => `${id}${separator}${letter}`),
})

/** Regions served unless told otherwise (zone ids as DescribeZones lists them). Outside China a zone's letter follows without a dash. */
export const defaultRegions: readonly RegionSetting[] = [
  region('cn-hangzhou', 'hij'),
  region('cn-beijing', 'hij'),
  region('cn-shanghai', 'lmn'),
  region('cn-shenzhen', 'def'),
  region('cn-hongkong', 'bcd'),
  region('ap-southeast-1', 'abc', ''),
  region('eu-central-1', 'ab', ''),
  region('us-east-1', 'ab', ''),
]
