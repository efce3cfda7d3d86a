import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readBack } from '../src/nftables/read-back.js'
import { rulesetOf } from '../src/nftables/table.js'
import { desiredOf, formOf, runAgent } from '../src/index.js'
import { built } from './built.js'
import { eventually } from './eventually.js'
import { group, rule } from './facts.js'
import { shapeOf } from './nft-model.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'
import { sh } from './topology.js'

const A = '10.0.0.1'
const B = '10.0.0.2'

describePackets('restarting the agent', () => {
  let stage: Stage
  const allowed = () => rule('r', 'sg-b', { protocol: 'tcp', destinationPorts: { first: 80, last: 80 } })

  const wanted = () => {
    const desired = desiredOf(stage.feed.world, stage.vpc, { ipv6: true })
    if (!desired) throw new Error('nothing is desired')
    return shapeOf(rulesetOf(formOf(desired, stage.mark, [4, 6])))
  }
  const held = async () => shapeOf(await readBack(`sp-${stage.vpc}`))
  /** Changes when a table, a link or an address is made anew: handles and indexes are never used twice. */
  const identities = () =>
    sh(`for n in sp-${stage.vpc} ${stage.namespace('a')} ${stage.namespace('b')}; do stat -L -c %i /run/netns/$n; ip -n $n -o link; done
        nsenter --net=/run/netns/sp-${stage.vpc} nft -a -s list table inet sallyport`)

  beforeAll(async () => {
    stage = await setStage([], { uplinkRoutes: true, lookEvery: 0 })
    await stage.feed.change(
      group('sg-a', stage.vpc),
      group('sg-b', stage.vpc),
      allowed(),
      stage.eni('a', [A, 'fd01::1'], ['sg-a']),
      stage.eni('b', [B, 'fd01::2'], ['sg-b']),
    )
    for (const port of [80, 81]) await stage.at('b').serve('tcp', port)
    await stage.at('b').serve('udp', 54)
    expect(await stage.at('a').open('kept', { host: B, port: 80 })).toBe(true)
    await stage.at('a').flood('denied', B, 54)
  })
  afterAll(() => stage.end())

  it('what the kernel holds reads back as what was sent', async () => {
    expect(await held()).toEqual(wanted())
  })

  it('stopped, everything stays in force; started, everything is adopted', async () => {
    const before = identities()
    await stage.agent.stop()
    expect(await stage.at('a').say('kept')).toBe(true)
    expect(await stage.at('a').tcp({ host: B, port: 81 })).toBe(false)
    stage.feed.reports.length = 0
    await stage.restart()
    expect((await stage.feed.applied()).errors).toEqual([])
    expect(identities()).toBe(before)
    expect(await stage.at('a').say('kept')).toBe(true)
  })

  it('what changed while it was away is applied, and no more', async () => {
    await stage.agent.stop()
    stage.feed.commit(rule('r2', 'sg-b', { protocol: 'tcp', destinationPorts: { first: 81, last: 81 } }))
    expect(await stage.at('a').tcp({ host: B, port: 81 })).toBe(false)
    await stage.restart()
    await stage.feed.applied()
    expect(await stage.at('a').tcp({ host: B, port: 81 })).toBe(true)
    expect(await held()).toEqual(wanted())
    await stage.feed.change({ kind: 'rule', id: 'r2', value: null })
    expect(await stage.at('a').say('kept')).toBe(true)
  })

  it('killed in the middle of changes, the next one takes over and nothing denied passes', async () => {
    await stage.agent.stop()
    const child = await startBuilt()
    // Endless changes, so that the kill falls anywhere.
    for (let change = 0; change < 8; change++) {
      await stage.feed.change(
        rule('r3', 'sg-b', { priority: 1 + change, protocol: 'icmp' }),
        stage.eni('c', ['10.0.0.3'], ['sg-a'], { running: change % 2 === 0 }),
      )
    }
    stage.feed.commit(stage.eni('c', ['10.0.0.4'], ['sg-a', 'sg-b']), stage.eni('d', ['10.0.0.5'], ['sg-b']))
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await stage.at('a').say('kept')).toBe(true)
    stage.feed.reports.length = 0
    await stage.restart()
    expect((await stage.feed.applied()).errors).toEqual([])
    expect(await held()).toEqual(wanted())
    expect(await stage.at('a').say('kept')).toBe(true)
    expect(await stage.at('d').ping(A)).toBe(false)
    await stage.feed.change(rule('r4', 'sg-a', { protocol: 'icmp' }))
    expect(await stage.at('d').ping(A)).toBe(true)
  })

  it('through all of it no denied probe passed', async () => {
    expect(await stage.at('a').stopFlood('denied')).toBeGreaterThan(100)
    expect(await stage.at('b').received('udp/54')).toBe(0)
  })

  it('repairs what another hand did to the rules', async () => {
    sh(`nsenter --net=/run/netns/sp-${stage.vpc} nft -f - <<'X'
flush chain inet sallyport guard
insert rule inet sallyport forward accept
X`)
    stage.feed.reports.length = 0
    await stage.restart()
    await stage.feed.applied()
    expect(await held()).toEqual(wanted())
  })

  it('a change that the kernel refuses is reported, and done after reading back', async () => {
    sh(`nsenter --net=/run/netns/sp-${stage.vpc} nft delete table inet sallyport`)
    const failed = await stage.feed.change(rule('r5', 'sg-b', { protocol: 'gre' }))
    expect(failed.errors).toEqual([expect.stringContaining(`${stage.vpc} failed`)])
    await eventually(() => stage.feed.reports.at(-1)?.errors).toEqual([])
    expect(await held()).toEqual(wanted())
  })

  it('a second agent with the same mark is refused', async () => {
    const second = runAgent({
      feed: { url: stage.feed.url },
      token: stage.feed.token,
      mark: stage.mark,
      log: () => undefined,
    })
    await expect(second).rejects.toThrow(`another agent with mark ${stage.mark} is running`)
  })

  /** An agent in a process of its own, from the sources as they are. */
  async function startBuilt(): Promise<ChildProcess> {
    const options = {
      feed: { url: stage.feed.url },
      token: stage.feed.token,
      mark: stage.mark,
      uplinkNetns: stage.outside.namespace,
      uplinkRoutes: true,
    }
    const script = `import { runAgent } from ${JSON.stringify(built())}
await runAgent({ ...${JSON.stringify(options)}, log: () => undefined })
console.log('ready')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    return child
  }
})
