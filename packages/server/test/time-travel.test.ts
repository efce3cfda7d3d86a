import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { peekStore } from '../src/store/database.js'
import { control, mustControl, rawCall, rawCallV3, withAdmin } from './control-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
beforeEach(async () => {
  server = await testServer(withAdmin)
})
afterEach(() => server.stop())

const travel = (change: object) => mustControl(server, 'POST', '/v1/time', change)
const region = { RegionId: 'cn-hangzhou' }

async function creationTimes(): Promise<string[]> {
  const { SecurityGroups } = await server.ok('DescribeSecurityGroups', region)
  return (SecurityGroups as { SecurityGroup: { CreationTime: string }[] }).SecurityGroup.map(
    ({ CreationTime }) => CreationTime,
  )
}

describe('the clock of operations', () => {
  it('stands still where it is frozen, and goes on by what it is advanced', async () => {
    expect(await travel({ freeze: '2031-05-06T07:08:09Z' })).toMatchObject({
      mode: 'frozen',
      now: '2031-05-06T07:08:09.000Z',
    })
    await server.ok('CreateSecurityGroup', region)
    await travel({ advance: '1d2h' })
    await server.ok('CreateSecurityGroup', region)
    expect((await creationTimes()).sort()).toEqual(['2031-05-06T07:08:09Z', '2031-05-07T09:08:09Z'])
  })

  it('shows the real time again once it is released, and after a restart', async () => {
    await travel({ freeze: '2031-05-06T07:08:09Z' })
    expect(await travel({ release: true })).toMatchObject({ mode: 'real' })
    await travel({ advance: '10d' })
    expect(await mustControl(server, 'GET', '/v1/time')).toMatchObject({ mode: 'shifted' })
    await server.restart()
    expect(await mustControl(server, 'GET', '/v1/time')).toMatchObject({ mode: 'real' })
  })

  it('moves every stored time, the change feed included', async () => {
    await travel({ freeze: '2031-05-06T07:08:09Z' })
    await server.ok('CreateVpc', { ...region, CidrBlock: '10.0.0.0/8' }, '2016-04-28')
    const { Vpcs } = await server.ok('DescribeVpcs', { ...region, IsDefault: false }, '2016-04-28')
    expect(Vpcs).toMatchObject({ Vpc: [{ CreationTime: '2031-05-06T07:08:09Z' }] })
    const times = await peekStore(server.data, (session) =>
      session.query((db) => db.selectFrom('changes').select('at').orderBy('revision', 'desc').limit(1)),
    )
    expect(times).toEqual([{ at: '2031-05-06T07:08:09.000Z' }])
  })

  it('never touches the time window of signatures', async () => {
    for (const freeze of ['2001-01-01T00:00:00Z', '2099-01-01T00:00:00Z']) {
      await travel({ freeze })
      expect((await rawCall(server, 'DescribeRegions')).status).toBe(200)
      expect((await rawCallV3(server, 'DescribeRegions')).status).toBe(200)
      const stale = await rawCall(server, 'DescribeRegions', { Timestamp: freeze })
      expect(JSON.parse(stale.text)).toMatchObject({ Code: 'InvalidTimeStamp.Expired' })
    }
  })

  it('lets a ClientToken expire after 24 hours and not before', async () => {
    await travel({ freeze: '2031-05-06T07:08:09.900Z' })
    const create = async () =>
      (await server.ok('CreateSecurityGroup', { ...region, ClientToken: 'once' }))['SecurityGroupId']
    const first = await create()
    await travel({ advance: '24h' })
    expect(await create()).toBe(first)
    await travel({ advance: '1s' })
    const second = await create()
    expect(second).not.toBe(first)
    expect(await create()).toBe(second)
  })

  it.each([
    [{ advance: '1 day' }, 'no duration'],
    [{ advance: '-1h' }, 'no duration'],
    [{ advance: '999999999d' }, 'out of range'],
    [{ freeze: 'tomorrow' }, ''],
    [{ freeze: '1969-12-31T23:59:59Z' }, 'out of range'],
    [{ release: true, advance: '1h' }, ''],
    [{}, ''],
  ])('refuses %j', async (change, why) => {
    const { status, body } = await control(server, 'POST', '/v1/time', change)
    expect([status, body['error']]).toEqual([400, expect.stringContaining(why)])
    expect(await mustControl(server, 'GET', '/v1/time')).toMatchObject({ mode: 'real' })
  })
})
