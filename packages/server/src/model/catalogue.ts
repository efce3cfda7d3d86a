import type { Region } from './context.js'

/** Names of Alibaba Cloud's regions: Chinese, English. */
const names: Readonly<Record<string, readonly [string, string]>> = {
  'cn-hangzhou': ['华东1（杭州）', 'China (Hangzhou)'],
  'cn-beijing': ['华北2（北京）', 'China (Beijing)'],
  'cn-shanghai': ['华东2（上海）', 'China (Shanghai)'],
  'cn-shenzhen': ['华南1（深圳）', 'China (Shenzhen)'],
  'cn-hongkong': ['中国（香港）', 'China (Hong Kong)'],
  'ap-southeast-1': ['新加坡', 'Singapore'],
  'eu-central-1': ['德国（法兰克福）', 'Germany (Frankfurt)'],
  'us-east-1': ['美国（弗吉尼亚）', 'US (Virginia)'],
}

/** Kinds of disk that are offered. Any is accepted: an emulated instance has no disk. */
export const diskCategories = ['cloud_essd', 'cloud_ssd', 'cloud_efficiency'] as const

const isChinese = (language: string | undefined): boolean => (language ?? 'zh-CN').startsWith('zh')

/** A region's name in Chinese (default) or, for any other language, in English; the id of one without a name. */
export const regionName = (region: Region, language: string | undefined): string =>
  names[region.id]?.[isChinese(language) ? 0 : 1] ?? region.id

/** A zone's name: the region's, and the zone's letter. */
export function zoneName(region: Region, zoneId: string, language: string | undefined): string {
  const letter = zoneId.slice(-1).toUpperCase()
  return `${regionName(region, language)} ${isChinese(language) ? '可用区' : 'Zone '}${letter}`
}
