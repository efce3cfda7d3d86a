import type { Family } from './address.js'
import type { Finding } from './answers.js'
import { bitsFrom } from './bits.js'
import type { Budget, Coverage, Meter } from './budget.js'
import { meterOf, partOf } from './budget.js'
import type { Classes } from './classes.js'
import { classesOf } from './classes.js'
import { uncovered } from './counterexample.js'
import { exampleFor } from './diff.js'
import { diagramOf } from './diagram.js'
import type { Outcome } from './diagram-answers.js'
import { countOf, coverageOf, flowsOf, regionsWith } from './diagram-answers.js'
import type { Spot } from './doubt.js'
import { regionOfSpot } from './doubt.js'
import type { AddressRange, Entry, Policy } from './entry.js'
import { namesOf, ruleFinding } from './finding.js'
import type { ManagementPort } from './management-ports.js'
import { openingsOf } from './openings.js'
import { overlapOf } from './overlap.js'
import { allAddresses, regionsOfEntry } from './region.js'

/** Findings about how the rules of one policy meet, and how far they could be looked for. */
export interface PolicyFindings {
  readonly findings: readonly Finding[]
  readonly coverage: readonly Coverage[]
}

const accepts = ([one]: readonly Outcome[]): boolean => one?.verdict === 'accept'

const asRule = ({ rule, group }: Entry): { id: string; group: string } => ({
  id: rule ?? '',
  group: group ?? '',
})

const isRule = ({ rule }: Entry): boolean => rule !== null

/**
 * Drops that decide flows which an accept of the same priority also matches: "When several security group rules have the
 * same priority, drop rules take precedence" (the AuthorizeSecurityGroupEgress reference page). `dead` entries are known
 * to decide none.
 */
export function lintTies(
  policy: Policy,
  budget: Budget,
  dead: ReadonlySet<Entry> = new Set(),
): PolicyFindings {
  const { entries } = policy
  const classes = classesOf(policy)
  const { boxes } = classes
  const meter = meterOf(budget)
  const findings: Finding[] = []
  let [asked, unknown] = [0, 0]
  for (const [at, drop] of entries.entries()) {
    if (drop.verdict !== 'drop' || !isRule(drop) || dead.has(drop)) continue
    const others: number[] = []
    // Accepts of the same priority come right after the drops.
    for (let next = at + 1; entries[next]?.priority === drop.priority; next++) {
      if (entries[next]!.verdict === 'accept' && overlapOf(boxes[at]!, boxes[next]!) > 0) others.push(next)
    }
    if (others.length === 0) continue
    asked++
    const meeting = meetingOf(classes, at, others, meter)
    if (meeting === 'unknown') unknown++
    if (typeof meeting === 'string') continue
    const rules = others.map((other) => entries[other]!.rule ?? '')
    const params = { priority: drop.priority ?? '', others: namesOf(rules) }
    const evidence = exampleFor(regionOfSpot(classes, meeting), policy.direction)
    findings.push(ruleFinding('equal-priority', 'warning', asRule(drop), params, { rules, evidence }))
  }
  return {
    findings,
    coverage: [
      unknown === 0 ? { complete: true, covered: 1 } : { complete: false, covered: 1 - unknown / asked },
    ],
  }
}

/** How many nodes each pair of entries may take at first, so that one that is found soon spares the others. */
const PATIENCE = [0, 64, Infinity]

/** Flows that an entry decides and one of `others`, which come later, matches too. */
function meetingOf(
  classes: Classes,
  entry: number,
  others: readonly number[],
  meter: Meter,
): Spot | 'none' | 'unknown' {
  const before = bitsFrom(Array(entry).keys(), classes.boxes.length)
  let left = others
  for (const nodes of PATIENCE) {
    const open: number[] = []
    for (const other of left) {
      const found = uncovered(classes, [entry, other], before, partOf(meter, nodes))
      if (found === 'unknown') open.push(other)
      else if (found !== 'none') return found
    }
    left = open
  }
  return left.length === 0 ? 'none' : 'unknown'
}

/** IPv6 has public addresses in 2000::/3 only; IPv4 has them everywhere but in a few blocks. */
const internet: Readonly<Record<Family, AddressRange>> = {
  4: allAddresses(4),
  6: { family: 6, first: 1n << 125n, last: (1n << 126n) - 1n },
}

/** Open to the world is what half of the Internet or more may reach. */
const MOST = 0.5

/** Rules that let the world reach management ports, after all that decides before them. */
export function lintOpenPorts(
  policy: Policy,
  ports: readonly ManagementPort[],
  budget: Budget,
): PolicyFindings {
  const coverage: Coverage[] = []
  const open = new Map<
    string,
    { entry: Entry; family: Family; share: number; names: string[]; evidence: Finding['evidence'] }
  >()
  const meter = meterOf(budget)
  for (const family of [4, 6] as const) {
    const openingTo = openingsOf(policy, internet[family], meter)
    for (const { port, service } of ports) {
      const { share, by, ...covering } = openingTo(port)
      coverage.push(covering)
      if (!by || share < MOST || !isRule(by.entry)) continue
      const key = `${family} ${by.entry.rule}`
      const known = open.get(key)
      const name = `${service} (${port})`
      if (known) known.names.push(name)
      else
        open.set(key, {
          entry: by.entry,
          family,
          share,
          names: [name],
          evidence: exampleFor(by.region, policy.direction),
        })
    }
  }
  const findings = [...open.values()].map(({ entry, family, share, names, evidence }) =>
    ruleFinding(
      'open-to-world',
      share > 0.99 ? 'error' : 'warning',
      asRule(entry),
      { family: `IPv${family}`, share: percent(share), ports: namesOf(names, 25) },
      { evidence },
    ),
  )
  return { findings, coverage }
}

const percent = (share: number): string => `${Math.floor(share * 1000) / 10} %`

/**
 * Drops of what has certain source ports, where the other direction accepts connections to these: the packets are
 * replies then, and pass. `policy` and `other` are the two directions of one interface.
 */
export function lintReplies(policy: Policy, other: Policy, budget: Budget): PolicyFindings {
  const findings: Finding[] = []
  const coverage: Coverage[] = []
  const egress = policy.direction === 'egress'
  for (const drop of policy.entries) {
    const sourcePorts = egress ? drop.localPorts : drop.remotePorts
    if (drop.verdict !== 'drop' || !isRule(drop) || !sourcePorts) continue
    // Fields go by side, so a reply has those of the flow that it answers.
    const diagram = diagramOf({
      layers: [{ policy: other, by: 'verdict' }],
      within: regionsOfEntry(drop),
      budget,
    })
    coverage.push(coverageOf(diagram))
    const replies = countOf(diagram, accepts)
    const [region] = regionsWith(diagram, accepts, 1).regions
    if (replies === 0n || !region) continue
    const all = diagram.complete && replies === flowsOf(diagram)
    const ports = namesOf(sourcePorts.map(({ first, last }) => `${first}/${last}`))
    findings.push(
      ruleFinding(
        'drop-passed-by-replies',
        all ? 'warning' : 'note',
        asRule(drop),
        { ports },
        {
          evidence: exampleFor(region.region, other.direction),
        },
      ),
    )
  }
  return { findings, coverage }
}
