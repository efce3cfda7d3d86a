import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Change, World } from '@sallyport/engine'
import { applyChange, emptyWorld } from '@sallyport/engine'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Enforcer } from '../src/enforcer.js'
import {
  capabilitiesOf,
  desiredOf,
  formOf,
  kernelEnforcer,
  namespaceOf,
  routerOf,
  tearDown,
} from '../src/index.js'
import { apply } from '../src/nftables/apply.js'
import type { Command } from '../src/nftables/ruleset.js'
import { rulesetOf } from '../src/nftables/table.js'
import { built } from './built.js'
import { eni, without } from './facts.js'
import { startFeed } from './feed-server.js'
import type { MakeInterface } from './leak-churn.js'
import { RECEIVER, SENDER, beforeRevocation, churn, probeFacts } from './leak-churn.js'
import type { Result, Way } from './leak-probes.js'
import { PORTS, SOURCES, faultsOf, startProbes, tell } from './leak-probes.js'
import { describePackets } from './stage.js'
import type { Outside, Station } from './topology.js'
import { makeOutside, newMark, station } from './topology.js'

/** All of it with `npm run test:leak`; a slice otherwise. */
const whole = process.env.SALLYPORT_TEST_LEAK === '1'
const PER_SECOND = whole ? 20_000 : 3_000
const CHANGES = whole ? 600 : 45
const KILLS = whole ? 20 : 2
const GAPS = whole ? 40 : 10
const SEED = Number(process.env.SALLYPORT_TEST_SEED ?? 20_261)

const noFaults = { lost: 0, passed: 0 }

/** What the probes were, in words; and that they were sent and seen. */
function check(what: string, result: Result): void {
  tell(what, result, PER_SECOND)
  for (const { sent, entered } of [result.allowed, result.denied]) expect(entered).toBeGreaterThan(sent / 2)
  expect(result.allowed.arrived).toBeGreaterThan(result.allowed.sent / 2)
}

/** Names of one VPC with a sender and a receiver. */
function place() {
  const mark = newMark()
  const id = `vpc-${mark}`
  let made = 0
  const macs = new Map<string, string>()
  // An interface keeps its MAC: another one would be another link.
  const macOf = (name: string): string => {
    const mac =
      macs.get(name) ??
      `02:00:5f:00:${[made >> 8, made & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`
    if (!macs.has(name)) made++
    macs.set(name, mac)
    return mac
  }
  const make: MakeInterface = (name, addresses, groups, more = {}) =>
    eni(`${mark}-${name}`, id, addresses, groups, {
      instance: `i-${mark}-${name}`,
      mac: macOf(name),
      ...more,
    })
  const namespace = (name: string): string => namespaceOf(`i-${mark}-${name}`)
  const way: Way = {
    router: routerOf(id),
    from: { namespace: namespace('a'), address: SENDER },
    to: { namespace: namespace('b'), address: RECEIVER },
  }
  return { mark, id, make, way }
}

/** Opens the two flows that go on through the probes. */
async function openFlows(way: Way): Promise<void> {
  const stations: Station[] = [station(way.from.namespace), station(way.to.namespace)]
  const [a, b] = stations as [Station, Station]
  try {
    for (const kind of ['open', 'revoked'] as const) {
      await b.serve('udp', PORTS[kind])
      const probe = { host: RECEIVER, port: PORTS[kind], source: SENDER, sourcePort: SOURCES[kind] }
      expect(await a.udp(probe)).toBe(SENDER)
    }
  } finally {
    for (const one of stations) one.stop()
  }
}

describePackets('changes of policies, memberships and lists', () => {
  const { mark, id, make, way } = place()
  const world: World = emptyWorld('leaks')
  let outside: Outside
  let enforcer: Enforcer

  const change = async (...changes: readonly Change[]): Promise<void> => {
    for (const one of changes) applyChange(world, one)
    expect((await enforcer.reconcile(world, [id], false)).problems).toEqual([])
  }

  beforeAll(async () => {
    outside = makeOutside()
    const capabilities = await capabilitiesOf()
    const { ipv6 } = capabilities
    enforcer = kernelEnforcer({
      ...{
        mark,
        ipv6,
        capabilities,
        uplinkNetns: outside.namespace,
        uplinkRoutes: false,
        keepTracked: false,
      },
    })
    await change(...probeFacts(id, make), beforeRevocation)
    await openFlows(way)
    await change(without(beforeRevocation))
  })
  afterAll(async () => {
    enforcer?.deaf()
    await tearDown(mark, { uplinkNetns: outside.namespace })
    outside?.remove()
  })

  it('let no denied probe pass and lose no allowed one', async () => {
    const changes = churn(id, make, SEED)
    const probes = await startProbes(way, PER_SECOND)
    const stopped = (async () => {
      for (let count = 0; count < CHANGES; count++) await change(changes.next().value)
    })()
    const failure = await stopped.catch((error: unknown) => error)
    const result = await probes.stop()
    expect(failure).toBeUndefined()
    check(`${CHANGES} changes (seed ${SEED})`, result)
    expect(faultsOf(result)).toEqual(noFaults)
  })

  it('made with a gap, are caught by just these probes', async () => {
    const desired = desiredOf(world, id, { ipv6: true })
    if (!desired) throw new Error('nothing is desired')
    const { chains } = rulesetOf(formOf(desired, mark, [4, 6]))
    const first = [...chains].filter(([name]) => /^[ei]-/.test(name))
    const probes = await startProbes(way, PER_SECOND)
    for (let gap = 0; gap < GAPS; gap++) {
      // The chains of policies are emptied, and filled again in a second transaction: what drops is away between the two.
      await apply(
        way.router,
        first.map(([name]): Command => ({ do: 'flush-chain', name })),
      )
      await sleep(5)
      await apply(
        way.router,
        first.flatMap(([chain, { rules }]) =>
          rules.map((rule): Command => ({ do: 'add-rule', chain, rule })),
        ),
      )
    }
    const open = await probes.stop()
    tell(`${GAPS} gaps that let pass`, open, PER_SECOND)
    expect(faultsOf(open).passed).toBeGreaterThan(0)

    const again = await startProbes(way, PER_SECOND)
    const forward = chains.get('forward')?.rules ?? []
    for (let gap = 0; gap < GAPS; gap++) {
      await apply(way.router, [{ do: 'flush-chain', name: 'forward' }])
      await sleep(5)
      await apply(
        way.router,
        forward.map((rule): Command => ({ do: 'add-rule', chain: 'forward', rule })),
      )
    }
    const closed = await again.stop()
    tell(`${GAPS} gaps that drop`, closed, PER_SECOND)
    expect(faultsOf(closed).lost).toBeGreaterThan(0)
  })
})

describePackets('an agent that is killed and started again', () => {
  const { mark, id, make, way } = place()
  let outside: Outside
  let feed: Awaited<ReturnType<typeof startFeed>>
  let agent: ChildProcess | undefined
  let script: string

  const start = async (): Promise<void> => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    agent = child
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('the agent ended'))),
    ])
  }

  const kill = async (): Promise<void> => {
    const child = agent
    agent = undefined
    if (!child || child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  beforeAll(async () => {
    outside = makeOutside()
    feed = await startFeed()
  })
  afterAll(async () => {
    await kill()
    await tearDown(mark, { uplinkNetns: outside.namespace })
    outside?.remove()
    await feed?.close()
  })

  it('leaves no gap, whatever it was doing', async () => {
    const options = { feed: { url: feed.url }, token: feed.token, mark, uplinkNetns: outside.namespace }
    script = `import { runAgent } from ${JSON.stringify(built())}
await runAgent({ ...${JSON.stringify(options)}, log: () => undefined })
console.log('ready')`
    feed.commit(...probeFacts(id, make), beforeRevocation)
    await start()
    expect((await feed.applied()).errors).toEqual([])
    await openFlows(way)
    expect((await feed.change(without(beforeRevocation))).errors).toEqual([])

    const changes = churn(id, make, SEED + 1)
    const probes = await startProbes(way, PER_SECOND)
    let made = 0
    const work = async (): Promise<void> => {
      while (made < CHANGES || kills > 0) {
        feed.commit(changes.next().value)
        made++
        await sleep(whole ? 40 : 25)
      }
    }
    let kills = KILLS
    const killing = async (): Promise<void> => {
      for (; kills > 0; kills--) {
        // Each time another moment of what it is doing.
        await sleep(100 + ((kills * 37) % 230))
        await kill()
        await start()
        await feed.applied()
      }
    }
    const failure = await Promise.all([work(), killing()]).catch((error: unknown) => {
      kills = 0
      return error
    })
    const report = await feed.applied()
    const result = await probes.stop()
    expect(failure).not.toBeInstanceOf(Error)
    expect(report.errors).toEqual([])
    check(`${KILLS} kills, ${made} changes (seed ${SEED})`, result)
    expect(faultsOf(result)).toEqual(noFaults)
  })
})
