import type { FeedLine } from '@sallyport/engine'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FeedOptions, Position } from '../src/agent/feed.js'
import { follow } from '../src/agent/feed.js'
import type { Applied, Loop } from '../src/agent/loop.js'
import { createLoop } from '../src/agent/loop.js'
import { reporter } from '../src/agent/report.js'
import { touchedBy } from '../src/agent/touched.js'
import type { Drift, Enforcer } from '../src/enforcer.js'
import { runAgent } from '../src/index.js'
import { eventually } from './eventually.js'
import { eni, group, rule, vpc } from './facts.js'
import type { FeedServer } from './feed-server.js'
import { startFeed } from './feed-server.js'
import { newMark } from './topology.js'
import { worldOf } from './worlds.js'

describe('following the change feed', () => {
  let feed: FeedServer
  let ending: AbortController
  let lines: FeedLine[]
  let lost: string[]
  let position: Position | null

  beforeEach(async () => {
    feed = await startFeed()
    ending = new AbortController()
    lines = []
    lost = []
    position = null
  })
  afterEach(async () => {
    ending.abort()
    await feed.close()
  })

  function start(more: Partial<FeedOptions> = {}): void {
    const options: FeedOptions = {
      feed: { url: feed.url },
      token: feed.token,
      position: () => position,
      onLine(line) {
        lines.push(line)
        if (line.type === 'snapshot') position = { epoch: line.epoch, revision: line.revision }
        if (line.type === 'revision' && position) position = { ...position, revision: line.revision }
      },
      onOpen: () => undefined,
      onLost: (why) => lost.push(why),
      ...more,
    }
    void follow(options, ending.signal)
  }

  it('starts with a snapshot and resumes after its last revision when the connection is cut', async () => {
    feed.commit(vpc('vpc-1', '10.0.0.0/8'))
    start()
    await eventually(() => lines.length).toBe(1)
    feed.commit(vpc('vpc-2', '10.0.0.0/8'))
    await eventually(() => lines.length).toBe(2)
    feed.cut()
    feed.commit(vpc('vpc-3', '10.0.0.0/8'))
    await eventually(() => lines.length).toBe(3)
    expect(lines.map((line) => [line.type, line.revision])).toEqual([
      ['snapshot', 1],
      ['revision', 2],
      ['revision', 3],
    ])
    expect(feed.asked).toEqual(['', '?epoch=e1&after=2'])
  })

  it('asks for a snapshot when a line does not follow', async () => {
    start({
      onLine(line) {
        lines.push(line)
        position = { epoch: 'e1', revision: line.revision }
        if (line.type === 'revision') throw new RangeError('revision 7 does not follow 0')
      },
    })
    await eventually(() => lines.length).toBe(1)
    feed.sendRaw('{"type":"revision","revision":7,"at":"","changes":[]}\n')
    await eventually(() => lines.length).toBe(3)
    expect(lines.map(({ type }) => type)).toEqual(['snapshot', 'revision', 'snapshot'])
    expect(feed.asked).toEqual(['', ''])
    expect(lost).toEqual([expect.stringContaining('revision 7 does not follow 0')])
  })

  it('takes a line that is not JSON for a gap', async () => {
    start()
    await eventually(() => lines.length).toBe(1)
    feed.sendRaw('{"type":"revis\n')
    await eventually(() => lines.length).toBe(2)
    expect(feed.asked).toEqual(['', ''])
  })

  it('puts lines together that arrive in pieces', async () => {
    start()
    await eventually(() => lines.length).toBe(1)
    feed.sendRaw('{"type":"heart')
    feed.sendRaw('beat","revision":0}\n{"type":"heartbeat","revision":0}\n')
    await eventually(() => lines.length).toBe(3)
  })

  it('takes silence for death and connects again', async () => {
    start({ silence: 150 })
    await eventually(() => feed.asked.length).toBeGreaterThan(1)
    expect(lost[0]).toContain('nothing heard for 150 ms')
  })

  it('says that the token is refused', async () => {
    start({ token: 'wrong' })
    await eventually(() => lost.length).toBeGreaterThan(0)
    expect(lost[0]).toBe(`change feed of ${feed.url}: the server answered 401`)
  })
})

describe('the loop', () => {
  /** An enforcer whose work the test finishes. */
  function handEnforcer() {
    const calls: { revision: number; vpcs: string[]; finish: (retry?: string[]) => void }[] = []
    const enforcer: Enforcer = {
      reconcile: (world, vpcs) =>
        new Promise((resolve) => {
          const finish = (retry: string[] = []): void => resolve({ problems: retry, retry: new Set(retry) })
          calls.push({ revision: world.revision, vpcs: [...vpcs].sort(), finish })
        }),
      held: () => [],
      look: () => Promise.resolve(null),
      counts: () => Promise.resolve([]),
      sizes: () => [],
      denied: () => [],
      deaf: () => undefined,
    }
    return { enforcer, calls }
  }
  const snapshot: FeedLine = {
    type: 'snapshot',
    epoch: 'e',
    revision: 1,
    vpcs: [],
    groups: [],
    rules: [],
    interfaces: [],
    prefixLists: [],
    portLists: [],
  }
  const addVpc = (revision: number): FeedLine => ({
    type: 'revision',
    revision,
    at: '',
    changes: [vpc(`vpc-${revision}`, '10.0.0.0/8')],
  })
  let loop: Loop
  let applied: Applied[]
  let hand: ReturnType<typeof handEnforcer>
  beforeEach(() => {
    hand = handEnforcer()
    applied = []
    loop = createLoop(hand.enforcer, { onApplied: (one) => applied.push(one) })
  })
  afterEach(() => loop.stop())

  it('does changes that arrive while it works together, and reports the revision it worked on', async () => {
    loop.take(snapshot)
    for (const revision of [2, 3, 4]) loop.take(addVpc(revision))
    hand.calls[0]?.finish()
    await eventually(() => hand.calls.length).toBe(2)
    hand.calls[1]?.finish()
    await eventually(() => applied.length).toBe(2)
    expect(hand.calls.map(({ revision, vpcs }) => [revision, vpcs])).toEqual([
      [1, []],
      [4, ['vpc-2', 'vpc-3', 'vpc-4']],
    ])
    expect(applied.map(({ revision }) => revision)).toEqual([1, 4])
  })

  it('tries again what failed, and until then goes on with the rest', async () => {
    loop.take(snapshot)
    hand.calls[0]?.finish(['vpc-x'])
    await eventually(() => hand.calls.length).toBe(2)
    expect(applied[0]?.problems).toEqual(['vpc-x'])
    hand.calls[1]?.finish()
    await eventually(() => applied.at(-1)?.problems).toEqual([])
  })

  it('tries a new problem again soon, however long another has been tried in vain', async () => {
    vi.useFakeTimers()
    try {
      loop.take(snapshot)
      for (let tried = 0; tried < 12; tried++) {
        hand.calls[tried]?.finish(['vpc-old'])
        await vi.advanceTimersByTimeAsync(60_000)
      }
      hand.calls[12]?.finish(['vpc-old'])
      await vi.advanceTimersByTimeAsync(1_000)
      expect(hand.calls).toHaveLength(13)
      loop.take(addVpc(2))
      hand.calls[13]?.finish(['vpc-old', 'vpc-new'])
      await vi.advanceTimersByTimeAsync(100)
      expect(hand.calls).toHaveLength(15)
      hand.calls[14]?.finish(['vpc-old', 'vpc-new'])
      await vi.advanceTimersByTimeAsync(100)
      expect(hand.calls).toHaveLength(15)
    } finally {
      vi.useRealTimers()
    }
  })

  it('looks at every held VPC in turn, does again the one that differs and no other, and ends with stop', async () => {
    vi.useFakeTimers()
    try {
      const looked: string[] = []
      const drifts: Drift[] = []
      let differs = false
      const enforcer: Enforcer = {
        ...hand.enforcer,
        held: () => ['vpc-1', 'vpc-2'],
        look: (seen) => {
          looked.push(seen)
          return Promise.resolve(differs && seen === 'vpc-1' ? { vpc: seen, what: 'x' } : null)
        },
      }
      loop = createLoop(enforcer, {
        onApplied: (one) => applied.push(one),
        onDrift: (one) => drifts.push(one),
        lookEvery: 1000,
      })
      loop.take(snapshot)
      await vi.advanceTimersByTimeAsync(5000)
      expect(looked).toEqual([])
      hand.calls[0]?.finish()
      await vi.advanceTimersByTimeAsync(2500)
      expect(looked).toEqual(['vpc-1', 'vpc-2', 'vpc-1', 'vpc-2'])
      expect(hand.calls).toHaveLength(1)
      differs = true
      await vi.advanceTimersByTimeAsync(1000)
      expect(drifts).toEqual([{ vpc: 'vpc-1', what: 'x' }])
      expect(hand.calls.map(({ vpcs }) => vpcs)).toEqual([[], ['vpc-1']])
      expect(looked).toHaveLength(5)
      hand.calls[1]?.finish()
      await vi.advanceTimersByTimeAsync(0)
      expect(looked.slice(5)).toEqual(['vpc-2'])
      await loop.stop()
      await vi.advanceTimersByTimeAsync(10_000)
      expect(looked).toHaveLength(6)
    } finally {
      vi.useRealTimers()
    }
  })

  it('refuses what does not follow: a gap, a heartbeat ahead, a revision before any snapshot', () => {
    expect(() => loop.take(addVpc(2))).toThrow('before any snapshot')
    loop.take(snapshot)
    hand.calls[0]?.finish()
    expect(() => loop.take(addVpc(3))).toThrow('revision 3 does not follow 1')
    expect(() => loop.take({ type: 'heartbeat', revision: 2 })).toThrow('heartbeat is at 2')
    expect(loop.position()).toEqual({ epoch: 'e', revision: 1 })
  })

  it('takes a revision again without doing it again', () => {
    loop.take(snapshot)
    loop.take({ type: 'revision', revision: 1, at: '', changes: [vpc('vpc-1', '10.0.0.0/8')] })
    loop.take({ type: 'heartbeat', revision: 1 })
    hand.calls[0]?.finish()
    expect(hand.calls).toHaveLength(1)
  })
})

describe('the VPCs that a change touches', () => {
  const world = worldOf(
    vpc('vpc-1', '10.0.0.0/16'),
    vpc('vpc-2', '10.0.0.0/16'),
    group('sg-1', 'vpc-1'),
    group('sg-2', 'vpc-2'),
    rule('r-1', 'sg-1', { peer: { kind: 'group', group: 'sg-2' } }),
    eni('2', 'vpc-2', ['10.0.0.2'], ['sg-2']),
  )
  it('are those of its group, and those whose rules name a group whose members change', () => {
    expect([...touchedBy(world, [{ kind: 'rule', id: 'r-1', value: null }])]).toEqual(['vpc-1'])
    expect([...touchedBy(world, [group('sg-2', 'vpc-2')])]).toEqual(['vpc-2'])
    expect([...touchedBy(world, [{ kind: 'interface', id: 'eni-2', value: null }])].sort()).toEqual([
      'vpc-1',
      'vpc-2',
    ])
    expect([...touchedBy(world, [eni('new', 'vpc-1', ['10.0.0.3'], ['sg-1'])])]).toEqual(['vpc-1'])
  })
})

describe('reports', () => {
  it('are sent again until the server takes the newest', async () => {
    const first = await startFeed()
    const port = Number(new URL(first.url).port)
    await first.close()
    const ending = new AbortController()
    const failures: string[] = []
    const report = reporter(
      { feed: { url: first.url }, token: first.token },
      (why) => failures.push(why),
      ending.signal,
    )
    const fine = { errors: [], drifts: { count: 0, last: null }, can: null, enforces: true, tookMs: null }
    const body = { host: 'h', epoch: 'e1', revision: 1, at: '', bound: 0, ...fine }
    report(body)
    await eventually(() => failures.length).toBeGreaterThan(0)
    report({ ...body, revision: 2 })
    const second = await startFeed('e1', port)
    expect((await second.applied(2)).revision).toBe(2)
    ending.abort()
    await second.close()
  })

  it('of an agent that does not enforce say so, and come again when the server is another', async () => {
    const feed = await startFeed()
    const port = Number(new URL(feed.url).port)
    feed.commit(vpc('vpc-1', '10.0.0.0/8'), group('sg', 'vpc-1'), eni('1', 'vpc-1', ['10.0.0.1'], ['sg']))
    const agent = await runAgent({
      feed: { url: feed.url },
      token: feed.token,
      mark: newMark(),
      enforce: false,
      log: () => undefined,
    })
    const expected = {
      epoch: 'e1',
      revision: 1,
      errors: ['nothing is enforced on this host: the agent was started without enforcement'],
    }
    expect(await feed.applied()).toMatchObject(expected)
    await feed.close()
    const again = await startFeed('e1', port)
    again.world.revision = 1
    expect(await again.applied(1)).toMatchObject(expected)
    expect(agent.applied()?.revision).toBe(1)
    await agent.stop()
    await again.close()
  })

  it('need a mark that can be part of names', async () => {
    const options = { feed: { url: 'http://127.0.0.1:1' }, token: 't', log: () => undefined }
    await expect(runAgent({ ...options, mark: 'Sally; rm' })).rejects.toThrow(
      'mark "Sally; rm" is not 2 to 16 hexadecimal digits',
    )
  })
})
