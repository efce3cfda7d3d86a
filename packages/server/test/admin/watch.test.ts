import { once } from 'node:events'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { request } from 'node:http'
import type { FeedLine } from '@sallyport/engine'
import { afterEach, describe, expect, it } from 'vitest'
import { watchLimits } from '../../src/admin/watch-feed.js'
import type { TestAdmin } from './admin-server.js'
import { startTestAdmin, token } from './admin-server.js'
import type { FakeFeed } from './fake-feed.js'
import { fakeFeed, groupChange } from './fake-feed.js'

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function startWith(feed: FakeFeed, limits = watchLimits): Promise<TestAdmin> {
  const admin = await startTestAdmin(feed, { limits })
  open.push(() => admin.stop())
  return admin
}

interface Follower {
  readonly next: () => Promise<FeedLine>
  readonly response: IncomingMessage
  readonly outgoing: ClientRequest
}

async function follow(admin: TestAdmin, query = ''): Promise<Follower> {
  const outgoing = request(`${admin.url}/v1/watch${query}`, { headers: { authorization: `Bearer ${token}` } })
  open.push(() => outgoing.destroy())
  outgoing.on('error', () => undefined).end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  const lines = linesOf(response)
  return {
    response,
    outgoing,
    async next() {
      const { value, done } = await lines.next()
      if (done) throw new Error('the feed ended')
      return JSON.parse(value) as FeedLine
    },
  }
}

/** Only reads while a line is asked for, so that a follower that does not ask is a slow one. */
async function* linesOf(response: IncomingMessage): AsyncGenerator<string, undefined> {
  let rest = ''
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

const numbers = async (follower: Follower, count: number): Promise<[string, number][]> => {
  const seen: [string, number][] = []
  while (seen.length < count) {
    const line = await follower.next()
    seen.push([line.type, line.revision])
  }
  return seen
}

function feedOf(revisions: number, kept?: number): FakeFeed {
  const feed = fakeFeed(kept)
  for (let index = 1; index <= revisions; index++) feed.commit(groupChange(`sg-${index}`))
  return feed
}

describe('starting', () => {
  it('sends a snapshot, then every revision', async () => {
    const feed = feedOf(3)
    const follower = await follow(await startWith(feed))
    expect(await follower.next()).toMatchObject({
      type: 'snapshot',
      epoch: 'epoch-1',
      revision: 3,
      groups: [{}, {}, {}],
    })
    feed.commit(groupChange('sg-4'))
    feed.commit(groupChange('sg-5'))
    expect(await numbers(follower, 2)).toEqual([
      ['revision', 4],
      ['revision', 5],
    ])
  })

  it.each([
    ['another epoch', '?epoch=epoch-0&after=1'],
    ['a revision that is not there yet', '?epoch=epoch-1&after=9'],
    ['a revision that is no longer kept', '?epoch=epoch-1&after=0'],
    ['an epoch alone', '?epoch=epoch-1'],
  ])('sends a snapshot for %s', async (_, query) => {
    const follower = await follow(await startWith(feedOf(3, 2)), query)
    expect(await numbers(follower, 1)).toEqual([['snapshot', 3]])
  })

  it('answers at once when there is nothing to resume', async () => {
    const feed = feedOf(3)
    const follower = await follow(await startWith(feed), '?epoch=epoch-1&after=3')
    expect(follower.response.statusCode).toBe(200)
    feed.commit(groupChange('sg-4'))
    expect(await numbers(follower, 1)).toEqual([['revision', 4]])
  })

  it.each(['?after=1', '?epoch=epoch-1&after=x', '?epoch=epoch-1&after=-1', '?since=1'])(
    'refuses %s',
    async (query) => {
      const admin = await startWith(feedOf(1))
      expect((await admin.call('GET', `/v1/watch${query}`)).status).toBe(400)
    },
  )
})

describe('no gap', () => {
  it('resumes after a revision, and what is committed while it looks back comes once and in order', async () => {
    const feed = feedOf(4)
    let go = (): void => undefined
    feed.pause = new Promise((resolve) => (go = resolve))
    const follower = await follow(await startWith(feed), '?epoch=epoch-1&after=2')
    feed.commit(groupChange('sg-5'))
    go()
    await feed.pause
    feed.commit(groupChange('sg-6'))
    expect(await numbers(follower, 4)).toEqual([
      ['revision', 3],
      ['revision', 4],
      ['revision', 5],
      ['revision', 6],
    ])
  })

  it('sends a snapshot that holds what was committed while the past was found to be gone', async () => {
    const feed = feedOf(4, 1)
    let go = (): void => undefined
    feed.pause = new Promise((resolve) => (go = resolve))
    const follower = await follow(await startWith(feed), '?epoch=epoch-1&after=1')
    feed.commit(groupChange('sg-5'))
    go()
    await feed.pause
    feed.commit(groupChange('sg-6'))
    const lines = await numbers(follower, 1)
    expect(lines[0]?.[0]).toBe('snapshot')
    for (let last = lines[0]?.[1] ?? 0; last < 6; last++) {
      expect(await numbers(follower, 1)).toEqual([['revision', last + 1]])
    }
  })

  it('disconnects rather than leave a revision out', async () => {
    const feed = feedOf(3)
    const admin = await startWith(feed)
    const follower = await follow(admin)
    await follower.next()
    feed.world.revision = 7
    feed.commit(groupChange('sg-8'))
    await expect(follower.next()).rejects.toThrow()
    expect(admin.logged.join()).toContain('revision 4 is not there')
  })
})

describe('while it lasts', () => {
  it('sends heartbeats with the last revision', async () => {
    const follower = await follow(await startWith(feedOf(3), { ...watchLimits, heartbeatMs: 10 }))
    expect(await numbers(follower, 3)).toEqual([
      ['snapshot', 3],
      ['heartbeat', 3],
      ['heartbeat', 3],
    ])
  })

  it('disconnects a reader that does not read, and others go on', async () => {
    const feed = feedOf(1)
    const admin = await startWith(feed, { ...watchLimits, bufferBytes: 1_000_000 })
    const slow = await follow(admin)
    const quick = await follow(admin)
    expect(await numbers(slow, 1)).toEqual([['snapshot', 1]])
    await quick.next()
    let revision = 1
    while (admin.logged.length === 0) {
      feed.commit(groupChange(`sg-${'x'.repeat(50_000)}`))
      revision += 1
      expect(await numbers(quick, 1)).toEqual([['revision', revision]])
    }
    expect(admin.logged.join()).toContain('disconnected a follower')
    await expect(
      (async () => {
        for (;;) await slow.next()
      })(),
    ).rejects.toThrow()
    expect(feed.followers()).toBe(1)
  })

  it('forgets a follower that leaves', async () => {
    const feed = feedOf(1)
    const follower = await follow(await startWith(feed))
    await follower.next()
    expect(feed.followers()).toBe(1)
    follower.outgoing.destroy()
    await expect.poll(() => feed.followers()).toBe(0)
  })

  it('ends when the server stops', async () => {
    const feed = feedOf(1)
    const admin = await startTestAdmin(feed)
    const follower = await follow(admin)
    await follower.next()
    await admin.stop()
    await expect(follower.next()).rejects.toThrow()
    expect(feed.followers()).toBe(0)
  })
})

describe('a new epoch', () => {
  it('comes as a snapshot on the same connection, and revisions follow it', async () => {
    const feed = feedOf(3)
    const follower = await follow(await startWith(feed))
    expect(await numbers(follower, 1)).toEqual([['snapshot', 3]])
    feed.restart('epoch-2')
    feed.commit(groupChange('sg-new'))
    expect(await follower.next()).toMatchObject({
      type: 'snapshot',
      epoch: 'epoch-2',
      revision: 4,
      groups: [],
    })
    expect(await numbers(follower, 1)).toEqual([['revision', 5]])
  })

  it('comes as a snapshot to one that resumes from the epoch before', async () => {
    const feed = feedOf(3)
    const admin = await startWith(feed)
    feed.restart('epoch-2')
    const follower = await follow(admin, '?epoch=epoch-1&after=2')
    expect(await follower.next()).toMatchObject({ type: 'snapshot', epoch: 'epoch-2', revision: 4 })
  })

  it('that begins while revisions are read back takes their place', async () => {
    const feed = feedOf(3)
    const admin = await startWith(feed)
    let goOn = (): void => undefined
    feed.pause = new Promise((resolve) => (goOn = resolve))
    const follower = await follow(admin, '?epoch=epoch-1&after=2')
    feed.restart('epoch-2')
    feed.commit(groupChange('sg-new'))
    goOn()
    expect(await follower.next()).toMatchObject({ type: 'snapshot', epoch: 'epoch-2', revision: 5 })
    feed.commit(groupChange('sg-newer'))
    expect(await numbers(follower, 1)).toEqual([['revision', 6]])
  })
})
