import { instanceTypeOf } from './instance-types.js'

/** How many interfaces an instance may have, and how many addresses of a family each of them. */
export interface InterfaceLimits {
  readonly interfaces: number
  readonly ipv4: number
  readonly ipv6: number
}

/** Any text can be an instance type here: those that the catalogue does not list get the figures of a large one. */
const generous: InterfaceLimits = { interfaces: 8, ipv4: 30, ipv6: 30 }

/** What the instance type allows. */
export function interfaceLimitsOf(instanceType: string): InterfaceLimits {
  return instanceTypeOf(instanceType) ?? generous
}

/** What an interface may have that is attached to no instance (AssignPrivateIpAddresses, AssignIpv6Addresses). */
export const detachedLimits = { ipv4: 50, ipv6: 10 } as const
