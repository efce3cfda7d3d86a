import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testServer, type TestServer } from './harness.js'

const region = 'cn-hangzhou'
let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

type Body = Readonly<Record<string, unknown>>
const ok = (action: string, parameters: object = {}) => server.ok(action, { RegionId: region, ...parameters })

const types = async (parameters: object): Promise<Body[]> =>
  ((await ok('DescribeInstanceTypes', parameters)).InstanceTypes as { InstanceType: Body[] }).InstanceType
const typeIds = async (parameters: object) =>
  (await types(parameters)).map(({ InstanceTypeId }) => InstanceTypeId)

describe('DescribeInstanceTypes', () => {
  it('answers with the figures of the reference pages', async () => {
    expect(await types({ InstanceTypes: ['ecs.g6.large'] })).toEqual([
      expect.objectContaining({
        ...{ InstanceTypeId: 'ecs.g6.large', InstanceTypeFamily: 'ecs.g6' },
        ...{ InstanceFamilyLevel: 'EnterpriseLevel', InstanceCategory: 'General-purpose' },
        ...{ CpuCoreCount: 2, MemorySize: 8, CpuArchitecture: 'X86' },
        ...{ EniQuantity: 2, EniPrivateIpAddressQuantity: 6, EniIpv6AddressQuantity: 1 },
        ...{ InstancePpsRx: 300_000, InstanceBandwidthRx: 1_024_000, InstanceBandwidthTx: 1_024_000 },
        ...{ MaximumQueueNumberPerEni: 2, TotalEniQueueQuantity: 4, DiskQuantity: 17 },
        ...{ GPUAmount: 0, GPUSpec: '', LocalStorageCategory: '', BaselineCredit: 0, InitialCredit: 0 },
      }),
    ])
    expect(await types({ InstanceTypes: ['ecs.t6-c1m1.large', 'ecs.r7.2xlarge'] })).toMatchObject([
      { InstanceFamilyLevel: 'CreditEntryLevel', MemorySize: 2, BaselineCredit: 24, InitialCredit: 60 },
      { CpuCoreCount: 8, MemorySize: 64, EniQuantity: 4, InstanceBandwidthRx: 5_120_000 },
    ])
  })

  it('filters by every bound, family, category, processor and level', async () => {
    expect(await typeIds({ InstanceTypeFamily: 'ecs.c7', MaximumCpuCoreCount: 4 })).toEqual([
      'ecs.c7.large',
      'ecs.c7.xlarge',
    ])
    expect(await typeIds({ MinimumMemorySize: '255.5' })).toEqual(['ecs.r6.8xlarge', 'ecs.r7.8xlarge'])
    expect(await typeIds({ InstanceFamilyLevel: 'CreditEntryLevel', MinimumInitialCredit: 61 })).toEqual([
      'ecs.t6-c1m4.xlarge',
    ])
    expect(
      await typeIds({
        InstanceCategories: ['Memory-optimized', 'Big data'],
        MinimumCpuTurboFrequency: '3.4',
        MaximumMemorySize: 16,
      }),
    ).toEqual(['ecs.r7.large'])
    expect(
      await typeIds({ PhysicalProcessorModel: 'ice lake', InstanceTypeFamilies: ['ecs.g7', 'ecs.g6'] }),
    ).toHaveLength(7)
    expect(await typeIds({ CpuArchitecture: 'ARM' })).toEqual([])
    expect(await typeIds({ GPUSpec: 'NVIDIA' })).toEqual([])
    expect(await typeIds({ MinimumGPUAmount: 1 })).toEqual([])
    expect(await typeIds({ InstanceTypes: ['ecs.none.large'] })).toEqual([])
    expect((await server.call('DescribeInstanceTypes', { MinimumMemorySize: '-1' })).body.Code).toBe(
      'InvalidParameter',
    )
  })

  it('pages show every type once', async () => {
    const all = await typeIds({})
    const seen: unknown[] = []
    let token: unknown = undefined
    do {
      const page = await ok('DescribeInstanceTypes', { MaxResults: 20, NextToken: token })
      seen.push(...(page.InstanceTypes as { InstanceType: Body[] }).InstanceType)
      token = page.NextToken
    } while (token !== '')
    expect(seen.map((type) => (type as Body).InstanceTypeId)).toEqual(all)
    expect(all.length).toBeGreaterThan(40)
  })

  it('families have generations', async () => {
    const families = async (parameters: object) =>
      (
        (await ok('DescribeInstanceTypeFamilies', parameters)).InstanceTypeFamilies as {
          InstanceTypeFamily: Body[]
        }
      ).InstanceTypeFamily
    expect(await families({ Generation: 'ecs-6' })).toEqual([
      { InstanceTypeFamilyId: 'ecs.c7', Generation: 'ecs-6' },
      { InstanceTypeFamilyId: 'ecs.g7', Generation: 'ecs-6' },
      { InstanceTypeFamilyId: 'ecs.r7', Generation: 'ecs-6' },
    ])
    expect(await families({})).toHaveLength(7)
  })
})

describe('DescribeImages', () => {
  const list = async (parameters: object): Promise<Body[]> =>
    ((await ok('DescribeImages', parameters)).Images as { Image: Body[] }).Image
  const ids = async (parameters: object) => (await list(parameters)).map(({ ImageId }) => ImageId)
  const linux3 = 'aliyun_3_x64_20G_alibase_20221102.vhd'

  it('lists public images with what clients read of them', async () => {
    expect(await ok('DescribeImages', { ImageId: linux3 })).toMatchObject({
      ...{ RegionId: region, TotalCount: 1, PageNumber: 1, PageSize: 10 },
      Images: {
        Image: [
          {
            ...{ ImageId: linux3, ImageName: linux3, ImageOwnerAlias: 'system', Status: 'Available' },
            ...{ ImageFamily: 'acs:alibaba_cloud_linux_3_2104_lts_x64', Architecture: 'x86_64' },
            ...{ OSType: 'linux', OSNameEn: 'Alibaba Cloud Linux  3.2104 LTS 64 bit', Size: 20 },
            ...{ CreationTime: '2022-11-02T03:12:45Z', IsPublic: false, Usage: 'none' },
            ...{ Tags: { Tag: [] }, DiskDeviceMappings: { DiskDeviceMapping: [] } },
          },
        ],
      },
    })
  })

  it('filters narrow them', async () => {
    const all = await ids({})
    expect(all).toHaveLength(5)
    expect(await ids({ OSType: 'windows' })).toEqual([expect.stringMatching(/^win2019/)])
    expect(await ids({ ImageName: 'aliyun_3_*alibase' })).toEqual([linux3])
    expect(await ids({ ImageName: 'alibase*aliyun' })).toEqual([])
    expect(await ids({ ImageFamily: 'acs:ubuntu_22_04_x64' })).toHaveLength(1)
    expect(await ids({ ImageId: `${linux3},m-none` })).toEqual([linux3])
    expect(await ids({ Status: 'Creating' })).toEqual([])
    expect(await ids({ Status: 'Creating,Available' })).toEqual(all)
    for (const none of [
      ...[{ ImageOwnerAlias: 'self' }, { IsPublic: true }, { Architecture: 'arm64' }, { Usable: false }],
      ...[{ SnapshotId: 's-1' }, { Tag: [{ Key: 'k' }] }, { IsSupportCloudinit: false }],
    ]) {
      expect(await ids(none), JSON.stringify(none)).toEqual([])
    }
    const since = (Key: string, Value: string) => ids({ Filter: [{ Key, Value }] })
    expect(await since('CreationStartTime', '2023-02-08T03:12Z')).toHaveLength(2)
    expect(await since('CreationEndTime', '2020-12-31T00:00Z')).toHaveLength(1)
    expect(await since('NetworkType', 'classic')).toEqual([])
    expect(await ids({ PageNumber: 3, PageSize: 2 })).toEqual(all.slice(4))
  })

  it('says which of them an instance uses', async () => {
    const group = String((await ok('CreateSecurityGroup')).SecurityGroupId)
    await ok('RunInstances', { SecurityGroupId: group, ImageId: linux3 })
    expect(await ids({ Usage: 'instance' })).toEqual([linux3])
    expect(await ids({ Usage: 'none' })).toHaveLength(4)
    expect(await ids({ Usage: 'instance', RegionId: 'us-east-1' })).toEqual([])
  })
})

describe('DescribeAvailableResource', () => {
  const zones = async (parameters: object): Promise<Body[]> =>
    ((await ok('DescribeAvailableResource', parameters)).AvailableZones as { AvailableZone: Body[] })
      .AvailableZone
  const values = async (parameters: object) => {
    const [zone] = await zones({ ZoneId: 'cn-hangzhou-h', ...parameters })
    const [resource] = (zone?.AvailableResources as { AvailableResource: Body[] }).AvailableResource
    return (resource?.SupportedResources as { SupportedResource: Body[] }).SupportedResource
  }

  it('has the zones that DescribeZones has, with everything in stock', async () => {
    const known = ((await ok('DescribeZones')).Zones as { Zone: Body[] }).Zone
    const stocked = await zones({ DestinationResource: 'Zone' })
    expect(stocked.map(({ ZoneId }) => ZoneId)).toEqual(known.map(({ ZoneId }) => ZoneId))
    expect(stocked[0]).toMatchObject({
      ...{ RegionId: region, Status: 'Available', StatusCategory: 'WithStock' },
      AvailableResources: {
        AvailableResource: [
          {
            Type: 'Zone',
            SupportedResources: { SupportedResource: [{ Value: stocked[0]?.ZoneId, Status: 'Available' }] },
          },
        ],
      },
    })
    for (const { AvailableInstanceTypes, AvailableDiskCategories } of known) {
      expect((AvailableInstanceTypes as { InstanceTypes: string[] }).InstanceTypes).toEqual(await typeIds({}))
      expect((AvailableDiskCategories as { DiskCategories: string[] }).DiskCategories).not.toEqual([])
    }
  })

  it('lists instance types by vCPUs and memory, and takes any type by name', async () => {
    const of = async (parameters: object) =>
      (await values({ DestinationResource: 'InstanceType', ...parameters })).map(({ Value }) => Value)
    expect(await of({ Cores: 2, Memory: '16.0' })).toEqual(['ecs.r6.large', 'ecs.r7.large'])
    expect(await of({ InstanceType: 'ecs.any.large' })).toEqual(['ecs.any.large'])
  })

  it('lists disks with their sizes', async () => {
    const disk = { DestinationResource: 'SystemDisk', InstanceType: 'ecs.g6.large' }
    expect(await values({ ...disk, SystemDiskCategory: 'cloud_essd' })).toEqual([
      {
        ...{ Value: 'cloud_essd', Status: 'Available', StatusCategory: 'WithStock' },
        ...{ Min: 20, Max: 2048, Unit: 'GiB' },
      },
    ])
  })

  it('has nothing of what is not here', async () => {
    for (const none of [
      ...[{ DestinationResource: 'ddh' }, { NetworkCategory: 'classic' }, { IoOptimized: 'none' }],
      ...[{ ResourceType: 'reservedinstance' }, { ZoneId: 'cn-hangzhou-zz' }],
    ]) {
      expect(await zones({ DestinationResource: 'Zone', ...none }), JSON.stringify(none)).toEqual([])
    }
  })
})
