import { createBinder } from '../bindings/binder.js'
import { placeKey } from '../bindings/binding.js'
import type { Places } from '../bindings/places.js'
import { knowServer } from '../bindings/server-places.js'
import { answerAt } from '../bindings/socket.js'
import { messageOf } from '../run.js'
import type { AgentOptions } from './agent.js'
import type { Loop } from './loop.js'
import type { Means } from './means.js'

/** The part of an agent that binds links. */
export interface Binding {
  /** The server answered. */
  readonly onOpen: () => void
  /** Takes no requests any more. */
  readonly refuse: () => void
  readonly stop: () => void
}

/** Begins to answer requests. `blind`: no state is known, and bound links without rules get closed ones. */
export async function startBinding(
  { feed, state, log, lookEvery }: AgentOptions,
  { keeper, places }: NonNullable<Means['bound']>,
  loop: Loop,
  blind: boolean,
): Promise<Binding> {
  const { bindings, places: held } = keeper.kept()
  const keys = [...held, ...bindings.map(({ netns }) => netns)].map(placeKey)
  const hosts = (): string[] =>
    keeper.kept().bindings.flatMap(({ as, netns }) => (as === 'host' ? [placeKey(netns)] : []))
  const again = (some: readonly string[]): void =>
    void loop.again(some).catch((error: unknown) => log('debug', messageOf(error), {}))
  if (blind && keys.length > 0) again(keys)
  const binder = createBinder({
    ...{ keeper, places, log },
    world: loop.world,
    again: loop.again,
    knowServer: async () => void (await knowServer(feed, keeper)),
  })
  const refuse = state === undefined ? () => undefined : await answerAt(state, binder)
  const glances = lookEvery === 0 ? undefined : glanceAt(places, loop)
  return {
    onOpen() {
      if (hosts().length === 0) return
      knowServer(feed, keeper).then(
        (changed) => changed && again(hosts()),
        (error: unknown) => log('warn', messageOf(error), {}),
      )
    },
    refuse,
    stop() {
      clearInterval(glances)
      binder.stop()
    },
  }
}

/**
 * Milliseconds between two glances at the tables of bound links. Where they are gone everything passes, and other firewalls
 * that start anew flush all tables.
 */
const GLANCE_EVERY = 250

function glanceAt(places: Places, loop: Loop): NodeJS.Timeout {
  let glancing = false
  return setInterval(() => {
    if (glancing) return
    glancing = true
    void places
      .changed()
      .then(loop.lookAt)
      .finally(() => (glancing = false))
  }, GLANCE_EVERY)
}
