import { existsSync } from 'node:fs'
import type { Owner } from '../names.js'
import { NETNS_FOLDER, ROUTE_PROTOCOL, UPLINK, aliasOf, unplacedLinkOf } from '../names.js'
import { runSoon } from '../shell.js'
import { fulfil, intend } from './intents.js'
import type { Place, Route, Rule, Step } from './model.js'

/** Where the uplink namespace is: its name, or null for the namespace of this process. */
export interface Host {
  readonly uplinkNetns: string | null
  readonly ipv6: boolean
}

/** Lines of one `ip -batch`, run in one namespace. */
interface Batch {
  readonly place: string | null
  /** Of the rules in it, which do not say it themselves. */
  readonly family: 4 | 6 | null
  readonly lines: string[]
}

/** What `link set ... netns` takes: a name, or the id of a process that is in the namespace. */
const netnsOf = (host: Host): string => host.uplinkNetns ?? String(process.pid)

const quoted = (text: string): string => `"${text}"`

/** A pair is made inside the router namespace, marked, and then moved: it is never unmarked outside of ours. */
function pairLines(step: Extract<Step, { do: 'add-pair' }>): string[] {
  const { link, namespace, end, mac, owner } = step
  const peer = unplacedLinkOf(owner.id)
  const alias = quoted(aliasOf(owner))
  return [
    `link add ${link} type veth peer name ${peer} address ${mac}`,
    `link set ${link} alias ${alias}`,
    `link set ${peer} alias ${alias}`,
    `link set ${peer} netns ${namespace} name ${end}`,
  ]
}

function uplinkLines({ link, owner }: Extract<Step, { do: 'add-uplink' }>, host: Host): string[] {
  const alias = quoted(aliasOf(owner))
  return [
    `link add ${UPLINK} type veth peer name ${link}`,
    `link set ${UPLINK} alias ${alias}`,
    `link set ${link} alias ${alias}`,
    `link set ${link} netns ${netnsOf(host)}`,
  ]
}

const tableText = (table: number | null): string => (table === null ? '' : ` table ${table}`)

function routeText({ to, table, kind, via, link, source }: Route): string {
  const parts = [kind === 'blackhole' ? `blackhole ${to}` : to]
  if (via !== null) parts.push(`via ${via}`)
  if (link !== null) parts.push(`dev ${link}`)
  // The gateway of an instance is on no subnet of its own.
  if (via !== null && !via.includes(':')) parts.push('onlink')
  if (source !== null) parts.push(`src ${source}`)
  return `${parts.join(' ')}${tableText(table)} proto ${ROUTE_PROTOCOL}`
}

/** Ours are asked before the main table, whose rule has priority 32766 (ip-rule(8)). */
const RULE_PRIORITY = 8300

const ruleText = ({ match, table }: Rule): string =>
  `${match} lookup ${table} priority ${RULE_PRIORITY} protocol ${ROUTE_PROTOCOL}`

function linesOf(step: LineStep, host: Host): string[] {
  switch (step.do) {
    case 'add-pair':
      return pairLines(step)
    case 'add-uplink':
      return uplinkLines(step, host)
    case 'remove-link':
      return [`link del ${step.link}`]
    case 'set-mac':
      return [`link set ${step.link} address ${step.mac}`]
    case 'set-up':
      return [...quiet(step.link, host), `link set ${step.link} up`]
    case 'add-address':
      return [`addr add ${step.address} dev ${step.link}${step.address.includes(':') ? ' nodad' : ''}`]
    case 'remove-address':
      return [`addr del ${step.address} dev ${step.link}`]
    case 'set-neighbour':
      return [`neigh replace ${step.address} lladdr ${step.mac} dev ${step.link} nud permanent`]
    case 'remove-neighbour':
      return [`neigh del ${step.address} dev ${step.link}`]
    case 'set-route':
      return [`route ${step.replaces ? 'replace' : 'add'} ${routeText(step.route)}`]
    case 'remove-route':
      return [`route del ${step.to}${tableText(step.table)} proto ${ROUTE_PROTOCOL}`]
    case 'add-rule':
      return [`rule add ${ruleText(step.rule)}`]
    case 'remove-rule':
      return [`rule del ${ruleText(step.rule)}`]
  }
}

/** A link holds only the addresses it is given: no link-local one that the kernel makes up. */
const quiet = (link: string, host: Host): string[] =>
  link === 'lo' || !host.ipv6 ? [] : [`link set ${link} addrgenmode none`]

type LineStep = Exclude<Step, { do: 'add-namespace' | 'mark-namespace' | 'remove-namespace' | 'set' }>

const placeOf = (step: LineStep, host: Host): string | null => {
  const place: Place = 'router' in step ? step.router : step.place
  return place ?? host.uplinkNetns
}

async function flush(batch: Batch | undefined): Promise<void> {
  if (!batch || batch.lines.length === 0) return
  const where = batch.place === null ? [] : ['-n', batch.place]
  const family = batch.family === null ? [] : [`-${batch.family}`]
  await runSoon(null, 'ip', [...where, ...family, '-batch', '-'], `${batch.lines.join('\n')}\n`)
}

async function addNamespaces(steps: readonly Extract<Step, { do: 'add-namespace' }>[]): Promise<void> {
  for (const { namespace, owner } of steps) {
    if (existsSync(`${NETNS_FOLDER}/${namespace}`))
      throw new Error(`namespace ${namespace} appeared meanwhile`)
    intend(owner.mark, namespace)
  }
  await runSoon(
    null,
    'ip',
    ['-batch', '-'],
    steps.map(({ namespace }) => `netns add ${namespace}\n`).join(''),
  )
  for (const step of steps) await markNamespace(step)
}

async function markNamespace({ namespace, owner }: { namespace: string; owner: Owner }): Promise<void> {
  await runSoon(null, 'ip', ['-n', namespace, 'link', 'set', 'lo', 'alias', aliasOf(owner), 'up'], '')
  fulfil(owner.mark, namespace)
}

/** Settings are per namespace and visible only from inside; this kernel may lack one. */
async function applySettings(
  namespace: string,
  steps: readonly Extract<Step, { do: 'set' }>[],
): Promise<void> {
  const lines = steps.map(
    ({ setting, value }) => `[ ! -e /proc/sys/${setting} ] || echo ${value} > /proc/sys/${setting}`,
  )
  await runSoon(namespace, 'sh', ['-e'], `${lines.join('\n')}\n`)
}

const familyOf = (step: Step): 4 | 6 | null => ('rule' in step ? step.rule.family : null)

/** Steps of one kind, and of one namespace where that matters, that can go together. */
function runsOf(steps: readonly Step[]): Step[][] {
  const kind = (step: Step): string => {
    if (!isLine(step) && step.do !== 'set') return step.do
    if (step.do === 'set') return `set ${step.namespace}`
    return `ip${familyOf(step) ?? ''} ${'router' in step ? step.router : step.place}`
  }
  const runs: Step[][] = []
  for (const step of steps) {
    const last = runs.at(-1)
    if (last?.[0] && kind(last[0]) === kind(step)) last.push(step)
    else runs.push([step])
  }
  return runs
}

const isDo =
  <K extends Step['do']>(kind: K) =>
  (step: Step): step is Extract<Step, { do: K }> =>
    step.do === kind

const isLine = (step: Step): step is LineStep =>
  !['add-namespace', 'mark-namespace', 'remove-namespace', 'set'].includes(step.do)

async function removeNamespaces(steps: readonly Extract<Step, { do: 'remove-namespace' }>[]): Promise<void> {
  await runSoon(
    null,
    'ip',
    ['-batch', '-'],
    steps.map(({ namespace }) => `netns del ${namespace}\n`).join(''),
  )
}

async function applyRun(group: readonly Step[], host: Host): Promise<void> {
  const [first] = group
  if (!first) return
  switch (first.do) {
    case 'add-namespace':
      return addNamespaces(group.filter(isDo('add-namespace')))
    case 'mark-namespace':
      for (const step of group.filter(isDo('mark-namespace'))) await markNamespace(step)
      return
    case 'remove-namespace':
      return removeNamespaces(group.filter(isDo('remove-namespace')))
    case 'set':
      return applySettings(first.namespace, group.filter(isDo('set')))
    default:
      return flush({
        place: placeOf(first, host),
        family: familyOf(first),
        lines: group.filter(isLine).flatMap((step) => linesOf(step, host)),
      })
  }
}

/** Carries out a plan in order. Throws at the first step that fails: read back before planning again. */
export async function applySteps(steps: readonly Step[], host: Host): Promise<void> {
  for (const group of runsOf(steps)) await applyRun(group, host)
}
