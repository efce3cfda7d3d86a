import fc from 'fast-check'
import type { Entry, Flow, Policy, PortRange, Region } from '../src/index.js'
import { compile, regionOf } from '../src/index.js'
import { address } from './engine-view.js'
import { flowsIn } from './small-regions.js'

/** Policies of a few entries out of a small menu, so that policies share entries in every order and nest. */

const port = (first: number, last = first): PortRange[] => [{ first, last }]
const range = (text: string, last = text) => ({
  family: 4 as const,
  first: address(text).bits,
  last: address(last).bits,
})

const menu: readonly Partial<Entry>[] = [
  {},
  { protocol: 6 },
  { protocol: 17 },
  { protocol: 6, localPorts: port(1) },
  { protocol: 6, localPorts: port(0, 1) },
  { localPorts: port(1, 2) },
  { protocol: 6, remotePorts: port(2) },
  { remote: { kind: 'range', range: range('0.0.0.1') } },
  { remote: { kind: 'range', range: range('0.0.0.0', '0.0.0.1') }, protocol: 6 },
  { remote: { kind: 'range', range: range('0.0.0.1', '0.0.0.2') }, local: range('0.0.0.0') },
  { local: range('0.0.0.1') },
  { local: range('0.0.0.0', '0.0.0.1'), localPorts: port(0) },
]

export const entries: fc.Arbitrary<Entry[]> = fc
  .array(fc.tuple(fc.nat({ max: menu.length - 1 }), fc.boolean()), { maxLength: 6 })
  .map((list) =>
    list.map(([index, accepts], at) => ({
      reason: 'rule',
      rule: `sgr-${at}`,
      group: 'sg-1',
      priority: 1,
      verdict: accepts ? 'accept' : 'drop',
      family: null,
      protocol: null,
      remote: { kind: 'any' },
      local: null,
      remotePorts: null,
      localPorts: null,
      icmpTypes: null,
      staged: false,
      ...menu[index],
    })),
  )

export const policies: fc.Arbitrary<Policy> = fc
  .tuple(entries, fc.constantFrom('accept' as const, 'drop' as const))
  .map(([list, fallback]) => compile(list, fallback, 'ingress'))

export const small = regionOf(4, {
  protocols: [
    { first: 6, last: 6 },
    { first: 17, last: 17 },
  ],
  remote: [range('0.0.0.0', '0.0.0.3')],
  local: [range('0.0.0.0', '0.0.0.2')],
  remotePorts: port(0, 3),
  localPorts: port(0, 3),
})
export const flows = flowsIn(small)

const single = (number: number): PortRange[] => [{ first: number, last: number }]
const beyond = { family: 6, first: 5n, last: 5n } as const

/**
 * A flow for each way in which the entries of the menu can tell flows apart: what they name, one value that none of them
 * names in each field, a protocol with types and one with neither, and the other family.
 */
export const everyWay: readonly Flow[] = [
  ...flows,
  ...[1, 47].flatMap((protocol) => portless(small, protocol)),
  ...flowsIn(regionOf(6, { ...small, remote: [beyond], local: [beyond] })),
  ...[1, 47].flatMap((protocol) =>
    portless(regionOf(6, { ...small, remote: [beyond], local: [beyond] }), protocol),
  ),
]

/** The menu has entries that name ports of any protocol. Flows without ports get one that no entry names. */
function portless(region: Region, protocol: number): Flow[] {
  const icmpTypes = protocol === 1 ? single(8) : null
  const fields = { protocols: single(protocol), remotePorts: null, localPorts: null, icmpTypes }
  return flowsIn({ ...region, ...fields }).map((flow) => ({ ...flow, remotePort: 9, localPort: 9 }))
}
