import type { Case, Cases } from './case.js'
import { newPortList, newPrefixList, nobody, region, ruleOnList, TIGHT_LISTS } from './world.js'

type Kind = 'prefix' | 'port'

const make = { prefix: newPrefixList, port: newPortList } as const
const idName = { prefix: 'PrefixListId', port: 'PortRangeListId' } as const
const unknown = { prefix: nobody.prefixList, port: nobody.portList } as const
const missing = { prefix: 'InvalidPrefixListId.NotFound', port: 'InvalidPortRangeListId.NotFound' } as const

const names = {
  prefix: { name: 'PrefixListName', badName: 'InvalidParameter.PrefixListName', text: '#prefix-list' },
  port: { name: 'PortRangeListName', badName: 'InvalidParameter.PortRangeListName', text: '#port-list' },
} as const

const valid = {
  prefix: { RegionId: region, PrefixListName: 'some-list', AddressFamily: 'IPv4', MaxEntries: 2 },
  port: { RegionId: region, PortRangeListName: 'some-list', MaxEntries: 2 },
} as const

/** Calls with a list of its own, and a change. */
const onList =
  (kind: Kind, change: object): Case =>
  async (call, { roomy }) =>
    call({ RegionId: region, [idName[kind]]: await make[kind](roomy), ...change })

const noSuch = (kind: Kind): Cases => ({ [missing[kind]]: onList(kind, { [idName[kind]]: unknown[kind] }) })

/** What is wrong with entries in the same way wherever they are given, under the name of the parameter. */
function entryCases(kind: Kind, parameter: string, value: (change: object) => Case): Cases {
  const entries = (...list: object[]): Case => value({ [parameter]: list })
  return kind === 'prefix'
    ? {
        'InvalidParameter.CidrMalformed': entries({ Cidr: '10.0.0.1/8' }),
        'InvalidParameter.CidrDuplicated': entries({ Cidr: '10.0.0.1' }, { Cidr: '10.0.0.1/32' }),
        'LimitExceed.Entry': value({ [`${parameter}.201.Cidr`]: '10.0.0.0/8' }),
      }
    : {
        'InvalidParameter.PortRange': entries({ PortRange: '2/1' }),
        'InvalidParameter.PortRangeDuplicated': entries({ PortRange: '80/80' }, { PortRange: '80/80' }),
        'LimitExceed.Entry': value({ [`${parameter}.201.PortRange`]: '80/80' }),
      }
}

const three = {
  prefix: [{ Cidr: '10.0.0.0/8' }, { Cidr: '10.0.0.0/9' }, { Cidr: '10.0.0.0/10' }],
  port: [{ PortRange: '1/1' }, { PortRange: '2/2' }, { PortRange: '3/3' }],
} as const

function creating(kind: Kind): Cases {
  const value =
    (change: object): Case =>
    (call) =>
      call({ ...valid[kind], ...change })
  const full =
    kind === 'prefix' ? 'LimitExceed.MaxEntries#prefix-list' : 'InvalidOperation.EntryCountExceedMaxEntries'
  const tooMany = kind === 'prefix' ? 'LimitExceed.PrefixListPerRegion' : 'InvalidOperation.MaxCountExceed'
  return {
    [names[kind].badName]: value({ [names[kind].name]: 'com.aliyun.mine' }),
    [`InvalidDescription.Malformed${names[kind].text}`]: value({ Description: 'x' }),
    ...entryCases(kind, 'Entry', value),
    [full]: value({ Entry: three[kind] }),
    [tooMany]: async (call, { tight }) => {
      const elsewhere = { RegionId: 'cn-beijing' }
      for (let made = 0; made < TIGHT_LISTS; made++) await make[kind](tight, elsewhere)
      return call({ ...valid[kind], ...elsewhere }, tight)
    },
    ...(kind === 'prefix'
      ? { 'InvalidParameter.AddressFamily': value({ AddressFamily: 'IPv5' }) }
      : {
          'InvalidOperation.MaxEntriesCountExceed': value({ MaxEntries: 2001 }),
          'InvalidParam.Entry': value({ Entry: [{ Description: 'no ports' }] }),
        }),
  }
}

const modifying = (kind: Kind): Cases => ({
  ...noSuch(kind),
  [names[kind].badName]: onList(kind, { [names[kind].name]: 'x' }),
  [`InvalidDescription.Malformed${names[kind].text}`]: onList(kind, { Description: 'http://x' }),
  ...entryCases(kind, 'AddEntry', (change) => onList(kind, change)),
  [`LimitExceed.MaxEntries${names[kind].text}`]: onList(kind, { AddEntry: three[kind] }),
})

const deleting = (kind: Kind): Cases => ({
  ...noSuch(kind),
  [kind === 'prefix' ? 'NotAllowed.AssociationExist' : 'InvalidPortRangeListId.AssociationExist']: async (
    call,
    { roomy },
  ) => {
    const list = await make[kind](roomy)
    await ruleOnList(roomy, { [kind === 'prefix' ? 'SourcePrefixListId' : 'PortRangeListId']: list })
    return call({ RegionId: region, [idName[kind]]: list })
  },
})

const tooManyIds = (kind: Kind): Cases => ({
  [`LimitExceed.${idName[kind]}`]: (call) =>
    call({ RegionId: region, [`${idName[kind]}.101`]: unknown[kind] }),
})

/** The cases of every operation on lists. */
export const listCases: Readonly<Record<string, Cases>> = {
  CreatePortRangeList: creating('port'),
  CreatePrefixList: creating('prefix'),
  DeletePortRangeList: deleting('port'),
  DeletePrefixList: deleting('prefix'),
  DescribePortRangeListAssociations: noSuch('port'),
  DescribePortRangeListEntries: noSuch('port'),
  DescribePortRangeLists: tooManyIds('port'),
  DescribePrefixListAssociations: noSuch('prefix'),
  DescribePrefixListAttributes: noSuch('prefix'),
  DescribePrefixLists: tooManyIds('prefix'),
  ModifyPortRangeList: modifying('port'),
  ModifyPrefixList: modifying('prefix'),
}
