import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Agent } from '../src/index.js'
import { namespaceOf, probe, runAgent, tearDown } from '../src/index.js'
import { eni, group, rule, vpc } from './facts.js'
import type { FeedServer } from './feed-server.js'
import { startFeed } from './feed-server.js'
import type { Outside, Station } from './topology.js'
import { makeOutside, newMark, station } from './topology.js'

const able = await probe()
if (!able.ok) console.warn(`packet tests are skipped: this host lacks ${able.missing}`)

describe.skipIf(!able.ok)('one instance', () => {
  const mark = newMark()
  let feed: FeedServer
  let outside: Outside
  let agent: Agent
  let a: Station
  beforeAll(async () => {
    outside = makeOutside(['203.0.113.1/32'])
    feed = await startFeed()
    feed.commit(
      vpc('vpc-t', '10.0.0.0/8'),
      group('sg-t', 'vpc-t'),
      eni(`${mark}a`, 'vpc-t', ['10.0.0.5', 'fd01::5'], ['sg-t']),
    )
    agent = await runAgent({
      feed: { url: feed.url },
      token: feed.token,
      mark,
      uplinkNetns: outside.namespace,
      log: console.log,
    })
    console.log(await feed.applied())
    a = station(namespaceOf(`i-${mark}a`))
    await outside.station.serve('tcp', 80)
  })
  afterAll(async () => {
    a?.stop()
    await agent?.stop()
    console.log(await tearDown(mark, { uplinkNetns: outside.namespace }))
    outside.remove()
    await feed.close()
  })
  it('reaches outside until an egress drop', async () => {
    expect(await a.tcp({ host: '203.0.113.1', port: 80 })).toBe(true)
    console.log(await feed.change(rule('r1', 'sg-t', { direction: 'egress', policy: 'drop' })))
    expect(await a.tcp({ host: '203.0.113.1', port: 80 })).toBe(false)
  })
})
