import { expect, it } from 'vitest'
import { eventually } from './eventually.js'
import { group, rule } from './facts.js'
import { describePackets, setStage } from './stage.js'

describePackets('what an agent says of itself', () => {
  it('is what is asked, what is in force and how much that is, and whether the server is there', async () => {
    const heard: number[] = []
    const stage = await setStage([], { onApplied: ({ revision }) => heard.push(revision) })
    try {
      const revision = (
        await stage.feed.change(
          ...[group('sg-a', stage.vpc), group('sg-b', stage.vpc), rule('r', 'sg-b', { protocol: 'tcp' })],
          ...[stage.eni('a', ['10.0.0.1'], ['sg-a']), stage.eni('b', ['10.0.0.2'], ['sg-b'])],
        )
      ).revision
      const { epoch } = stage.feed.world
      const seen = stage.agent.observe()
      expect(seen).toMatchObject({
        ...{ host: 'host-of-the-test', mark: stage.mark, connected: true, lag: 0 },
        ...{ asked: { epoch, revision }, applied: { epoch, revision, errors: [] } },
        ...{ can: { nat4: true }, drifts: { count: 0 }, sizes: [{ of: stage.vpc, interfaces: 2 }] },
      })
      expect(heard.at(-1)).toBe(revision)
      const [size] = seen.sizes
      expect([size?.chains, size?.rules, size?.sets, size?.elements].every((one) => (one ?? 0) > 5)).toBe(
        true,
      )
      await stage.feed.change(group('sg-a', stage.vpc), ...['x', 'y'].map((id) => rule(id, 'sg-b', {})))
      expect(stage.agent.observe().asked?.revision).toBe(revision + 1)
      await stage.feed.close()
      await eventually(() => stage.agent.observe().connected).toBe(false)
    } finally {
      await stage.end()
    }
  })
})
