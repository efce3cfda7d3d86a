import { describe, expect, it } from 'vitest'
import { memberAt, parseParameters, versionOf } from '../src/call.js'
import { command, start, temporaryFolder } from './running-command.js'

describe('parameters of a call', () => {
  it('are names and values, in either form, and a value may look like a name', () => {
    const words = ['--A', '1', '--Permissions.1.Policy=drop', '--B', '--C', '--D=', '--E=a=b']
    expect([...parseParameters(words)]).toEqual([
      ['A', '1'],
      ['Permissions.1.Policy', 'drop'],
      ['B', '--C'],
      ['D', ''],
      ['E', 'a=b'],
    ])
  })

  it.each([[['A', '1']], [['-A', '1']], [['--A']], [['--A', '1', 'stray']]])('%j are refused', (words) => {
    expect(() => parseParameters(words)).toThrow(/is not a parameter|has no value/)
  })
})

describe('the member that --query names', () => {
  const answer = { Instances: { Instance: [{ InstanceId: 'i-1' }] }, Count: 0 }

  it.each([
    ['Instances.Instance.0.InstanceId', 'i-1'],
    ['Count', 0],
    ['Instances.Instance.1.InstanceId', undefined],
    ['Count.Nothing', undefined],
  ])('%s', (path, found) => {
    expect(memberAt(answer, path)).toEqual(found)
  })
})

describe('the product of an action', () => {
  it.each([
    ['CreateSecurityGroup', undefined, '2014-05-26'],
    ['CreateVpc', undefined, '2014-05-26'],
    ['CreateVpc', 'vpc', '2016-04-28'],
    ['EnableVpcClassicLink', undefined, '2016-04-28'],
    ['TagResources', 'Ecs', '2014-05-26'],
    ['TagResources', 'VPC', '2016-04-28'],
  ])('%s of %s has version %s', (action, product, version) => {
    expect(versionOf(action, product)).toBe(version)
  })

  it.each([
    ['TagResources', undefined, 'Ecs and Vpc both have an operation TagResources'],
    ['TagResources', 'Sts', 'Sts has no operation TagResources'],
    ['Nothing', undefined, 'this server has no operation Nothing'],
  ])('%s of %s is refused', (action, product, why) => {
    expect(() => versionOf(action, product)).toThrow(why)
  })
})

describe('sallyport call', () => {
  it('signs with the key of the folder, prints the answer or a member of it, and tells a refusal', async () => {
    const data = temporaryFolder()
    const server = start(process.execPath, [
      ...[command, 'serve', '--listen', '127.0.0.1:0', '--admin', 'none', '--data', data],
    ])
    await server.line(/listening on (\S+)/)
    const call = async (...words: string[]) => {
      const running = start(process.execPath, [command, 'call', ...words, '--data', data])
      return { code: await running.ended, stdout: running.stdout(), stderr: running.stderr() }
    }
    const made = await call('CreateSecurityGroup', '--SecurityGroupName', 'web', '--query', 'SecurityGroupId')
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sg-\w+\n$/) as string })
    const listed = await call('DescribeSecurityGroups', '--SecurityGroupName', 'web')
    expect(JSON.parse(listed.stdout)).toMatchObject({ RegionId: 'cn-hangzhou', TotalCount: 1 })
    expect(await call('DescribeVpcAttribute', '--VpcId', 'vpc-none')).toMatchObject({ code: 2, stdout: '' })
    const refused = await call('DeleteSecurityGroup', '--SecurityGroupId', 'sg-none')
    expect(refused.stderr).toBe(
      'DeleteSecurityGroup was refused: 404 InvalidSecurityGroup.NotFound\nThe specified security group is not found.\n',
    )
    const vpcs = await call('DescribeVpcs', '--Version', '2016-04-28', '--Format', 'XML')
    expect(vpcs.stdout).toMatch(/^<\?xml .*<DescribeVpcsResponse>.*<VpcId>/s)
    const noXml = await call('DeleteVpc', '--product', 'Vpc', '--VpcId', 'vpc-none', '--Format', 'XML')
    expect(noXml.stderr).toMatch(/DeleteVpc was refused: 404\n<\?xml.*<Code>InvalidVpcId.NotFound<\/Code>/s)
    expect((await call('DescribeVpcs', '--Action', 'x')).stderr).toContain('--Action is set by the command')
    expect((await call('deletesecuritygroup')).stderr).toContain('Did you mean DeleteSecurityGroup?')
    expect((await call('DescribeRegions', '--query', 'Nothing')).stderr).toContain('has no member Nothing')
  })

  it('without a server says so', async () => {
    const running = start(process.execPath, [command, 'call', 'DescribeRegions', '--data', temporaryFolder()])
    expect(await running.ended).toBe(2)
    expect(running.stderr()).toContain('no server runs on')
  })
})
