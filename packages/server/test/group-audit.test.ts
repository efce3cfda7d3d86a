import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { control, mustControl, withAdmin } from './control-calls.js'
import { newGroup, region } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
beforeEach(async () => {
  server = await testServer(withAdmin)
})
afterEach(() => server.stop())

const audit = (group: string, on: boolean) =>
  mustControl(server, 'POST', '/v1/groups/audit', { group, audit: on })

const inAudit = async () => (await mustControl(server, 'GET', '/v1/groups/audit'))['groups']

/** The fact of a group, as followers of the feed know it. */
async function factOf(group: string): Promise<object | undefined> {
  const { groups } = await mustControl(server, 'GET', '/v1/state')
  return (groups as { id: string }[]).find(({ id }) => id === group)
}

describe('a group put into audit', () => {
  it('is so for every follower of the feed, across a restart, until it is taken out', async () => {
    const [one, other] = [await newGroup(server), await newGroup(server)]
    await audit(one, true)
    await server.restart()
    expect(await factOf(one)).toMatchObject({ audit: true })
    expect(await factOf(other)).not.toHaveProperty('audit')
    expect(await inAudit()).toEqual([one])
    await audit(one, false)
    expect(await factOf(one)).not.toHaveProperty('audit')
    expect(await inAudit()).toEqual([])
  })

  it('has that in its history, once for each change', async () => {
    const group = await newGroup(server)
    for (const on of [true, true, false]) await audit(group, on)
    const { entries } = await mustControl(server, 'GET', `/v1/history?group=${group}`)
    expect((entries as { operation: string }[]).map(({ operation }) => operation)).toEqual([
      'audit off',
      'audit on',
      'CreateSecurityGroup',
    ])
  })

  it('stays so when its policy inside changes, and is shown by no call of the API', async () => {
    const group = await newGroup(server)
    const describe = () =>
      server.ok('DescribeSecurityGroupAttribute', { RegionId: region, SecurityGroupId: group })
    const before = await describe()
    await audit(group, true)
    expect(Object.keys(await describe())).toEqual(Object.keys(before))
    await server.ok('ModifySecurityGroupPolicy', {
      ...{ RegionId: region, SecurityGroupId: group, InnerAccessPolicy: 'Drop' },
    })
    expect(await factOf(group)).toMatchObject({ audit: true, innerAccess: 'drop' })
  })

  it('comes back with a snapshot', async () => {
    const group = await newGroup(server)
    await audit(group, true)
    await mustControl(server, 'POST', '/v1/snapshots', { name: 'kept' })
    await audit(group, false)
    await mustControl(server, 'POST', '/v1/restore', { name: 'kept' })
    expect(await inAudit()).toEqual([group])
  })

  it('is decided upon with and without audit', async () => {
    const document = {
      accounts: [
        {
          vpcs: [
            {
              ...{ name: 'shop', cidr: '10.0.0.0/16' },
              vswitches: [{ name: 'shop-h', zone: 'cn-hangzhou-h', cidr: '10.0.1.0/24' }],
              groups: [
                {
                  ...{ name: 'web', audit: true },
                  ingress: [{ protocol: 'tcp', ports: 22, policy: 'drop', from: '0.0.0.0/0' }],
                },
              ],
              instances: [{ name: 'web-1', groups: ['web'] }],
            },
          ],
        },
      ],
    }
    await mustControl(server, 'POST', '/v1/seed', document)
    const { interfaces, rules } = await mustControl(server, 'GET', '/v1/state')
    const [nic] = interfaces as { id: string }[]
    const [rule] = rules as { id: string; group: string }[]
    const flow = { interface: nic?.id, direction: 'ingress', protocol: 'tcp', remote: '203.0.113.9' }
    const flows = [22, 80].map((localPort) => ({ ...flow, localPort }))
    const { verdicts } = await mustControl(server, 'POST', '/v1/decide', { flows: [...flows, flow] })
    expect(verdicts).toEqual([
      {
        ...{ verdict: 'accept', reason: 'default' },
        staged: { verdict: 'drop', reason: 'rule', rule: rule?.id, group: rule?.group, priority: 1 },
      },
      { verdict: 'accept', reason: 'default', staged: { verdict: 'drop', reason: 'default' } },
      {
        ...{ verdict: 'accept', reason: 'default' },
        staged: { error: expect.stringContaining('localPort is missing') as string },
      },
    ])
    await mustControl(server, 'POST', '/v1/seed', document)
    expect(await inAudit()).toEqual([rule?.group])
  })

  it('has to be there', async () => {
    const { status } = await control(server, 'POST', '/v1/groups/audit', { group: 'sg-none', audit: true })
    expect(status).toBe(404)
  })
})
