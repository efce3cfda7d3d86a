import { afterEach, describe, expect, it } from 'vitest'
import {
  AdminRefusal,
  type ClientConfig,
  connectSallyport,
  type Sallyport,
  SeedRefusal,
  type StartOptions,
  startSallyport,
} from '../src/index.js'

const running: Sallyport[] = []
afterEach(async () => {
  for (const sallyport of running.splice(0)) await sallyport.stop()
})

async function start(options?: StartOptions): Promise<Sallyport> {
  const sallyport = await startSallyport(options)
  running.push(sallyport)
  return sallyport
}

const document = { accounts: [{ vpcs: [{ name: 'shop', cidr: '10.0.0.0/16', groups: [{ name: 'web' }] }] }] }

/** Names of the groups, asked for with the SDK client that the helper makes. */
async function groups(sallyport: Sallyport): Promise<(string | undefined)[]> {
  const { DescribeSecurityGroupsRequest } = await import('@alicloud/ecs20140526')
  const ecs = await sallyport.ecs()
  const { body } = await ecs.describeSecurityGroups(
    new DescribeSecurityGroupsRequest({ regionId: sallyport.regionId }),
  )
  return (body?.securityGroups?.securityGroup ?? []).map(({ securityGroupName }) => securityGroupName)
}

describe('startSallyport', () => {
  it('starts servers side by side, each with its own state, and stops them without a trace', async () => {
    const [one, other] = [await start({ seed: document }), await start()]
    expect([await groups(one), await groups(other)]).toEqual([['web'], []])
    const vpc = await one.vpc()
    const { DescribeVpcsRequest } = await import('@alicloud/vpc20160428')
    const { body } = await vpc.describeVpcs(new DescribeVpcsRequest({ regionId: one.regionId }))
    expect(body?.totalCount).toBe(2)
    await running.shift()?.stop()
    await expect(fetch(one.endpoint)).rejects.toThrow()
  })

  it('takes settings, and refuses those that are none', async () => {
    const settings = { region: 'cn-beijing', quotas: { securityGroupsPerRegion: 1 } }
    const sallyport = await start({ settings })
    expect(sallyport.regionId).toBe('cn-beijing')
    const web = { name: 'web' }
    const two = { accounts: [{ vpcs: [{ default: true as const, groups: [web, { name: 'db' }] }] }] }
    await expect(sallyport.seed(two)).rejects.toThrow(/groups\[1\]: QuotaExceed/)
    await expect(startSallyport({ settings: { speed: 1 } as never })).rejects.toThrow(/speed/)
  })

  it('leaves nothing running when its seed is refused', async () => {
    const error = await startSallyport({ seed: 'accounts:\n  - vpcs: [{ name: shop }]\n' }).catch(
      (e: unknown) => e,
    )
    expect(error).toBeInstanceOf(SeedRefusal)
    expect(error).toMatchObject({ line: 2, path: ['accounts', 0, 'vpcs', 0, 'cidr'] })
  })

  it('makes clients of whatever class it is given, module or class', async () => {
    const sallyport = await start()
    class Client {
      readonly config: ClientConfig
      constructor(config: ClientConfig) {
        this.config = config
      }
    }
    expect(sallyport.client(Client).config).toEqual(sallyport.clientConfig)
    expect(sallyport.client({ default: Client }).config.endpoint).toBe(new URL(sallyport.endpoint).host)
  })
})

describe('the controls', () => {
  it('reset, seed, keep and restore', async () => {
    const sallyport = await start()
    const resources = await sallyport.seed(document)
    expect(resources.map(({ kind, created }) => [kind, created])).toEqual([
      ['vpc', true],
      ['group', true],
    ])
    await sallyport.snapshot('base')
    await sallyport.reset()
    expect(await groups(sallyport)).toEqual([])
    await sallyport.restore('base')
    expect(await groups(sallyport)).toEqual(['web'])
    await expect(sallyport.restore('other')).rejects.toThrow(AdminRefusal)
  })

  it('move the clock', async () => {
    const { time } = await start()
    expect(await time.freeze(new Date('2031-01-01T00:00:00Z'))).toMatchObject({ mode: 'frozen' })
    expect((await time.advance(1500)).now).toBe('2031-01-01T00:00:01.500Z')
    expect((await time.advance('1h')).now).toBe('2031-01-01T01:00:01.500Z')
    expect((await time.freeze()).now).toBe((await time.state()).now)
    expect((await time.release()).mode).toBe('real')
  })

  it('let calls fail and tell what was called', async () => {
    const sallyport = await start()
    const { id } = await sallyport.faults.add({ error: { code: 'InvalidVpcId.NotFound' } })
    await expect(groups(sallyport)).rejects.toMatchObject({ code: 'InvalidVpcId.NotFound' })
    expect(await sallyport.faults.list()).toMatchObject([{ id, fired: 1 }])
    await sallyport.faults.clear(id)
    const waiting = sallyport.calls.waitFor({ operation: 'DescribeSecurityGroups' }, { count: 2 })
    await groups(sallyport)
    expect((await waiting).map(({ status }) => status)).toEqual([404, 200])
    expect(await sallyport.calls.list({ result: 'refused' })).toHaveLength(1)
    await sallyport.calls.clear()
    expect(await sallyport.calls.list()).toEqual([])
    await expect(sallyport.calls.waitFor({}, { seconds: 0 })).rejects.toThrow('only 0 of 1 calls fit')
  })

  it('work over a server that runs elsewhere', async () => {
    const sallyport = await start({ seed: document })
    await connectSallyport(sallyport.admin).reset()
    expect(await groups(sallyport)).toEqual([])
    const wrong = connectSallyport({ ...sallyport.admin, token: 'wrong' })
    await expect(wrong.reset()).rejects.toMatchObject({ status: 401 })
  })
})
