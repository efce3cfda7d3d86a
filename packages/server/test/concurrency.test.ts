import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findGroups, newGroup, region, rulesOf } from './group-calls.js'
import { type CallAnswer, testServer, type TestServer } from './harness.js'

const CALLERS = 64

let server: TestServer
beforeEach(async () => {
  server = await testServer({ 'quotas.rulesPerGroup': '100', 'quotas.securityGroupsPerRegion': '40' })
})
afterEach(() => server.stop())

const callers = <T>(call: (caller: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller)))

/** How often each outcome came: `200`, or status and code. */
function tally(answers: readonly CallAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const outcome = status === 200 ? '200' : `${status} ${String(body.Code)}`
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

const rule = (port: number) => ({
  ...{ IpProtocol: 'TCP', PortRange: `${port}/${port}`, SourceCidrIp: '10.0.0.0/8' },
})
const authorize = (group: string, rest: object) =>
  server.call('AuthorizeSecurityGroup', { RegionId: region, SecurityGroupId: group, ...rest })

/** Three rules that no other caller makes. */
const batch = (caller: number) => [1, 2, 3].map((index) => rule(caller * 10 + index))

describe('64 callers at once', () => {
  it('fill a group with rules to its quota, in whole batches, and no further', async () => {
    const group = await newGroup(server)
    const answers = await callers((caller) => authorize(group, { Permissions: batch(caller) }))
    // 33 batches of three are 99 of the 100 rules; no other batch fits.
    expect(tally(answers)).toEqual({ '200': 33, '403 AuthorizationLimitExceed': 31 })
    const made = answers.flatMap(({ status }, caller) => (status === 200 ? batch(caller) : []))
    const ports = (rules: readonly { readonly PortRange: unknown }[]) =>
      rules.map(({ PortRange }) => String(PortRange)).sort()
    const rules = (await rulesOf(server, group)).map(({ PortRange }) => ({ PortRange }))
    expect(ports(rules)).toEqual(ports(made))
    expect(await findGroups(server, { SecurityGroupId: group })).toMatchObject([{ RuleCount: 99 }])
    expect((await authorize(group, rule(9999))).status).toBe(200)
    expect((await authorize(group, rule(9998))).status).toBe(403)
  })

  it('make groups to the quota and no further', async () => {
    const answers = await callers(() => server.call('CreateSecurityGroup', { RegionId: region }))
    expect(tally(answers)).toEqual({ '200': 40, '403 QuotaExceed.SecurityGroup': 24 })
    const { body } = await server.call('DescribeSecurityGroups', { RegionId: region })
    expect(body.TotalCount).toBe(40)
  })

  it('make one rule once', async () => {
    const group = await newGroup(server)
    expect(tally(await callers(() => authorize(group, rule(1))))).toEqual({ '200': CALLERS })
    expect(await rulesOf(server, group)).toHaveLength(1)
    expect(await findGroups(server, { SecurityGroupId: group })).toMatchObject([{ RuleCount: 1 }])
  })

  it('apply a ClientToken once, and all hear the same', async () => {
    const answers = await callers(() =>
      server.call('CreateSecurityGroup', { RegionId: region, ClientToken: 'one-group' }),
    )
    expect(tally(answers)).toEqual({ '200': CALLERS })
    const groups = await findGroups(server, {})
    expect(groups).toHaveLength(1)
    expect(new Set(answers.map(({ body }) => body.SecurityGroupId))).toEqual(
      new Set([groups[0]?.SecurityGroupId]),
    )
    expect(new Set(answers.map(({ body }) => body.RequestId)).size).toBe(CALLERS)
  })

  it('with one ClientToken and different parameters: one is carried out, the others mismatch', async () => {
    const group = await newGroup(server)
    const answers = await callers((caller) =>
      authorize(group, { ClientToken: 'one-rule', ...rule(caller + 1) }),
    )
    expect(tally(answers)).toEqual({ '200': 1, '400 IdempotentParameterMismatch': CALLERS - 1 })
    expect(await rulesOf(server, group)).toHaveLength(1)
  })

  it('apply the ClientToken of a batch of rules once, and of its revocation and of a change', async () => {
    const group = await newGroup(server)
    const token = (ClientToken: string) => ({ ClientToken })
    const made = await callers(() => authorize(group, { ...token('make'), Permissions: batch(1) }))
    expect(tally(made)).toEqual({ '200': CALLERS })
    const rules = await rulesOf(server, group)
    expect(rules).toHaveLength(3)
    const of = { RegionId: region, SecurityGroupId: group }
    const [first, second] = rules.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId)
    const change = { ...of, SecurityGroupRuleId: first, Priority: '9', ...token('change') }
    const changed = await callers(() => server.call('ModifySecurityGroupRule', change))
    expect(tally(changed)).toEqual({ '200': CALLERS })
    const taken = { ...of, SecurityGroupRuleId: [second], ...token('take') }
    const revoked = await callers(() => server.call('RevokeSecurityGroup', taken))
    expect(tally(revoked)).toEqual({ '200': CALLERS })
    expect(await rulesOf(server, group)).toEqual([{ ...rules[0], Priority: 9 }, rules[2]])
    expect(await findGroups(server, { SecurityGroupId: group })).toMatchObject([{ RuleCount: 2 }])
  })

  it('change as many rules into one and the same: one of them becomes it', async () => {
    const group = await newGroup(server)
    const Permissions = Array.from({ length: CALLERS }, (_, caller) => rule(caller + 1))
    await authorize(group, { Permissions })
    const ids = (await rulesOf(server, group)).map(({ SecurityGroupRuleId }) => SecurityGroupRuleId)
    const answers = await callers((caller) =>
      server.call('ModifySecurityGroupRule', {
        ...{ RegionId: region, SecurityGroupId: group, SecurityGroupRuleId: ids[caller] },
        PortRange: '9999/9999',
      }),
    )
    expect(tally(answers)).toEqual({ '200': 1, '400 InvalidOperation.RuleDuplicate': CALLERS - 1 })
    const ports = (await rulesOf(server, group)).map(({ PortRange }) => PortRange)
    expect(ports.filter((port) => port === '9999/9999')).toHaveLength(1)
    expect(ports).toHaveLength(CALLERS)
  })

  it('revoke a rule once: one is told so, the others that it is not there', async () => {
    const group = await newGroup(server)
    await authorize(group, { Permissions: [rule(1), rule(2)] })
    const answers = await callers(() =>
      server.call('RevokeSecurityGroup', { RegionId: region, SecurityGroupId: group, ...rule(1) }),
    )
    expect(tally(answers)).toEqual({ '200': 1, '400 InvalidSecurityGroupRule.RuleNotExist': CALLERS - 1 })
    expect(await findGroups(server, { SecurityGroupId: group })).toMatchObject([{ RuleCount: 1 }])
  })

  it('that authorize and revoke whole batches never show a reader half of one', async () => {
    const group = await newGroup(server)
    const both = batch(1)
    const seen = await callers(async (caller) => {
      if (caller % 4 === 0) return (await rulesOf(server, group)).length
      const action = caller % 2 === 0 ? 'AuthorizeSecurityGroup' : 'RevokeSecurityGroup'
      await server.call(action, { RegionId: region, SecurityGroupId: group, Permissions: both })
      return undefined
    })
    const counts = seen.filter((count) => count !== undefined)
    expect(counts).toHaveLength(CALLERS / 4)
    expect(counts.filter((count) => count !== 0 && count !== both.length)).toEqual([])
    const [described] = await findGroups(server, { SecurityGroupId: group })
    expect(described?.RuleCount).toBe((await rulesOf(server, group)).length)
  })

  it('that delete a group and name it as object leave no rule about a group that is gone', async () => {
    const [holder, object] = [await newGroup(server), await newGroup(server)]
    await callers((caller) =>
      caller % 2 === 0
        ? server.call('DeleteSecurityGroup', { RegionId: region, SecurityGroupId: object })
        : authorize(holder, { ...rule(caller), SourceCidrIp: '', SourceGroupId: object }),
    )
    const left = (await findGroups(server, { SecurityGroupId: object })).length
    const naming = (await rulesOf(server, holder)).length
    expect(left === 0).toBe(naming === 0)
  })
})
