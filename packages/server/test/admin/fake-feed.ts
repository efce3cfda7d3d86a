import type { Change, Interface, Revision, Rule, World } from '@sallyport/engine'
import { applyRevision, emptyWorld, replaceWorld, snapshotOf } from '@sallyport/engine'
import type { Feed } from '../../src/watch/feed.js'

/** A feed in memory that keeps the last `kept` revisions. */
export interface FakeFeed extends Feed {
  commit(...changes: Change[]): Revision
  followers(): number
  /** Begins an epoch with an empty world. */
  restart(epoch: string): void
  /** What `since` waits for before it answers; lets a test commit in between. */
  pause: Promise<void>
}

export function fakeFeed(kept = 1000): FakeFeed {
  const world: World = emptyWorld('epoch-1')
  const revisions: Revision[] = []
  const listeners = new Set<(revision: Revision) => void>()
  const restartListeners = new Set<() => void>()
  return {
    world,
    pause: Promise.resolve(),
    followers: () => listeners.size,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onRestart(listener) {
      restartListeners.add(listener)
      return () => restartListeners.delete(listener)
    },
    restart(epoch) {
      replaceWorld(world, { ...snapshotOf(emptyWorld(epoch)), revision: world.revision + 1 })
      revisions.length = 0
      for (const listener of restartListeners) listener()
    },
    async since(after) {
      const result = revisions.filter(({ revision }) => revision > after)
      await this.pause
      return after < world.revision - kept ? undefined : result
    },
    commit(...changes) {
      const revision = { revision: world.revision + 1, at: '2026-01-01T00:00:00.000Z', changes }
      applyRevision(world, revision)
      revisions.push(revision)
      for (const listener of listeners) listener(revision)
      return revision
    },
  }
}

export const groupChange = (id: string, type: 'basic' | 'advanced' = 'basic'): Change => ({
  kind: 'group',
  id,
  value: { id, vpc: 'vpc-1', type, innerAccess: 'accept' },
})

export const interfaceChange = (id: string, address: string, groups: string[]): Change => {
  const value: Interface = {
    id,
    instance: id.replace('eni', 'i'),
    vpc: 'vpc-1',
    mac: '02:00:00:00:00:01',
    addresses: [address, 'fd00::5'],
    groups,
    running: true,
  }
  return { kind: 'interface', id, value }
}

export const ruleChange = (id: string, rule: Partial<Rule>): Change => ({
  kind: 'rule',
  id,
  value: {
    id,
    group: 'sg-1',
    direction: 'egress',
    policy: 'drop',
    priority: 1,
    protocol: 'tcp',
    peer: { kind: 'cidr', cidr: '203.0.113.0/24' },
    local: null,
    destinationPorts: { first: 443, last: 443 },
    sourcePorts: null,
    ...rule,
  },
})

/** A group, an instance in it and one drop of tcp/443 to 203.0.113.0/24. */
export function smallFeed(): FakeFeed {
  const feed = fakeFeed()
  feed.commit(groupChange('sg-1'), interfaceChange('eni-1', '172.16.0.5', ['sg-1']), ruleChange('sgr-1', {}))
  return feed
}
