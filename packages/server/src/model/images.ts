/** A public image. Nothing here runs one: an instance is a network namespace. */
export interface Image {
  readonly id: string
  readonly family: string
  readonly platform: string
  readonly osType: 'linux' | 'windows'
  /** Name of the operating system in Chinese and in English. */
  readonly osName: readonly [chinese: string, english: string]
  /** GiB. */
  readonly size: number
  /** ISO 8601 with seconds. */
  readonly createdAt: string
  readonly description: string
}

const linux = { osType: 'linux', size: 20, description: '' } as const

/** What DescribeImages lists, newest first. Instances can be made from any other image as well. */
export const images: readonly Image[] = [
  {
    id: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
    family: 'acs:windows_server_2019_x64_zh-cn',
    ...{ platform: 'Windows Server 2019', osType: 'windows', size: 40, description: '' },
    osName: [
      'Windows Server  2019 数据中心版 64位中文版',
      'Windows Server  2019 Data Center Edition 64bit Chinese Edition',
    ],
    createdAt: '2023-08-11T03:12:45Z',
  },
  {
    ...linux,
    id: 'ubuntu_22_04_x64_20G_alibase_20230208.vhd',
    family: 'acs:ubuntu_22_04_x64',
    platform: 'Ubuntu',
    osName: ['Ubuntu  22.04 64位', 'Ubuntu  22.04 64 bit'],
    createdAt: '2023-02-08T03:12:45Z',
  },
  {
    ...linux,
    id: 'aliyun_3_x64_20G_alibase_20221102.vhd',
    family: 'acs:alibaba_cloud_linux_3_2104_lts_x64',
    platform: 'Aliyun',
    osName: ['Alibaba Cloud Linux  3.2104 LTS 64位', 'Alibaba Cloud Linux  3.2104 LTS 64 bit'],
    createdAt: '2022-11-02T03:12:45Z',
  },
  {
    ...linux,
    id: 'centos_7_9_x64_20G_alibase_20220824.vhd',
    family: 'acs:centos_7_9_x64',
    platform: 'CentOS',
    osName: ['CentOS  7.9 64位', 'CentOS  7.9 64 bit'],
    createdAt: '2022-08-24T03:12:45Z',
  },
  {
    ...linux,
    id: 'aliyun_2_1903_x64_20G_alibase_20200324.vhd',
    family: 'acs:alibaba_cloud_linux_2_1903_lts_x64',
    platform: 'Aliyun',
    osName: ['Alibaba Cloud Linux  2.1903 LTS 64位', 'Alibaba Cloud Linux  2.1903 LTS 64 bit'],
    createdAt: '2020-03-24T03:12:45Z',
  },
]

/** A public image by id; undefined for one that the catalogue does not list. */
export const imageOf = (id: string): Image | undefined => images.find((image) => image.id === id)
