import { canonicalCidr, parseCidr, storedCidr } from '@sallyport/engine'
import { vpcError } from '../errors/vpc.js'
import { overlaps } from './address-space.js'

const MAX_USER_CIDRS = 3

/** What user CIDR blocks may not meet: addresses of the service itself. */
const reserved = storedCidr('100.64.0.0/10')

/**
 * Reads UserCidr, up to three IPv4 blocks separated by commas, and returns them as they are stored and answered. Host
 * bits are dropped: the reference page's own sample, 192.168.0.0/12, has some. That a mask is 8 to 28, as a VPC's, is
 * our reading: the page has a code for a bad one, but no range.
 */
export function parseUserCidrs(text: string): string {
  const blocks = text.split(',').map((part) => part.trim())
  if (blocks.length > MAX_USER_CIDRS) throw vpcError('InvalidUserCidr.Quota')
  return blocks.map(parseUserCidr).join(',')
}

function parseUserCidr(text: string): string {
  const cidr = parseCidr(text)
  if (cidr === 'mask-out-of-range') throw vpcError('InvalidParameter#user-cidr-mask')
  if (cidr === 'malformed' || cidr.family !== 4 || cidr.written !== 'block') {
    throw vpcError('InvalidParameter#user-cidr')
  }
  if (cidr.prefix < 8 || cidr.prefix > 28) throw vpcError('InvalidParameter#user-cidr-mask')
  if (overlaps(cidr, reserved)) throw vpcError('InvalidUserCidr.Malformed')
  return canonicalCidr(cidr)
}
