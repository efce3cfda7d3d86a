import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from '@sallyport/engine'
import type { Log } from '../agent/agent.js'
import { namespaceFile, placeText } from '../names.js'
import { messageOf } from '../run.js'
import type { Bound } from './binding.js'
import { CONFIRM, boundText, nameProblem, placeKey } from './binding.js'
import type { BindingKeeper, Kept } from './kept-bindings.js'
import { linkProblem, linksIn } from './links.js'
import type { Places } from './places.js'
import type { BindingView } from './view.js'
import { view, views } from './view.js'

/** A refusal, with what to do about it. */
export class BindingError extends Error {
  readonly status: number
  readonly hint: string

  constructor(status: number, message: string, hint: string) {
    super(message)
    this.status = status
    this.hint = hint
  }
}

/** What is asked to be bound. */
export interface BindRequest extends Pick<Bound, 'interface' | 'link' | 'netns' | 'as' | 'mac'> {
  /** Seconds until it is undone unless confirmed; null: it stays. */
  readonly confirmWithin: number | null
}

/** Binds links to interfaces and takes bindings back, one request after another. */
export interface Binder {
  bind(request: BindRequest): Promise<BindingView>
  unbind(id: string): Promise<void>
  confirm(id: string): Promise<BindingView>
  list(): Promise<readonly BindingView[]>
  /** Ends waiting for confirmations; their deadlines are kept. */
  stop(): void
}

/** What a binder works with. */
export interface BinderParts {
  readonly keeper: BindingKeeper
  readonly places: Places
  readonly world: () => World
  /** Brings these VPCs and places to what is asked, and resolves once that was tried. */
  readonly again: (keys: Iterable<string>) => Promise<unknown>
  /** Makes sure that the server's addresses are kept. Rejects when they cannot be known. */
  readonly knowServer: () => Promise<void>
  readonly log: Log
}

const without = (kept: Kept, id: string): Kept => ({
  ...kept,
  bindings: kept.bindings.filter((bound) => bound.interface !== id),
})

const find = ({ keeper }: BinderParts, id: string): Bound => {
  const found = keeper.kept().bindings.find((bound) => bound.interface === id)
  if (found) return found
  throw new BindingError(404, `${id} is not bound`, '"sallyport bindings" lists what is.')
}

/** The place and the VPC that a binding concerns. */
function keysOf({ world }: BinderParts, { interface: id, netns }: Bound): string[] {
  const vpc = world().interfaces.get(id)?.vpc
  return [placeKey(netns), ...(vpc === undefined || vpc === '' ? [] : [vpc])]
}

/** Whether two bindings say the same, but for how long. */
const isSame = (a: Bound, b: BindRequest): boolean =>
  a.link === b.link && a.netns === b.netns && a.as === b.as && a.mac === b.mac

function refuseTaken({ keeper }: BinderParts, request: BindRequest): void {
  for (const bound of keeper.kept().bindings) {
    if (bound.interface === request.interface && !isSame(bound, request))
      throw new BindingError(
        409,
        `${bound.interface} is bound to ${boundText(bound)} already`,
        `"sallyport unbind ${bound.interface}" frees it.`,
      )
    if (bound.interface !== request.interface && bound.link === request.link && bound.netns === request.netns)
      throw new BindingError(
        409,
        `link ${boundText(bound)} is bound to ${bound.interface} already`,
        `"sallyport unbind ${bound.interface}" frees it.`,
      )
  }
}

/** How long a binding waits for the first state, in milliseconds, asking so often. */
const [PATIENCE, ASK_EVERY] = [5_000, 50]

/** Without any state the rules in force are kept as they are, and a new link would be open. */
async function heardOfWorld({ world }: BinderParts): Promise<void> {
  for (let waited = 0; world().epoch === ''; waited += ASK_EVERY) {
    if (waited >= PATIENCE)
      throw new BindingError(
        503,
        'the agent has heard nothing from its server yet, and keeps no state',
        'Try again once the server answers; the log of the agent says what hinders it.',
      )
    await sleep(ASK_EVERY)
  }
}

/** An id that is mistyped would cut a machine off. */
function refuseUnknownHost({ world }: BinderParts, { interface: id, as, confirmWithin }: BindRequest): void {
  if (as === 'peer' || confirmWithin !== null || world().interfaces.has(id)) return
  throw new BindingError(
    404,
    `the server has told of no interface ${id}, and nothing would pass`,
    'Make it first, or give --confirm-within.',
  )
}

/** What a namespace is, whatever its names are; undefined where it is not there. */
function identityOf(netns: string | null): string | undefined {
  const found = statSync(namespaceFile(netns), { throwIfNoEntry: false })
  return found && `${found.dev} ${found.ino}`
}

/** Under two names a namespace would hold one table for two places, which would undo one another. */
function refuseSecondName({ keeper }: BinderParts, { netns }: BindRequest): void {
  const wanted = identityOf(netns)
  const other = keeper.kept().places.find((place) => place !== netns && identityOf(place) === wanted)
  if (wanted === undefined || other === undefined) return
  throw new BindingError(
    409,
    `${placeText(netns)} is ${placeText(other)} by another name`,
    other === null ? 'Leave out --netns.' : `Give --netns ${other}.`,
  )
}

/** Refuses links that cannot be bound; answers the bridge that the link is a port of. */
async function bridgeFor({ link: name, netns, as }: BindRequest): Promise<string | null> {
  const links = await linksIn(netns)
  if (!links)
    throw new BindingError(404, `${placeText(netns)} does not exist`, '"ip netns list" lists those that do.')
  if (links.get('lo')?.isOurs)
    throw new BindingError(
      409,
      `${placeText(netns)} was made by Sallyport, which enforces in it already`,
      'Bind links of namespaces that you made.',
    )
  const link = links.get(name)
  const there = [...links.keys()].filter((one) => one !== 'lo').join(', ')
  if (!link)
    throw new BindingError(
      404,
      `there is no link ${name} in ${placeText(netns)}`,
      there === ''
        ? 'Make it first, or name its namespace with --netns.'
        : `There are: ${there.slice(0, 500)}.`,
    )
  const problem = linkProblem(name, link, as)
  if (problem !== undefined) throw new BindingError(409, problem, 'See docs/binding.md.')
  return link.master?.link ?? null
}

async function unbind(parts: BinderParts, bound: Bound): Promise<void> {
  const keys = keysOf(parts, bound)
  parts.keeper.change((before) => without(before, bound.interface))
  await parts.again(keys)
}

async function bind(parts: BinderParts, request: BindRequest): Promise<BindingView> {
  const { keeper, places } = parts
  const wrong = nameProblem(request)
  if (wrong !== undefined) throw new BindingError(400, wrong, 'Give an interface id and the name of a link.')
  refuseTaken(parts, request)
  const { interface: id, link, netns, as, mac, confirmWithin } = request
  const known = keeper.kept().bindings.find((bound) => bound.interface === id)
  if (known && confirmWithin !== null)
    throw new BindingError(
      409,
      `${id} is bound to ${boundText(known)} already`,
      `Unbind it first, to bind it until it is confirmed.`,
    )
  if (known) return view(parts, known)
  await heardOfWorld(parts)
  refuseUnknownHost(parts, request)
  refuseSecondName(parts, request)
  const bridge = await bridgeFor(request)
  if (as === 'host') await parts.knowServer()
  const confirmBy = confirmWithin === null ? null : new Date(Date.now() + confirmWithin * 1000).toISOString()
  const bound: Bound = { interface: id, link, netns, as, mac, bridge, confirmBy }
  keeper.change((before) => ({
    ...before,
    bindings: [...before.bindings, bound],
    // What may hold rules is on the disk before it does.
    places: before.places.includes(netns) ? before.places : [...before.places, netns],
  }))
  const before = places.problemsOf(placeKey(netns))
  await parts.again(keysOf(parts, bound))
  const problems = places.problemsOf(placeKey(netns)).filter((problem) => !before.includes(problem))
  if (problems.length === 0) return view(parts, bound)
  await unbind(parts, bound)
  throw new BindingError(409, `${id} is not bound: ${problems.join('; ')}`, 'Nothing was changed.')
}

/** Timers wait for 24 days at most. */
const LONGEST_WAIT = 2 ** 31 - 1

/** Creates a binder; bindings whose time is over are undone at once, the others when it is. */
export function createBinder(parts: BinderParts): Binder {
  const timers = new Map<string, NodeJS.Timeout>()
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const mine = last.then(action)
    last = mine.catch(() => undefined)
    return mine
  }
  const disarm = (id: string): void => {
    clearTimeout(timers.get(id))
    timers.delete(id)
  }
  const rollBack = async (id: string): Promise<void> => {
    const bound = parts.keeper.kept().bindings.find((one) => one.interface === id)
    if (!bound?.confirmBy || Date.parse(bound.confirmBy) > Date.now()) return bound && arm(bound)
    parts.log('warn', `${id} is not bound to ${boundText(bound)} any more: it was not confirmed`, {})
    await unbind(parts, bound)
  }
  const arm = ({ interface: id, confirmBy }: Bound): void => {
    disarm(id)
    if (confirmBy === null) return
    const wait = Math.min(Math.max(Date.parse(confirmBy) - Date.now(), 0), LONGEST_WAIT)
    timers.set(
      id,
      setTimeout(() => {
        inTurn(() => rollBack(id)).catch((error: unknown) =>
          parts.log('error', `${id} is still bound: ${messageOf(error)}`, {}),
        )
      }, wait),
    )
  }
  for (const bound of parts.keeper.kept().bindings) arm(bound)
  return {
    bind: (request) =>
      inTurn(async () => {
        const made = await bind(parts, request)
        arm(made)
        return made
      }),
    unbind: (id) =>
      inTurn(async () => {
        const bound = find(parts, id)
        disarm(id)
        await unbind(parts, bound)
        const problems = parts.places.problemsOf(placeKey(bound.netns))
        if (problems.length > 0)
          throw new BindingError(500, `${id} is unbound, but ${problems.join('; ')}`, 'It is tried again.')
      }),
    confirm: (id) =>
      inTurn(async () => {
        const bound = { ...find(parts, id), confirmBy: null }
        disarm(id)
        parts.keeper.change((before) => ({
          ...before,
          bindings: before.bindings.map((one) => (one.interface === id ? bound : one)),
        }))
        return view(parts, bound)
      }),
    list: () => views(parts),
    stop() {
      for (const id of [...timers.keys()]) disarm(id)
    },
  }
}

/** Leaves out bindings whose time for a confirmation is over: what a start does before it enforces. */
export function dropExpired(keeper: BindingKeeper, log: Log): void {
  keeper.change((before) => ({
    ...before,
    bindings: before.bindings.filter((bound) => {
      const over = bound.confirmBy !== null && Date.parse(bound.confirmBy) <= Date.now()
      if (over) log('warn', `${bound.interface} is not bound any more: it was not confirmed`, {})
      return !over
    }),
  }))
}

/** Whether a number of seconds is one that a confirmation may take. */
export const isConfirmTime = (seconds: number): boolean =>
  Number.isInteger(seconds) && seconds >= CONFIRM.least && seconds <= CONFIRM.most
