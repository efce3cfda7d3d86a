import { createHash, randomFillSync } from 'node:crypto'

/** Ids begin with a code of the region; these were seen in ids of the real service. */
const regionCodes: Readonly<Record<string, string>> = {
  'cn-hangzhou': 'bp',
  'cn-beijing': '2ze',
  'cn-shenzhen': 'wz9',
  'cn-hongkong': 'j6c',
  'ap-southeast-1': 't4n',
  'cn-shanghai': 'uf6',
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
const pool = Buffer.alloc(4096)
let used = pool.length

function randomByte(): number {
  if (used >= pool.length) {
    randomFillSync(pool)
    used = 0
  }
  return pool[used++] ?? 0
}

/** Lower-case letters and digits, each equally likely. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    const byte = randomByte()
    // 252 = 7 x 36: larger bytes would make some characters likelier.
    if (byte < 252) text += alphabet[byte % 36] ?? ''
  }
  return text
}

function codeOf(region: string): string {
  return regionCodes[region] ?? createHash('sha256').update(region).digest('hex').slice(0, 3)
}

export type IdPrefix = 'sg' | 'sgr' | 'eni' | 'i' | 'pl' | 'prl' | 'vpc' | 'vsw' | 'vrt' | 'vtb'

const longIds: ReadonlySet<IdPrefix> = new Set(['vpc', 'vsw', 'vrt', 'vtb'])

/** A new id of the real service's shape: prefix, region code, then random to 20 characters (VPC products: 21). */
export function newId(prefix: IdPrefix, region: string): string {
  const code = codeOf(region)
  return `${prefix}-${code}${randomText((longIds.has(prefix) ? 21 : 20) - code.length)}`
}

/** A hardware address under Alibaba Cloud's prefix 00:16:3e. */
export function newMac(): string {
  const octet = (): string => randomByte().toString(16).padStart(2, '0')
  return `00:16:3e:${octet()}:${octet()}:${octet()}`
}

/** A new id of a resource group: `rg-aek` and 12 characters. They belong to no region. */
export const newResourceGroupId = (): string => `rg-aek${randomText(12)}`

/**
 * The id of an account's default resource group: `rg-acfm` and 11 characters, as all of them look in answers of the real
 * service. The account's id decides them, so that the group has an id wherever the account is known.
 */
export function defaultResourceGroupId(accountId: string): string {
  const digest = createHash('sha256').update(`default resource group of ${accountId}`).digest()
  const text = [...digest.subarray(0, 11)].map((byte) => alphabet[byte % 36] ?? '').join('')
  return `rg-acfm${text}`
}

/** An id of the Network Intelligence Service: a prefix and 20 hexadecimal digits, as in its masked samples. */
export function newAnalysisId(prefix: 'np' | 'nra' | 'tpr' | 'sgr'): string {
  let text = ''
  while (text.length < 20) text += randomByte().toString(16).padStart(2, '0')
  return `${prefix}-${text}`
}
