import type { ChangedRegion, FlowChange, PolicyDiff } from './answers.js'
import { joinCoverage } from './budget.js'
import type { AddressRange, Entry, Policy, RemoteSet } from './entry.js'
import type { Family } from './address.js'

/** Nothing changes. */
export const noChange: PolicyDiff = {
  complete: true,
  covered: 1,
  equal: true,
  opens: { count: 0n, regions: [], more: false },
  closes: { count: 0n, regions: [], more: false },
}

/** Several comparisons of different flows as one. */
export function joinDiffs(parts: readonly PolicyDiff[], limit: number): PolicyDiff {
  const [first = noChange, ...others] = parts
  if (others.length === 0) return first
  const way = (changes: readonly FlowChange[]): FlowChange => {
    const regions = changes.flatMap((change) => change.regions)
    return {
      count: changes.reduce((sum, { count }) => sum + count, 0n),
      regions: regions.slice(0, limit),
      more: regions.length > limit || changes.some(({ more }) => more),
    }
  }
  return {
    ...joinCoverage(parts.map((part) => ({ ...part, flows: 1n }))),
    equal: parts.every(({ equal }) => equal),
    opens: way(parts.map(({ opens }) => opens)),
    closes: way(parts.map(({ closes }) => closes)),
  }
}

/** The same comparison at other addresses, of which there are as many. Only where no entry tests the local side. */
export function relocated(
  found: PolicyDiff,
  own: Readonly<Record<Family, readonly AddressRange[]>>,
): PolicyDiff {
  const move = (changed: ChangedRegion): ChangedRegion => {
    const { family } = changed.region
    const [first] = own[family]
    return {
      ...changed,
      region: { ...changed.region, local: own[family] },
      example: { ...changed.example, ...(first && { local: { family, bits: first.first } }) },
    }
  }
  const way = (change: FlowChange): FlowChange => ({ ...change, regions: change.regions.map(move) })
  return { ...found, opens: way(found.opens), closes: way(found.closes) }
}

export const testsLocal = ({ entries }: Policy): boolean => entries.some(({ local }) => local !== null)

const sameSet = (a: ReadonlySet<bigint>, b: ReadonlySet<bigint>): boolean =>
  a.size === b.size && [...a].every((bits) => b.has(bits))

const sameRange = (a: AddressRange, b: AddressRange): boolean =>
  a.family === b.family && a.first === b.first && a.last === b.last

const sameList = <T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean =>
  a === b || (a.length === b.length && a.every((one, at) => same(one, b[at]!)))

function sameRemote(a: RemoteSet, b: RemoteSet): boolean {
  if (a.kind === 'range' && b.kind === 'range') return sameRange(a.range, b.range)
  if (a.kind === 'group' && b.kind === 'group') {
    return (
      a.group === b.group &&
      (a.members === b.members ||
        (sameSet(a.members.v4, b.members.v4) && sameSet(a.members.v6, b.members.v6)))
    )
  }
  if (a.kind === 'prefix-list' && b.kind === 'prefix-list') {
    return a.list === b.list && sameList(a.ranges, b.ranges, sameRange)
  }
  return a.kind === b.kind
}

const sameNumbers = (a: Entry['localPorts'], b: Entry['localPorts']): boolean =>
  a === null || b === null
    ? a === b
    : sameList(a, b, (one, other) => one.first === other.first && one.last === other.last)

const sameEntry = (a: Entry, b: Entry): boolean =>
  a === b ||
  (a.reason === b.reason &&
    a.rule === b.rule &&
    a.group === b.group &&
    a.priority === b.priority &&
    a.verdict === b.verdict &&
    a.staged === b.staged &&
    a.family === b.family &&
    a.protocol === b.protocol &&
    (a.local === null || b.local === null ? a.local === b.local : sameRange(a.local, b.local)) &&
    sameNumbers(a.localPorts, b.localPorts) &&
    sameNumbers(a.remotePorts, b.remotePorts) &&
    sameRemote(a.remote, b.remote))

/** Whether two policies are made of the same entries, by the same rules. Implicit entries with types never change. */
export const samePolicy = (a: Policy, b: Policy): boolean =>
  a === b ||
  (a.fallback === b.fallback &&
    a.stagedFallback === b.stagedFallback &&
    sameList(a.entries, b.entries, sameEntry))
