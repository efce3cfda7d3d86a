import {
  applyRevision,
  type FeedLine,
  type Revision,
  type Snapshot,
  snapshotOf,
  worldFrom,
} from '@sallyport/engine'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminToken, control, mustControl, withAdmin } from './control-calls.js'
import {
  askHistory,
  change,
  type Changeable,
  inOrder,
  makeChangeable,
  ruleIds,
  stateOf,
} from './change-fixture.js'
import { newGroup, region } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'
import { blocks } from './list-calls.js'

let server: TestServer
beforeEach(async () => {
  server = await testServer({ ...withAdmin, 'quotas.securityGroupsPerRegion': '1000' })
})
afterEach(() => server.stop())

/** The revisions of the feed after the first one that is kept. */
async function revisions(after: number, upTo: number, epoch: string): Promise<Revision[]> {
  const gone = new AbortController()
  const response = await fetch(`${server.running.admin}/v1/watch?epoch=${epoch}&after=${after}`, {
    headers: { authorization: `Bearer ${adminToken}` },
    signal: gone.signal,
  })
  const found: Revision[] = []
  let text = ''
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString()
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines.map((one) => JSON.parse(one) as FeedLine)) {
      if (line.type === 'snapshot') throw new Error('the feed began with a snapshot')
      if (line.type === 'revision') found.push(line)
    }
    if (found.at(-1)?.revision === upTo) break
  }
  gone.abort()
  return found
}

const steps = fc.array(
  fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 1000 })), { minLength: 1, maxLength: 6 }),
  { minLength: 4, maxLength: 10 },
)

describe('the state as it was', () => {
  it('is the recorded one after any sequence of changes, made one by one or sharing commits', async () => {
    const of = await makeChangeable(server)
    const recorded: Snapshot[] = [await stateOf(server)]
    await fc.assert(
      fc.asyncProperty(steps, async (batches) => {
        for (const batch of batches) {
          await Promise.all(batch.map(([kind, which]) => change(server, of, kind, which)))
          recorded.push(await stateOf(server))
        }
        for (const state of recorded) expect(await stateOf(server, state.revision)).toEqual(state)
      }),
      { numRuns: 6 },
    )
    // Revisions that shared a commit are as they would be by replaying the feed.
    const [first, last] = [recorded[0], recorded.at(-1)]
    if (!first || !last) throw new Error('nothing was recorded')
    const world = worldFrom(first)
    for (const revision of await revisions(first.revision, last.revision, first.epoch)) {
      applyRevision(world, revision)
      expect(await stateOf(server, revision.revision)).toEqual(inOrder(snapshotOf(world)))
    }
    expect(world.revision).toBe(last.revision)
    expect(last.revision - first.revision).toBeGreaterThan(20)
  })

  it('is told by time too: the last revision committed by then', async () => {
    await mustControl(server, 'POST', '/v1/time', { freeze: '2030-01-01T00:00:00Z' })
    await newGroup(server)
    const first = await stateOf(server)
    await mustControl(server, 'POST', '/v1/time', { advance: '1h' })
    await newGroup(server)
    const second = await stateOf(server)
    expect(await stateOf(server, '2030-01-01T00:59:59.999Z')).toEqual(first)
    expect(await stateOf(server, '2030-01-01T02:00:00+01:00')).toEqual(second)
    expect(await stateOf(server, '2031-01-01T00:00:00Z')).toEqual(second)
    expect(second.groups.length).toBe(first.groups.length + 1)
  })

  it('survives a restart of the server', async () => {
    const of = await makeChangeable(server)
    const before = await stateOf(server)
    await change(server, of, 0, 1)
    await server.restart()
    await change(server, of, 6, 1)
    expect(await stateOf(server, before.revision)).toEqual(before)
  })

  it('of a revision that has not been is refused with 404, and of no revision with 400', async () => {
    const { revision } = await stateOf(server)
    expect(await control(server, 'GET', `/v1/state?at=${revision + 1}`)).toMatchObject({
      status: 404,
      body: { error: `there is no revision ${revision + 1} yet` },
    })
    expect((await control(server, 'GET', '/v1/state?at=yesterday')).status).toBe(400)
  })

  it.each(['reset', 'restore'])(
    'of before a %s is refused with 410, which names where the history begins',
    async (how) => {
      await newGroup(server)
      await mustControl(server, 'POST', '/v1/snapshots', { name: 'n' })
      const { revision, epoch } = await stateOf(server)
      await newGroup(server)
      const restarted = await mustControl(server, 'POST', `/v1/${how}`, how === 'reset' ? {} : { name: 'n' })
      const { status, body } = await control(server, 'GET', `/v1/state?at=${revision}`)
      expect([status, body.oldest]).toEqual([410, restarted.revision])
      expect(body.error).toContain(
        `a ${how} began the history anew with revision ${String(restarted.revision)}`,
      )
      const other = await control(server, 'GET', `/v1/state?at=${String(restarted.revision)}&epoch=${epoch}`)
      expect([other.status, other.body.epoch]).toEqual([410, restarted.epoch])
      expect(await stateOf(server, Number(restarted.revision))).toEqual(await stateOf(server))
    },
  )
})

describe('the bound of the history', () => {
  it('forgets the oldest revisions while calls go on, and says what the oldest is', async () => {
    await server.stop()
    server = await testServer({ ...withAdmin, feedRetention: '20', 'quotas.securityGroupsPerRegion': '1000' })
    const { revision: start } = await stateOf(server)
    await Promise.all(Array.from({ length: 60 }, () => newGroup(server)))
    const last = start + 60
    let oldest = 0
    // Forgetting follows the commits; it needs no further call.
    while (oldest < last - 30) oldest = Number((await askHistory(server, '')).body.oldest)
    const { status, body } = await control(server, 'GET', `/v1/state?at=${start + 1}`)
    expect([status, body.oldest]).toEqual([410, oldest])
    expect(body.error).toContain(`revision ${start + 1} is no longer kept: the oldest is revision ${oldest}`)
    const kept = await stateOf(server, oldest)
    expect(kept.groups.length).toBe((await stateOf(server)).groups.length - (last - oldest))
  })
})

describe('the history of a group', () => {
  interface Entry {
    readonly revision: number
    readonly operation: string
    readonly requestId: string
    readonly principal: string
    readonly accountId: string
    readonly at: string
    readonly changes: readonly { kind: string; id: string; what: string; before: unknown; after: unknown }[]
  }
  const entries = async (query: string): Promise<readonly Entry[]> =>
    (await mustControl(server, 'GET', `/v1/history${query}`)).entries as readonly Entry[]
  const told = (found: readonly Entry[]) =>
    found.map(({ operation, changes }) =>
      [operation, ...changes.map(({ what, kind }) => `${what} ${kind}`)].join(', '),
    )

  const ok = async (action: string, more: object) => server.ok(action, { RegionId: region, ...more })

  async function use(of: Changeable): Promise<string> {
    const [group] = of.groups
    const modifyList = (cidr: string) =>
      ok('ModifyPrefixList', { PrefixListId: of.blocks, AddEntry: blocks(cidr) })
    const listRule = {
      SecurityGroupId: group,
      IpProtocol: 'TCP',
      PortRange: '1/9',
      SourcePrefixListId: of.blocks,
    }
    await modifyList('192.0.2.1/32')
    await ok('AuthorizeSecurityGroup', listRule)
    await modifyList('192.0.2.2/32')
    await ok('RevokeSecurityGroup', listRule)
    await modifyList('192.0.2.3/32')
    return group
  }

  it('tells its rules, members and the lists its rules named at the time, newest first', async () => {
    const of = await makeChangeable(server)
    const group = await use(of)
    await ok('ModifySecurityGroupPolicy', { SecurityGroupId: group, InnerAccessPolicy: 'Drop' })
    await ok('JoinSecurityGroup', { SecurityGroupId: of.groups[1], InstanceId: of.instances[0] })
    await ok('LeaveSecurityGroup', { SecurityGroupId: group, InstanceId: of.instances[0] })
    const found = await entries(`?group=${group}`)
    expect(told(found)).toEqual([
      'LeaveSecurityGroup, left interface',
      'JoinSecurityGroup, changed interface',
      'ModifySecurityGroupPolicy, changed group',
      'RevokeSecurityGroup, removed rule',
      'ModifyPrefixList, changed prefix-list',
      'AuthorizeSecurityGroup, added rule',
      'RunInstances, joined interface, joined interface',
      'CreateSecurityGroup, added group',
    ])
    expect(found[3]?.changes[0]).toMatchObject({
      before: { group, protocol: 'tcp', peer: { kind: 'prefix-list', list: of.blocks } },
      after: null,
    })
  })

  it('tells who called, with which request', async () => {
    const group = await newGroup(server)
    const rule = { SecurityGroupId: group, IpProtocol: 'TCP', PortRange: '1/9', SourceCidrIp: '10.0.0.0/8' }
    const { RequestId } = await ok('AuthorizeSecurityGroup', rule)
    const [first] = await entries(`?group=${group}`)
    expect(first).toMatchObject({
      operation: 'AuthorizeSecurityGroup',
      requestId: RequestId,
      accountId: server.running.accountId,
      principal: `acs:ram::${server.running.accountId}:root`,
    })
    expect(first?.changes.map(({ id }) => id)).toEqual(await ruleIds(server, group))
    expect(new Date(first?.at ?? '').toISOString()).toBe(first?.at)
  })

  it('comes in pages that leave nothing out', async () => {
    const group = await use(await makeChangeable(server))
    const all = await entries(`?group=${group}`)
    const pages: Entry[] = []
    let more = true
    while (more) {
      const before = pages.at(-1)?.revision
      const query = `?group=${group}&limit=1${before === undefined ? '' : `&before=${before}`}`
      const page = await mustControl(server, 'GET', `/v1/history${query}`)
      pages.push(...(page.entries as readonly Entry[]))
      more = page.more === true
    }
    expect(pages).toEqual(all)
    expect(all.length).toBe(5)
  })

  it('may be that of a list, an interface, an instance or everything instead', async () => {
    const of = await makeChangeable(server)
    await use(of)
    expect(told(await entries(`?list=${of.blocks}`))).toEqual([
      ...Array.from({ length: 3 }, () => 'ModifyPrefixList, changed prefix-list'),
      'CreatePrefixList, added prefix-list',
    ])
    const [joined] = await entries(`?instance=${of.instances[0]}`)
    expect(joined).toMatchObject({ operation: 'RunInstances', changes: [{ what: 'added' }] })
    const id = joined?.changes[0]?.id
    expect(await entries(`?interface=${id}`)).toEqual([joined])
    expect((await entries('?limit=3')).map(({ operation }) => operation)).toEqual([
      ...['ModifyPrefixList', 'RevokeSecurityGroup', 'ModifyPrefixList'],
    ])
  })

  it('refuses two things at once and ids that are none with 400', async () => {
    expect((await askHistory(server, '?group=sg-1&list=pl-1')).status).toBe(400)
    expect((await askHistory(server, '?group=sg%25')).status).toBe(400)
  })
})
