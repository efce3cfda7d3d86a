import type { Change } from '@sallyport/engine'
import { describe, expect } from 'vitest'
import type { Agent, AgentOptions, LogLevel } from '../src/index.js'
import { namespaceOf, probe, runAgent, tearDown } from '../src/index.js'
import { eni, vpc, without } from './facts.js'
import type { FeedServer } from './feed-server.js'
import { startFeed } from './feed-server.js'
import type { Outside, Station } from './topology.js'
import { makeOutside, newMark, station } from './topology.js'

const able = await probe()
if (!able.ok) console.warn(`packet tests are skipped: this host lacks ${able.missing}`)

/** `describe` for tests that need namespaces: skipped, with the reason printed, where the host cannot. */
export const describePackets = describe.skipIf(!able.ok)

/** A feed, an agent and an outside; instances come and go with the facts. */
export interface Stage {
  readonly mark: string
  readonly vpc: string
  readonly feed: FeedServer
  readonly outside: Outside
  readonly agent: Agent
  /** Warnings and errors that the agent logged. */
  readonly complaints: string[]
  /** An interface fact of an instance whose id is unique to this stage. */
  eni(name: string, addresses: string[], groups: string[], more?: Parameters<typeof eni>[4]): Change
  /** Makes these the only facts beside what the feed itself was told, and waits until the kernel holds them. */
  facts(...changes: Change[]): Promise<void>
  namespace(name: string): string
  /** A station in the instance's namespace, started once. */
  at(name: string): Station
  /** Stops the agent and starts another. */
  restart(more?: Partial<AgentOptions>): Promise<void>
  end(): Promise<void>
}

/** Sets a stage: an outside with the addresses, a VPC 10.0.0.0/16 and fd01::/64, and an agent that follows. */
export async function setStage(
  outsideAddresses: readonly string[],
  more: Partial<AgentOptions> = {},
): Promise<Stage> {
  const mark = newMark()
  const outside = makeOutside(outsideAddresses)
  const feed = await startFeed()
  const complaints: string[] = []
  const stations = new Map<string, Station>()
  const options = (changed: Partial<AgentOptions>): AgentOptions => ({
    feed: { url: feed.url },
    token: feed.token,
    mark,
    uplinkNetns: outside.namespace,
    host: 'host-of-the-test',
    log: (level: LogLevel, message) => {
      if (level === 'warn' || level === 'error') complaints.push(message)
    },
    ...more,
    ...changed,
  })
  const id = `vpc-${mark}`
  feed.commit(vpc(id, '10.0.0.0/16', 'fd01::/64'))
  let agent = await runAgent(options({}))
  let present: readonly Change[] = []
  const instance = (name: string): string => `i-${mark}-${name}`
  const namespace = (name: string): string => namespaceOf(instance(name))
  return {
    mark,
    vpc: id,
    feed,
    outside,
    complaints,
    get agent() {
      return agent
    },
    eni: (name, addresses, groups, changed = {}) =>
      eni(`${mark}-${name}`, id, addresses, groups, { instance: instance(name), ...changed }),
    async facts(...changes) {
      const gone = present.filter(
        (before) => !changes.some((change) => change.kind === before.kind && change.id === before.id),
      )
      present = changes
      const report = await feed.change(...changes, ...gone.map(without))
      expect(report.errors).toEqual([])
    },
    namespace,
    at(name) {
      const known = stations.get(name) ?? station(namespace(name))
      stations.set(name, known)
      return known
    },
    async restart(changed = {}) {
      await agent.stop()
      agent = await runAgent(options(changed))
    },
    async end() {
      for (const one of stations.values()) one.stop()
      await agent.stop()
      await tearDown(mark, { uplinkNetns: outside.namespace })
      outside.remove()
      await feed.close()
    },
  }
}
