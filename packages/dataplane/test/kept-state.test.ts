import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { restoreState, tearDown } from '../src/index.js'
import { eventually } from './eventually.js'
import { group, rule } from './facts.js'
import { startFeed } from './feed-server.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'

const A = '10.0.0.1'
const B = '10.0.0.2'

describePackets('the state that an agent keeps', () => {
  let stage: Stage
  let state: string
  const file = () => join(state, 'state.json')
  const wipe = () => tearDown(stage.mark, { uplinkNetns: stage.outside.namespace })

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), 'sallyport-state-'))
    stage = await setStage([], { state, lookEvery: 0 })
    await stage.feed.change(
      group('sg-a', stage.vpc),
      group('sg-b', stage.vpc),
      rule('r', 'sg-b', { protocol: 'tcp', destinationPorts: { first: 80, last: 80 } }),
      stage.eni('a', [A], ['sg-a']),
      stage.eni('b', [B], ['sg-b']),
    )
  })
  afterAll(async () => {
    await stage.end()
    rmSync(state, { recursive: true, force: true })
  })

  it('is in force again without any server, rules and all, after everything was gone', async () => {
    await stage.agent.stop()
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    await wipe()
    expect(existsSync(`/run/netns/${stage.namespace('a')}`)).toBe(false)
    const nowhere = await startFeed()
    await nowhere.close()
    await stage.restart({ feed: { url: nowhere.url } })
    await eventually(() => stage.agent.applied()?.problems).toEqual([])
    for (const port of [80, 81]) await stage.at('b').serve('tcp', port)
    expect(await stage.at('a').tcp({ host: B, port: 80 })).toBe(true)
    expect(await stage.at('a').tcp({ host: B, port: 81 })).toBe(false)
  })

  it('is where the feed is resumed from', async () => {
    await stage.agent.stop()
    stage.feed.asked.length = 0
    stage.feed.reports.length = 0
    const before = stage.feed.world.revision
    stage.feed.commit(rule('r2', 'sg-b', { protocol: 'tcp', destinationPorts: { first: 81, last: 81 } }))
    await stage.restart()
    await stage.feed.applied()
    expect(stage.feed.asked[0]).toBe(`?epoch=e1&after=${before}`)
    expect(await stage.at('a').tcp({ host: B, port: 81 })).toBe(true)
  })

  it('is put in force once, by what a boot runs, and says so where there is none', async () => {
    await stage.agent.stop()
    await wipe()
    const place = { mark: stage.mark, uplinkNetns: stage.outside.namespace, log: () => undefined }
    expect(await restoreState({ ...place, state })).toEqual([])
    expect(existsSync(`/run/netns/${stage.namespace('a')}`)).toBe(true)
    expect(await restoreState({ ...place, state: join(state, 'empty') })).toBe(null)
    await stage.restart()
  })

  it('is ignored when it is damaged or of another installation, and the server is asked for all', async () => {
    for (const text of ['{', readFileSync(file(), 'utf8').replace(stage.mark, 'ffff')]) {
      await stage.agent.stop()
      writeFileSync(file(), text)
      stage.feed.asked.length = 0
      stage.complaints.length = 0
      await stage.restart()
      await eventually(() => stage.feed.asked[0]).toBe('')
      expect(stage.complaints.join()).toContain('cannot be used')
    }
  })
})
