import { keyOf, type RegionAnswer } from './diagram-answers.js'
import { portedProtocols } from './protocol-fields.js'
import { mergePorts, mergeRanges } from './ranges.js'
import type { Region } from './region.js'
import type { PortRange } from './rule.js'

/** Fields in which regions may differ and still be one. */
const fields = ['remotePorts', 'localPorts', 'icmpTypes', 'protocols', 'remote', 'local'] as const

type Field = (typeof fields)[number]

/** Ports that are all there are need no naming where every protocol has ports. */
function portsOf(ranges: readonly PortRange[], protocols: Region['protocols']): readonly PortRange[] | null {
  const merged = mergePorts(ranges)
  const whole = merged.length === 1 && merged[0]?.first === 0 && merged[0].last === 65_535
  const ported = protocols.every(({ first, last }) => first === last && portedProtocols.includes(first))
  return whole && ported ? null : merged
}

function joined(field: Field, regions: readonly Region[]): Region[Field] {
  const [one] = regions
  if (!one || regions.some((region) => region[field] === null)) return null
  switch (field) {
    case 'remote':
    case 'local':
      return mergeRanges(regions.flatMap((region) => region[field]))
    case 'protocols':
      return mergePorts(regions.flatMap((region) => region.protocols))
    case 'icmpTypes':
      return mergePorts(regions.flatMap((region) => region.icmpTypes ?? []))
    case 'remotePorts':
    case 'localPorts':
      return portsOf(
        regions.flatMap((region) => region[field] ?? []),
        one.protocols,
      )
  }
}

/**
 * Joins regions of the same outcomes that differ in one field only, as long as there are any: a walk cuts fields where
 * some entry begins or ends, also where that turns out to decide nothing. The order is that of the first of each.
 */
export function mergeRegions(answers: readonly RegionAnswer[]): RegionAnswer[] {
  let merged = [...answers]
  for (let before = Infinity; merged.length < before;) {
    before = merged.length
    for (const field of fields) merged = mergeBy(field, merged)
  }
  return merged
}

function mergeBy(field: Field, answers: readonly RegionAnswer[]): RegionAnswer[] {
  const alike = new Map<string, RegionAnswer[]>()
  const outcomes = new Map<RegionAnswer['outcomes'], number>()
  for (const answer of answers) {
    const outcome = outcomes.get(answer.outcomes) ?? outcomes.size
    outcomes.set(answer.outcomes, outcome)
    const { region } = answer
    // Protocols that do not have the same fields are told apart by those that are named.
    const key = keyOf([outcome, region[field] === null, { ...region, [field]: null }])
    const known = alike.get(key)
    if (known) known.push(answer)
    else alike.set(key, [answer])
  }
  return [...alike.values()].map((list) => {
    const [first] = list
    if (!first || list.length === 1) return first!
    const value = joined(
      field,
      list.map(({ region }) => region),
    )
    return { ...first, region: { ...first.region, [field]: value } }
  })
}
