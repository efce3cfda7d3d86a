import type { Address } from './address.js'
import { contains, storedCidr } from './address.js'

/**
 * Which side of an instance in the classic network traffic passes: the public network or the internal one. In a VPC
 * there is only the internal one.
 */
export type Nic = 'internet' | 'intranet'

/** What the internal side leads to: private addresses (RFC 1918), and those of the service itself (RFC 6598). */
const internal = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(storedCidr)

/** The side of an instance in the classic network that traffic with the remote address passes. */
export const nicOf = (remote: Address): Nic =>
  internal.some((block) => contains(block, remote)) ? 'intranet' : 'internet'
