import { beforeEach, describe, expect, it } from 'vitest'
import {
  enterNetwork,
  factOf,
  newGroup,
  nics,
  ok,
  one,
  refusal,
  run,
  subnet,
  useInstances,
  vpcOk,
} from './instance-fixture.js'

useInstances()

describe('IPv6 addresses', () => {
  beforeEach(() => enterNetwork({ EnableIpv6: true }, { Ipv6CidrBlock: 7 }))

  const prefix = async () =>
    String((await vpcOk('DescribeVSwitchAttributes', { VSwitchId: subnet })).Ipv6CidrBlock).replace(
      '::/64',
      '',
    )

  it('an instance gets one that goes with its IPv4 address, or as many as asked for', async () => {
    const net = await prefix()
    expect((await factOf(await one()))?.addresses).toEqual(['10.0.0.1', `${net}::1`])
    const id = await one({ Ipv6AddressCount: 3, SecurityGroupId: await newGroup() })
    expect((await factOf(id))?.addresses).toEqual(['10.0.0.2', `${net}::2`, `${net}::1:2`, `${net}::2:2`])
    const [nic] = await nics({ InstanceId: id })
    expect(nic?.Ipv6Sets).toEqual({
      Ipv6Set: [`${net}::2`, `${net}::1:2`, `${net}::2:2`].map((Ipv6Address) => ({ Ipv6Address })),
    })
  })

  it('addresses can be chosen, are made canonical, and are no one else’s', async () => {
    const net = await prefix()
    const id = await one({ Ipv6Address: [`${net}:0:0:0:00AB`, `${net}::2`] })
    expect((await factOf(id))?.addresses).toEqual(['10.0.0.1', `${net}::ab`, `${net}::2`])
    expect(refusal(await run({ Ipv6Address: [`${net}::AB`] }))).toEqual([403, 'InvalidIp.IpAssigned'])
    expect(refusal(await run({ Ipv6Address: [`${net}::5`, `${net}::5`] }))).toEqual([
      403,
      'InvalidIp.IpAssigned',
    ])
    const next = await one({ SecurityGroupId: await newGroup() })
    expect((await factOf(next))?.addresses).toEqual(['10.0.0.2', `${net}::1:2`])
    await ok('DeleteInstance', { InstanceId: id, Force: true })
    expect((await factOf(await one({ Ipv6Address: [`${net}::ab`] })))?.addresses[1]).toBe(`${net}::ab`)
  })

  it.each(['::1', '2001:db8::1', '10.0.0.1', 'x'])('%s is not in the vSwitch', async (address) => {
    expect(refusal(await run({ Ipv6Address: [address] }))).toEqual([403, 'InvalidIp.Address'])
  })

  it('what contradicts itself is refused', async () => {
    const net = await prefix()
    expect(refusal(await run({ Ipv6Address: [`${net}::`] }))).toEqual([403, 'InvalidIp.Address'])
    const both = await run({ Ipv6Address: [`${net}::9`], Ipv6AddressCount: 1 })
    expect(refusal(both)).toEqual([400, 'InvalidParameter.Conflict'])
    const many = await run({ Ipv6Address: [`${net}::9`], Amount: 2 })
    expect(refusal(many)).toEqual([400, 'InvalidParameter.Conflict'])
  })
})
