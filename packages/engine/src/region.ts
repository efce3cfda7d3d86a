import type { Family } from './address.js'
import type { AddressRange } from './entry.js'
import type { PortRange } from './rule.js'

/**
 * A set of flows seen from an interface, as a product of one set per field. Null means that the field does not exist
 * for these protocols or that any value will do. Ranges are sorted and neither meet nor touch.
 */
export interface Region {
  readonly family: Family
  /** IANA protocol numbers. */
  readonly protocols: readonly PortRange[]
  readonly remote: readonly AddressRange[]
  readonly local: readonly AddressRange[]
  readonly remotePorts: readonly PortRange[] | null
  readonly localPorts: readonly PortRange[] | null
  readonly icmpTypes: readonly PortRange[] | null
}
