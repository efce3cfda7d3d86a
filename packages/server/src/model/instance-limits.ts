/** How many interfaces an instance may have, and how many addresses of a family each of them. */
export interface InterfaceLimits {
  readonly interfaces: number
  readonly ipv4: number
  readonly ipv6: number
}

/** Any text can be an instance type here: those that nobody documents get the figures of a large one. */
const generous: InterfaceLimits = { interfaces: 8, ipv4: 30, ipv6: 30 }

/** What the instance type allows. */
export const interfaceLimitsOf = (instanceType: string): InterfaceLimits =>
  documented[instanceType] ?? generous

/** Figures of the page on instance families. */
const documented: Readonly<Record<string, InterfaceLimits>> = {
  'ecs.t6-c1m1.large': { interfaces: 2, ipv4: 2, ipv6: 1 },
  'ecs.c6.large': { interfaces: 2, ipv4: 6, ipv6: 1 },
  'ecs.g6.large': { interfaces: 2, ipv4: 6, ipv6: 1 },
  'ecs.g7.xlarge': { interfaces: 4, ipv4: 15, ipv6: 15 },
}

/** What an interface may have that is attached to no instance (AssignPrivateIpAddresses, AssignIpv6Addresses). */
export const detachedLimits = { ipv4: 50, ipv6: 10 } as const
