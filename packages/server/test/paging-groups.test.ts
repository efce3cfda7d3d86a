import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groupsIn, newGroup, region } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ 'quotas.securityGroupsPerRegion': '10000' })
})
afterAll(() => server.stop())

/** What happens while one page is asked for. */
const meanwhile = fc.record({
  created: fc.nat({ max: 3 }),
  /** Places, among the groups there were at first, of those that are deleted. */
  deleted: fc.array(fc.nat({ max: 29 }), { maxLength: 3 }),
  restarted: fc.boolean(),
})

const runs = fc.record({
  groups: fc.integer({ min: 1, max: 30 }),
  pageSize: fc.integer({ min: 1, max: 7 }),
  pages: fc.array(meanwhile, { minLength: 30, maxLength: 30 }),
})

let run = 0

describe('pages by NextToken, while groups are created and deleted and the server restarts', () => {
  it('show no group twice, and every group that was there at first and still is', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async ({ groups, pageSize, pages }) => {
        // The groups of a run have a name of their own, which the filter looks for.
        const SecurityGroupName = `run-${run++}`
        const made: string[] = []
        for (let index = 0; index < groups; index++) made.push(await newGroup(server, { SecurityGroupName }))
        const gone = new Set<string>()
        const shown: string[] = []
        let NextToken: unknown
        for (const { created, deleted, restarted } of pages) {
          const doomed = [...new Set(deleted)].flatMap((place) => made[place] ?? [])
          const page = server.ok('DescribeSecurityGroups', {
            ...{ RegionId: region, SecurityGroupName, MaxResults: pageSize, NextToken },
          })
          await Promise.all([
            ...Array.from({ length: created }, () => newGroup(server, { SecurityGroupName })),
            ...doomed.map((SecurityGroupId) =>
              server.call('DeleteSecurityGroup', { RegionId: region, SecurityGroupId }),
            ),
            page,
          ])
          for (const id of doomed) gone.add(id)
          const body = await page
          shown.push(...groupsIn(body).map(({ SecurityGroupId }) => SecurityGroupId))
          NextToken = body.NextToken
          if (NextToken === '') break
          if (restarted) await server.restart()
        }
        expect(NextToken).toBe('')
        expect(new Set(shown).size).toBe(shown.length)
        expect(made.filter((id) => !gone.has(id) && !shown.includes(id))).toEqual([])
      }),
      { numRuns: 15 },
    )
  }, 120_000)
})
