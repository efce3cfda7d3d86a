import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findGroups, newGroup, region, rulesOf } from './group-calls.js'
import { type CallAnswer, testServer, type TestServer } from './harness.js'
import { blocks, cidrsOf, findPrefixLists, newPrefixList } from './list-calls.js'

const CALLERS = 64

let server: TestServer
beforeEach(async () => {
  server = await testServer({
    ...{ 'quotas.rulesPerGroup': '100', 'quotas.prefixListsPerRegion': '40' },
    ...{ 'quotas.securityGroupsPerRegion': '100', 'quotas.associationsPerPrefixList': '20' },
  })
})
afterEach(() => server.stop())

const callers = <T>(call: (caller: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller)))

/** How often each outcome came: `200`, or the code. */
function tally(answers: readonly CallAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const outcome = status === 200 ? '200' : String(body.Code)
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

/** Three blocks that no other caller has. */
const batch = (caller: number) => [1, 2, 3].map((index) => `10.${caller}.${index}.0/24`)

const tcp = { IpProtocol: 'TCP', PortRange: '80/80' }

describe('64 callers at once', () => {
  it('fill a prefix list to its MaxEntries, in whole batches, and no further', async () => {
    const list = await newPrefixList(server, { MaxEntries: 100 })
    const answers = await callers((caller) =>
      server.call('ModifyPrefixList', {
        ...{ RegionId: region, PrefixListId: list, AddEntry: blocks(...batch(caller)) },
      }),
    )
    // 33 batches of three are 99 of the 100 entries; no other fits.
    expect(tally(answers)).toEqual({ '200': 33, 'LimitExceed.MaxEntries': 31 })
    const made = answers.flatMap(({ status }, caller) => (status === 200 ? batch(caller) : []))
    expect((await cidrsOf(server, list)).sort()).toEqual(made.sort())
  })

  it('that add and remove never push a full list over, and leave what the last of them said', async () => {
    const full = Array.from({ length: 10 }, (_, index) => `192.0.2.${index}/32`)
    const list = await newPrefixList(server, { MaxEntries: 10, Entry: blocks(...full) })
    const sizes = await callers(async (caller) => {
      if (caller % 4 === 0) return (await cidrsOf(server, list)).length
      const change = { AddEntry: blocks(`10.0.0.${caller}`), RemoveEntry: blocks(full[caller % 10] ?? '') }
      await server.call('ModifyPrefixList', { RegionId: region, PrefixListId: list, ...change })
      return 0
    })
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10)
    expect(await cidrsOf(server, list)).toHaveLength(10)
  })

  it('make prefix lists to the quota and no further, and one for one ClientToken', async () => {
    const list = { RegionId: region, PrefixListName: 'one', AddressFamily: 'IPv4', MaxEntries: 1 }
    const once = await callers(() => server.call('CreatePrefixList', { ...list, ClientToken: 'one-list' }))
    expect(tally(once)).toEqual({ '200': CALLERS })
    expect(new Set(once.map(({ body }) => body.PrefixListId)).size).toBe(1)
    const answers = await callers(() => server.call('CreatePrefixList', list))
    expect(tally(answers)).toEqual({ '200': 39, 'LimitExceed.PrefixListPerRegion': 25 })
    expect(await findPrefixLists(server, { MaxResults: 100 })).toHaveLength(40)
  })

  it('fill a group to its quota with rules that weigh more than one', async () => {
    const group = await newGroup(server)
    const list = await newPrefixList(server, { MaxEntries: 7 })
    const answers = await callers((caller) =>
      server.call('AuthorizeSecurityGroup', {
        ...{ RegionId: region, SecurityGroupId: group, ...tcp, SourcePrefixListId: list },
        PortRange: `${caller + 1}/${caller + 1}`,
      }),
    )
    // 14 rules of seven are 98 of the 100.
    expect(tally(answers)).toEqual({ '200': 14, AuthorizationLimitExceed: 50 })
    expect(await findGroups(server, { SecurityGroupId: group })).toMatchObject([{ RuleCount: 14 }])
  })

  it('name a prefix list from as many groups as the quota allows, and no more', async () => {
    const list = await newPrefixList(server, { MaxEntries: 1 })
    const groups = await callers(() => newGroup(server))
    const answers = await callers((caller) =>
      server.call('AuthorizeSecurityGroup', {
        ...{ RegionId: region, SecurityGroupId: groups[caller], ...tcp, SourcePrefixListId: list },
      }),
    )
    expect(tally(answers)).toEqual({ '200': 20, 'LimitExceed.PrefixListAssociationResource': 44 })
    expect(await findPrefixLists(server, { PrefixListId: [list] })).toMatchObject([{ AssociationCount: 20 }])
  })

  it('that delete a list and name it leave no rule about a list that is gone', async () => {
    const [list, group] = [await newPrefixList(server), await newGroup(server)]
    await callers((caller) =>
      caller % 2 === 0
        ? server.call('DeletePrefixList', { RegionId: region, PrefixListId: list })
        : server.call('AuthorizeSecurityGroup', {
            ...{ RegionId: region, SecurityGroupId: group, ...tcp, SourcePrefixListId: list },
          }),
    )
    const left = (await findPrefixLists(server, { PrefixListId: [list] })).length
    expect((await rulesOf(server, group)).length).toBe(left)
  })
})
