import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, newGroup, region, rulesOf, runInstances } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ revokeAbsent: 'success' })
})
afterAll(() => server.stop())

describe('with the setting for the behaviour before July 2024', () => {
  const rule = { IpProtocol: 'TCP', PortRange: '1/1', SourceCidrIp: '10.0.0.0/8' }
  const of = (group: string, rest: object) => ({ RegionId: region, SecurityGroupId: group, ...rest })
  const revoke = (group: string, rest: object) => server.call('RevokeSecurityGroup', of(group, rest))

  it('revoking passes over rules that are not there, and takes those that are', async () => {
    const group = await newGroup(server)
    await server.ok('AuthorizeSecurityGroup', of(group, rule))
    const absent = { ...rule, Priority: '2' }
    expect((await revoke(group, absent)).status).toBe(200)
    expect(await rulesOf(server, group)).toHaveLength(1)
    expect((await revoke(group, { Permissions: [absent, rule] })).status).toBe(200)
    expect(await rulesOf(server, group)).toEqual([])
    expect((await revoke(group, { SecurityGroupRuleId: ['sgr-bp1none'] })).status).toBe(200)
  })

  it('mistakes are refused as ever', async () => {
    const group = await newGroup(server)
    expectRefusal(await revoke(group, { ...rule, Priority: '101' }), 400, 'InvalidPriority.Malformed')
    expectRefusal(
      await revoke(group, { SecurityGroupRuleId: ['x'] }),
      ...([400, 'InvalidParam.SecurityGroupRuleId'] as const),
    )
    expectRefusal(await revoke('sg-bp1none', rule), 404, 'InvalidSecurityGroupId.NotFound')
  })

  it('leaving a group that was not joined succeeds, and the last group is kept', async () => {
    const [joined, other] = [await newGroup(server), await newGroup(server)]
    const [instance] = await runInstances(server, joined)
    const leave = (group: string) => server.call('LeaveSecurityGroup', of(group, { InstanceId: instance }))
    expect((await leave(other)).status).toBe(200)
    expectRefusal(await leave(joined), 403, 'InstanceLastSecurityGroup')
  })
})
