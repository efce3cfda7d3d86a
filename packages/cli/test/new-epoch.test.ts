import { follow } from '@sallyport/dataplane'
import type { FeedLine, World } from '@sallyport/engine'
import { applyRevision, emptyWorld, snapshotOf, worldFrom } from '@sallyport/engine'
import { readAdminToken, resolveSettings, startServer } from '@sallyport/server'
import { describe, expect, it, vi } from 'vitest'
import { call } from '../src/call.js'
import { connectControl } from '../src/control-client.js'
import { captured } from './static-server.js'
import { afterThisTest, temporaryFolder } from './running-command.js'

/** A server, and the feed client of the agent that keeps a world as the agent does. */
async function followed() {
  const settings = resolveSettings({
    flags: { data: temporaryFolder(), listen: '127.0.0.1:0', admin: 'none' },
    env: {},
    cwd: '/',
  })
  const running = await startServer(settings, () => undefined)
  const stop = new AbortController()
  const state: { world: World; snapshots: number; lost: string[] } = {
    ...{ world: emptyWorld(), snapshots: 0, lost: [] },
  }
  const take = (line: FeedLine): void => {
    if (line.type === 'snapshot') {
      state.world = worldFrom(line)
      state.snapshots++
    } else if (line.type === 'revision') applyRevision(state.world, line)
  }
  const following = follow(
    {
      feed: { socketPath: running.controlSocket },
      token: readAdminToken(settings.data) ?? '',
      position: () => state.world,
      onLine: take,
      onOpen: () => undefined,
      onLost: (why) => state.lost.push(why),
    },
    stop.signal,
  )
  afterThisTest(async () => {
    stop.abort()
    await following
    await running.close()
  })
  const create = () => captured(() => call(settings, { action: 'CreateSecurityGroup', words: [] }))
  return { state, create, ask: connectControl(settings.data) }
}

describe('a data plane', () => {
  it('gets the state of a reset and of a restore as the snapshot of a new epoch, and follows on', async () => {
    const { state, create, ask } = await followed()
    const agrees = (groups: number) =>
      vi.waitFor(async () => {
        expect(state.world.groups.size).toBe(groups)
        const snapshot = snapshotOf(state.world)
        expect(JSON.parse(JSON.stringify(snapshot))).toEqual(await ask('GET', '/v1/state'))
      })
    await create()
    await create()
    await agrees(2)
    await ask('POST', '/v1/snapshots', { name: 'two' })
    const first = state.world.epoch
    await ask('POST', '/v1/reset', {})
    await agrees(0)
    await create()
    await agrees(1)
    await ask('POST', '/v1/restore', { name: 'two' })
    await agrees(2)
    await create()
    await agrees(3)
    expect(state.world.epoch).not.toBe(first)
    expect([state.snapshots, state.lost]).toEqual([3, []])
  })
})
