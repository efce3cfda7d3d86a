import { type Address, type AddressRange, formatAddress } from '@sallyport/engine'
import { addressesText } from './flow-text.js'

/**
 * Answers of the engine as JSON: addresses and ranges of them as texts (blocks where they are blocks), counts as numbers
 * while those are exact, beyond that as texts of their digits.
 */
export const jsonText = (value: unknown): string => `${JSON.stringify(plain(value), null, 2)}\n`

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  if ('bits' in value) return formatAddress(value as Address)
  if ('family' in value && 'first' in value) return addressesText([value as AddressRange])
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]))
}
