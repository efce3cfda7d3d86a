import type { Form } from '../intermediate.js'
import type { Side } from './always.js'
import { SIDES } from './always.js'
import { rule } from './comments.js'
import type { Rule, RuleChain, Statement } from './ruleset.js'
import { match, verdict } from './statements.js'

/**
 * Bits of connections' marks that stay as they are: the namespace is another's, and so may its marks be. Ours are the upper
 * twenty, since what others mark connections with is small numbers as a rule.
 */
const MARKS_OF_OTHERS = 0x0000_0fff

type Way = 'original' | 'reply'

/** Which sides of a connection have a bound link: where it is from, where it goes to, or both. */
const CLASSES = ['both', 'from', 'to'] as const

type Class = (typeof CLASSES)[number]

/** Numbers that the marks of one class can tell apart: three of each fit twenty bits, and none of them is 0. */
const NUMBERS = 0x5_5555

const markOf = (generation: number, sides: Class): number =>
  ((1 + (generation % NUMBERS) * CLASSES.length + CLASSES.indexOf(sides)) << 12) >>> 0

const mapOf = (way: Way, side: Side): 'from' | 'to' =>
  (way === 'original') === (side === 'in') ? 'from' : 'to'

/** Policies of the links that a packet passes on a side. */
function ask(way: Way, side: Side, bridged: boolean): Rule[] {
  const { link, ip, ip6 } = SIDES[side]
  const map = mapOf(way, side)
  const why = map === 'from' ? 'policy of the sending side' : 'policy of the receiving side'
  const on = match('ct direction', way)
  return [
    rule(why, on, { kind: 'vmap', selectors: [link], map }),
    ...(bridged
      ? [
          rule(why, on, { kind: 'vmap', selectors: [link, ip], map: `${map}4` }),
          rule(why, on, { kind: 'vmap', selectors: [link, ip6], map: `${map}6` }),
        ]
      : []),
  ]
}

interface Passed {
  readonly sides: readonly Side[]
  /** By the way of a packet. */
  readonly classOf: (way: Way) => Class
}

const WAYS = ['original', 'reply'] as const

const passed: Readonly<Record<string, Passed>> = {
  'judge-in': { sides: ['in'], classOf: (way) => mapOf(way, 'in') },
  'judge-out': { sides: ['out'], classOf: (way) => mapOf(way, 'out') },
  'judge-through': { sides: ['in', 'out'], classOf: () => 'both' },
}

/** Connections that go on unasked: those that just this was asked of, or more. */
function judgedBefore({ keepTracked }: Form, { classOf }: Passed, generation: number): Rule[] {
  if (keepTracked) {
    const known: Statement = { kind: 'state', operator: '==', states: ['established', 'related'] }
    return [rule('connections known', known, verdict('accept'))]
  }
  return WAYS.flatMap((way) =>
    [...new Set<Class>([classOf(way), 'both'])].map((sides) =>
      rule(
        'accepted by what is in force',
        match('ct direction', way),
        match('ct mark', `${markOf(generation, sides)}`, '==', ~MARKS_OF_OTHERS >>> 0),
        verdict('accept'),
      ),
    ),
  )
}

function judge(form: Form, bridged: boolean, generation: number, by: Passed): RuleChain {
  const { sides, classOf } = by
  return {
    base: null,
    rules: [
      ...judgedBefore(form, by, generation),
      rule(
        'invalid, untracked, or related to what is not judged yet',
        { kind: 'state', operator: '==', states: ['invalid', 'related', 'untracked'] },
        verdict('drop'),
      ),
      ...WAYS.flatMap((way) => sides.flatMap((side) => ask(way, side, bridged))),
      ...(form.rememberings.length > 0
        ? [
            rule(
              'timeouts of the interfaces',
              { kind: 'state', operator: '==', states: ['new'] },
              verdict('jump remember'),
            ),
          ]
        : []),
      ...WAYS.map((way) =>
        rule(
          'accepted by what is in force',
          match('ct direction', way),
          {
            kind: 'set-mark',
            of: 'ct',
            value: markOf(generation, classOf(way)),
            keep: MARKS_OF_OTHERS,
          },
          verdict('accept'),
        ),
      ),
      rule('fail closed', verdict('drop')),
    ],
  }
}

/**
 * The chains that judge what passes a bound link as it comes in, as it goes out, or both. As in a router, connections that were
 * judged go on, and the others are judged by their first packet. But links of others come and go, and ways with them: a
 * connection that was judged where it is from, since it went another way, is judged anew when it goes to a bound link. So marks
 * say which sides were asked, too.
 */
export const placeJudges = (form: Form, bridged: boolean, generation: number): [string, RuleChain][] =>
  Object.entries(passed).map(([name, by]) => [name, judge(form, bridged, generation, by)])
