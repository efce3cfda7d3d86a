import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RawAnswer, rawRequest } from './raw-request.js'
import { type RunningServer, startServer } from './running-server.js'

const RegionId = 'cn-hangzhou'
const XML = 'text/xml;charset=utf-8'
const JSON_TYPE = 'application/json;charset=utf-8'
const PROLOG = "<?xml version='1.0' encoding='UTF-8'?>"

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  await server.stop()
})

const call = (Action: string, parameters: Record<string, string> = {}): Promise<RawAnswer> =>
  rawRequest(server, { Action, ...parameters })

const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: false, ignoreDeclaration: true })

/** The document as nested elements; every value is text. */
function parse(text: string): Record<string, unknown> {
  expect(XMLValidator.validate(text)).toBe(true)
  return parser.parse(text) as Record<string, unknown>
}

/** A group with a name that XML has to escape, and one rule each way; returns its id. */
async function describedGroup(): Promise<string> {
  const made = await call('CreateSecurityGroup', {
    ...{ RegionId, SecurityGroupName: 'xml', Description: '<a> & "b" \'c\' ü' },
    ...{ 'Tag.1.Key': 'x<y', 'Tag.1.Value': '1&2', 'Tag.2.Key': 'plain', 'Tag.2.Value': '' },
  })
  const id = (parse(made.text).CreateSecurityGroupResponse as { SecurityGroupId: string }).SecurityGroupId
  const ports = { RegionId, SecurityGroupId: id, IpProtocol: 'TCP', PortRange: '22/22' }
  await call('AuthorizeSecurityGroup', { ...ports, SourceCidrIp: '10.0.0.0/8' })
  await call('AuthorizeSecurityGroupEgress', { ...ports, DestCidrIp: '10.0.0.0/8', Priority: '7' })
  return id
}

describe('a request without Format', () => {
  it('gets XML: the prolog, the root named after the action, and RequestId, in one line', async () => {
    const id = await describedGroup()
    const answer = await call('DeleteSecurityGroup', { RegionId, SecurityGroupId: id })
    const root = 'DeleteSecurityGroupResponse'
    expect(answer).toEqual({
      ...{ status: 200, contentType: XML, requestId: expect.stringMatching(/^[0-9A-F-]{36}$/) as string },
      text: `${PROLOG}<${root}><RequestId>${answer.requestId}</RequestId></${root}>`,
    })
  })

  it('gets lists wrapped as in JSON, empty values as empty elements, and its text unharmed', async () => {
    const id = await describedGroup()
    const { status, contentType, text } = await call('DescribeSecurityGroups', {
      RegionId,
      SecurityGroupId: id,
    })
    expect({ status, contentType }).toEqual({ status: 200, contentType: XML })
    const root = parse(text).DescribeSecurityGroupsResponse
    expect(root).toMatchObject({ RegionId, TotalCount: '1', PageNumber: '1', PageSize: '10', NextToken: '' })
    expect(root).toMatchObject({
      SecurityGroups: {
        SecurityGroup: {
          ...{
            SecurityGroupId: id,
            Description: '<a> & "b" \'c\' ü',
            ServiceManaged: 'false',
            RuleCount: '2',
          },
          Tags: {
            Tag: [
              { TagKey: 'plain', TagValue: '' },
              { TagKey: 'x<y', TagValue: '1&2' },
            ],
          },
        },
      },
    })
  })

  it('gets one element for each rule, every member of it present', async () => {
    const id = await describedGroup()
    const { text } = await call('DescribeSecurityGroupAttribute', { RegionId, SecurityGroupId: id })
    const root = parse(text).DescribeSecurityGroupAttributeResponse as {
      Permissions: { Permission: Record<string, string>[] }
    }
    const [inbound, outbound] = root.Permissions.Permission
    expect(inbound).toMatchObject({ Direction: 'ingress', SourceCidrIp: '10.0.0.0/8', DestCidrIp: '' })
    expect(outbound).toMatchObject({ Direction: 'egress', Priority: '7', SourceGroupId: '' })
    const json = await call('DescribeSecurityGroupAttribute', {
      RegionId,
      SecurityGroupId: id,
      Format: 'JSON',
    })
    const same = JSON.parse(json.text) as { Permissions: { Permission: Record<string, unknown>[] } }
    const asText = (rule: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(rule).map(([name, value]) => [name, String(value)]))
    expect(root.Permissions.Permission).toEqual(same.Permissions.Permission.map(asText))
  })

  it('gets an empty list as its empty wrapper', async () => {
    const { text } = await call('DescribeSecurityGroups', { RegionId, SecurityGroupId: 'sg-none' })
    expect(text).toContain('<SecurityGroups></SecurityGroups>')
  })

  it('gets errors as XML: the root Error and its five members', async () => {
    const answer = await call('DeleteSecurityGroup', { RegionId, SecurityGroupId: 'sg-none' })
    const { requestId } = answer
    const recommend = `https://api.aliyun.com/troubleshoot?q=InvalidSecurityGroup.NotFound&product=Ecs&requestId=${requestId}`
    expect(answer).toEqual({
      ...{ status: 404, contentType: XML, requestId: expect.stringMatching(/^[0-9A-F-]{36}$/) as string },
      text:
        `${PROLOG}<Error><RequestId>${requestId}</RequestId><HostId>${server.endpoint}</HostId>` +
        '<Code>InvalidSecurityGroup.NotFound</Code>' +
        '<Message>The specified security group is not found.</Message>' +
        `<Recommend><![CDATA[${recommend}]]></Recommend></Error>`,
    })
    expect(parse(answer.text)).toEqual({
      Error: {
        ...{ RequestId: requestId, HostId: server.endpoint, Code: 'InvalidSecurityGroup.NotFound' },
        ...{ Message: 'The specified security group is not found.', Recommend: recommend },
      },
    })
  })

  it("gets the gateway's errors as XML, too, with what needs escaping in them", async () => {
    const wrong = { ...server, accessKeySecret: 'wrong' }
    const answer = await rawRequest(wrong, { Action: 'DescribeRegions' })
    expect({ status: answer.status, contentType: answer.contentType }).toEqual({
      status: 400,
      contentType: XML,
    })
    expect(parse(answer.text)).toMatchObject({
      Error: {
        Code: 'SignatureDoesNotMatch',
        Message: expect.stringMatching(/server string to sign is:GET&%2F&AccessKeyId%3D/) as string,
      },
    })
    const unknown = await call('NoSuchAction')
    expect({ status: unknown.status, contentType: unknown.contentType }).toEqual({
      status: 404,
      contentType: XML,
    })
    expect(parse(unknown.text)).toMatchObject({ Error: { Code: 'InvalidAction.NotFound' } })
  })
})

describe('Format', () => {
  it.each(['XML', 'xml', 'Xml', ''])('%j gives XML', async (Format) => {
    const answer = await call('DescribeRegions', { Format })
    expect({ status: answer.status, contentType: answer.contentType }).toEqual({
      status: 200,
      contentType: XML,
    })
    expect(Object.keys(parse(answer.text))).toEqual(['DescribeRegionsResponse'])
  })

  it.each(['JSON', 'json', 'Json'])('%s gives JSON, for success and error', async (Format) => {
    const answer = await call('DescribeRegions', { Format })
    expect({ status: answer.status, contentType: answer.contentType }).toEqual({
      ...{ status: 200, contentType: JSON_TYPE },
    })
    expect(JSON.parse(answer.text)).toMatchObject({
      ...{ RequestId: answer.requestId, Regions: { Region: expect.any(Array) as unknown[] } },
    })
    const error = await call('DeleteSecurityGroup', { RegionId, SecurityGroupId: 'sg-none', Format })
    expect({ status: error.status, contentType: error.contentType }).toEqual({
      ...{ status: 404, contentType: JSON_TYPE },
    })
    expect(Object.keys(JSON.parse(error.text) as object)).toEqual([
      ...['RequestId', 'HostId', 'Code', 'Message', 'Recommend'],
    ])
  })

  it.each(['YAML', 'json5', 'text/xml'])('%s is refused, in XML', async (Format) => {
    const answer = await call('DescribeRegions', { Format })
    expect({ status: answer.status, contentType: answer.contentType }).toEqual({
      status: 400,
      contentType: XML,
    })
    expect(parse(answer.text)).toMatchObject({
      Error: { Code: 'InvalidParameter.Format', Message: 'Specified parameter format is not valid.' },
    })
  })
})
