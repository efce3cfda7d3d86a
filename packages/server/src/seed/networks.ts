import { at, type SeedPath } from './problem.js'
import { findOne, type Found, listOf, mustEqual } from './lookup.js'
import { note, type Place } from './place.js'
import type { SeedVpc } from './schema.js'

/** The name that stands before those of a VPC's parts. */
export const vpcName = (vpc: SeedVpc): string => ('name' in vpc ? vpc.name : 'default')

/** Makes a VPC with its vSwitches and groups (their rules come later), where they are not there yet. */
export async function seedVpc(place: Place, vpc: SeedVpc, path: SeedPath): Promise<void> {
  const id = await ensureVpc(place, vpc, path)
  if (vpc.secondaryCidrs.length > 0) await ensureBlocks(place, id, vpc, path)
  for (const [index, vswitch] of vpc.vswitches.entries()) {
    await ensureVSwitch(place, vpcName(vpc), id, vswitch, [...path, 'vswitches', index])
  }
  for (const [index, group] of vpc.groups.entries()) {
    await ensureGroup(place, vpcName(vpc), id, group, [...path, 'groups', index])
  }
}

async function ensureVpc(place: Place, vpc: SeedVpc, path: SeedPath): Promise<string> {
  const { run } = place
  const parameters = 'name' in vpc ? { VpcName: vpc.name } : { IsDefault: true }
  const there = await findOne(run, { operation: 'DescribeVpcs', parameters, list: ['Vpcs', 'Vpc'] }, path)
  if ('name' in vpc && !there) {
    const made = await at(path, () =>
      run('CreateVpc', {
        ...{ VpcName: vpc.name, CidrBlock: vpc.cidr, Description: vpc.description },
        ...(typeof vpc.ipv6 === 'string'
          ? { Ipv6CidrBlock: vpc.ipv6 }
          : vpc.ipv6
            ? { EnableIpv6: true }
            : {}),
      }),
    )
    return note(place, path, { kind: 'vpc', name: vpc.name, id: String(made['VpcId']), created: true })
  }
  if (!there) return at(path, () => ensureDefaultVpc(place, path))
  if ('name' in vpc) {
    mustEqual(path, 'cidr', there['CidrBlock'], vpc.cidr)
    const block = there['Ipv6CidrBlock']
    mustEqual(path, 'ipv6', typeof vpc.ipv6 === 'string' ? block : block !== '', vpc.ipv6)
  }
  return note(place, path, { kind: 'vpc', name: vpcName(vpc), id: String(there['VpcId']), created: false })
}

async function ensureDefaultVpc(place: Place, path: SeedPath): Promise<string> {
  const made = await place.run('CreateDefaultVpc', {})
  return note(place, path, { kind: 'vpc', name: 'default', id: String(made['VpcId']), created: true })
}

/** Adds the secondary blocks that the VPC does not have. */
async function ensureBlocks({ run }: Place, VpcId: string, vpc: SeedVpc, path: SeedPath): Promise<void> {
  const [there] = listOf(await run('DescribeVpcs', { VpcId }), 'Vpcs', 'Vpc')
  const held = [
    ...(listOf(there ?? {}, 'SecondaryCidrBlocks', 'SecondaryCidrBlock') as unknown[]),
    ...listOf(there ?? {}, 'Ipv6CidrBlocks', 'Ipv6CidrBlock').map(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
  ]
  for (const [index, block] of vpc.secondaryCidrs.entries()) {
    if (held.includes(block)) continue
    const parameter = block.includes(':') ? { IPv6CidrBlock: block } : { SecondaryCidrBlock: block }
    await at([...path, 'secondaryCidrs', index], () => run('AssociateVpcCidrBlock', { VpcId, ...parameter }))
  }
}

async function ensureVSwitch(
  place: Place,
  vpc: string,
  VpcId: string,
  vswitch: SeedVpc['vswitches'][number],
  path: SeedPath,
): Promise<void> {
  const parameters = { VpcId, VSwitchName: vswitch.name }
  const search = { operation: 'DescribeVSwitches', parameters, list: ['VSwitches', 'VSwitch'] } as const
  const there = await findOne(place.run, search, path)
  if (there) {
    mustEqual(path, 'cidr', there['CidrBlock'], vswitch.cidr)
    mustEqual(path, 'zone', there['ZoneId'], vswitch.zone)
  }
  const wanted = {
    ...{ ZoneId: vswitch.zone, CidrBlock: vswitch.cidr, Description: vswitch.description },
    Ipv6CidrBlock: vswitch.ipv6,
  }
  const found: Found =
    there ?? (await at(path, () => place.run('CreateVSwitch', { ...parameters, ...wanted })))
  note(place, path, {
    kind: 'vswitch',
    name: `${vpc}/${vswitch.name}`,
    id: String(found['VSwitchId']),
    created: !there,
  })
}

async function ensureGroup(
  place: Place,
  vpc: string,
  VpcId: string,
  group: SeedVpc['groups'][number],
  path: SeedPath,
): Promise<void> {
  const parameters = { VpcId, SecurityGroupName: group.name }
  const search = {
    operation: 'DescribeSecurityGroups',
    parameters,
    list: ['SecurityGroups', 'SecurityGroup'],
  } as const
  const there = await findOne(place.run, search, path)
  if (there) mustEqual(path, 'type', there['SecurityGroupType'], group.type)
  const wanted = { SecurityGroupType: group.type, Description: group.description, Tag: tagsOf(group.tags) }
  const found: Found =
    there ?? (await at(path, () => place.run('CreateSecurityGroup', { ...parameters, ...wanted })))
  const SecurityGroupId = note(place, path, {
    ...{ kind: 'group', name: `${vpc}/${group.name}`, id: String(found['SecurityGroupId']), created: !there },
  })
  await ensureInnerAccess(place, SecurityGroupId, group.innerAccess, path)
  if (group.audit !== undefined) await place.setAudit(SecurityGroupId, group.audit)
}

async function ensureInnerAccess(
  { run }: Place,
  SecurityGroupId: string,
  wanted: 'accept' | 'drop' | undefined,
  path: SeedPath,
): Promise<void> {
  if (wanted === undefined) return
  const { InnerAccessPolicy } = await run('DescribeSecurityGroupAttribute', { SecurityGroupId })
  if (String(InnerAccessPolicy).toLowerCase() === wanted) return
  await at([...path, 'innerAccess'], () =>
    run('ModifySecurityGroupPolicy', {
      SecurityGroupId,
      InnerAccessPolicy: wanted === 'accept' ? 'Accept' : 'Drop',
    }),
  )
}

/** Tag.N of a mapping. */
export const tagsOf = (tags: Readonly<Record<string, string>> | undefined) =>
  Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }))
