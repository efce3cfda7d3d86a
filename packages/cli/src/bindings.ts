import { CONFIRM, type BindingView } from '@sallyport/dataplane'
import type { Settings } from '@sallyport/server'
import { UserError } from '@sallyport/server'
import { askAgent, stateFolderFor } from './agent-socket.js'
import { columns } from './columns.js'
import { exitCodes } from './exit-codes.js'

/** Which agent is meant. */
export interface AgentPlace {
  readonly settings: Settings
  readonly state?: string | undefined
}

/** What `bind` is given. */
export interface BindFlags {
  readonly link: string
  readonly netns?: string | undefined
  readonly host: boolean
  readonly mac?: string | undefined
  readonly confirmWithin?: string | undefined
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, '': 1 }

/** Seconds from `60s`, `5m`, `1h` or `60`. */
export function secondsFrom(duration: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})([smh]?)$/.exec(duration) ?? []
  const seconds = number === '' ? NaN : Number(number) * (SECONDS[unit] ?? NaN)
  if (seconds >= CONFIRM.least && seconds <= CONFIRM.most) return seconds
  throw new UserError(
    `--confirm-within is ${JSON.stringify(duration)}`,
    `Give ${CONFIRM.least}s to ${CONFIRM.most / 3600}h, for example 60s or 5m.`,
  )
}

const folderOf = ({ settings: { data }, state }: AgentPlace): string => stateFolderFor({ state, data })

const pathOf = (id: string): string => `/v1/bindings/${encodeURIComponent(id)}`

const placeText = ({ link, netns }: BindingView): string => (netns === null ? link : `${link} in ${netns}`)

/** What a binding does now, in one line. */
function boundText(view: BindingView): string {
  const { interface: id, as, bridge, state, confirmBy, expectedMac, addresses } = view
  const where = `${placeText(view)}${bridge === null ? '' : ` (a port of ${bridge})`}`
  const what = as === 'host' ? `${where} is ${id}` : `${where} leads to ${id}`
  const closed = `: nothing passes, because the server has told of no such interface yet`
  const who = expectedMac === null ? '' : `: MAC ${expectedMac}, ${addresses.join(', ') || 'no address'}`
  const until = confirmBy === null ? '' : `; undone at ${confirmBy} unless confirmed: sallyport confirm ${id}`
  return `${what}${state === 'closed' ? closed : who}${until}\n`
}

/** Binds a link to an interface, through the agent of this host. */
export async function bind(place: AgentPlace, id: string, flags: BindFlags): Promise<number> {
  const { link, netns = null, host, mac, confirmWithin } = flags
  if (host && mac !== undefined)
    throw new UserError(
      '--mac and --host exclude each other',
      "This machine's own MAC address is not looked at.",
    )
  const seconds = confirmWithin === undefined ? null : secondsFrom(confirmWithin)
  const body = { interface: id, link, netns, host, mac: mac?.toLowerCase() ?? null, confirmWithin: seconds }
  const view = (await askAgent(folderOf(place), 'POST', '/v1/bindings', body)) as BindingView
  process.stdout.write(boundText(view))
  return exitCodes.ok
}

/** Takes a binding back. */
export async function unbind(place: AgentPlace, id: string): Promise<number> {
  await askAgent(folderOf(place), 'DELETE', pathOf(id))
  process.stdout.write(`${id} is not bound any more\n`)
  return exitCodes.ok
}

/** Keeps a binding that was made with --confirm-within. */
export async function confirm(place: AgentPlace, id: string): Promise<number> {
  const view = (await askAgent(folderOf(place), 'POST', `${pathOf(id)}/confirm`)) as BindingView
  process.stdout.write(boundText(view))
  return exitCodes.ok
}

/** Prints the bindings of this host. */
export async function bindings(place: AgentPlace, json: boolean): Promise<number> {
  const answer = (await askAgent(folderOf(place), 'GET', '/v1/bindings')) as { bindings: BindingView[] }
  process.stdout.write(json ? `${JSON.stringify(answer, null, 2)}\n` : bindingsText(answer.bindings))
  return exitCodes.ok
}

/** The same as a table. */
export const bindingsText = (all: readonly BindingView[]): string =>
  all.length === 0
    ? 'no links are bound on this host\n'
    : columns([
        ['INTERFACE', 'LINK', 'KIND', 'MAC', 'ADDRESSES', 'STATE'],
        ...all.map((view) => [
          view.interface,
          placeText(view),
          view.as === 'host' ? 'host' : view.bridge === null ? 'routed' : `port of ${view.bridge}`,
          view.expectedMac ?? '-',
          view.addresses.join(' ') || '-',
          stateText(view),
        ]),
      ])

function stateText({ state, present, problems, confirmBy }: BindingView): string {
  const parts = [
    state === 'failed' ? `failed: ${problems.join('; ')}` : state,
    ...(present ? [] : ['the link is away']),
    ...(confirmBy === null ? [] : [`undone at ${confirmBy} unless confirmed`]),
  ]
  return parts.join(', ')
}
