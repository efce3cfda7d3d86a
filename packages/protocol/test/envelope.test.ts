import { describe, expect, it } from 'vitest'
import { CONTENT_TYPES, errorBody, readFormat, successBody, WrittenJson } from '../src/envelope.js'

const ID = '473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E'
const error = { requestId: ID, hostId: 'a<b:1', code: 'Bad.Code', message: 'x & "y"', product: 'Ecs' }
const link = `https://api.aliyun.com/troubleshoot?q=Bad.Code&product=Ecs&requestId=${ID}`

describe('success', () => {
  it('is RequestId and the answer, in JSON', () => {
    expect(successBody('JSON', 'Do', ID, {})).toBe(`{"RequestId":"${ID}"}`)
    expect(successBody('JSON', 'Do', ID, { Gone: undefined })).toBe(`{"RequestId":"${ID}"}`)
    expect(successBody('JSON', 'Do', ID, { Tags: { Tag: [] }, N: 1 })).toBe(
      `{"RequestId":"${ID}","Tags":{"Tag":[]},"N":1}`,
    )
  })

  it('is an element named after the action, in XML', () => {
    expect(successBody('XML', 'Do', ID, { Tags: { Tag: [] }, Name: 'a&b' })).toBe(
      `<?xml version='1.0' encoding='UTF-8'?><DoResponse><RequestId>${ID}</RequestId><Tags></Tags><Name>a&amp;b</Name></DoResponse>`,
    )
  })

  it.each(['Code', 'Message', 'RequestId'])('never has a top-level %s of an operation', (name) => {
    expect(() => successBody('JSON', 'Do', ID, { [name]: 'x' })).toThrow(
      'the answer of Do has a top-level Code',
    )
  })
})

describe('error', () => {
  it('has the members of the real service, in JSON', () => {
    expect(JSON.parse(errorBody('JSON', error))).toEqual({
      RequestId: ID,
      HostId: 'a<b:1',
      Code: 'Bad.Code',
      Message: 'x & "y"',
      Recommend: link,
    })
  })

  it('has the root Error and a CDATA link, in XML', () => {
    expect(errorBody('XML', error)).toBe(
      `<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>${ID}</RequestId><HostId>a&lt;b:1</HostId>` +
        `<Code>Bad.Code</Code><Message>x &amp; "y"</Message><Recommend><![CDATA[${link}]]></Recommend></Error>`,
    )
  })

  it('cannot break out of the CDATA section', () => {
    expect(errorBody('XML', { ...error, code: ']]><x>', product: ']]>' })).not.toContain(']]><x>')
  })
})

describe('format', () => {
  const v3 = { authorization: 'ACS3-HMAC-SHA256 Credential=x' }
  it.each([
    ['JSON', {}, 'JSON'],
    ['json', {}, 'JSON'],
    ['xMl', {}, 'XML'],
    ['', {}, 'XML'],
    ['yaml', {}, undefined],
    ['XML', v3, 'JSON'],
    ['', { ...v3, accept: 'application/json' }, 'JSON'],
    ['', { ...v3, accept: 'text/xml' }, 'XML'],
    ['', { ...v3, accept: 'text/xml, application/json' }, 'JSON'],
    ['', { accept: 'application/json' }, 'XML'],
  ])('Format=%s with headers %j is %s', (format, headers, expected) => {
    expect(readFormat(headers, new Map([['Format', format]]))).toBe(expected)
  })

  it('defaults to XML for V1 and has the content types that SDKs compare literally', () => {
    expect(readFormat({}, new Map())).toBe('XML')
    expect(CONTENT_TYPES).toEqual({ JSON: 'application/json;charset=utf-8', XML: 'text/xml;charset=utf-8' })
  })
})

describe('a member that was written before', () => {
  const value = { Rule: [{ Id: 'r-1', Text: '<&>', Priority: 1 }, { Id: 'r-2' }] }

  it.each(['JSON', 'XML'] as const)('is answered in %s as the value itself would be', (format) => {
    const body = (rules: object) =>
      successBody(format, 'DescribeRules', 'ID', { Count: 2, Absent: undefined, Rules: rules, Last: 'x' })
    expect(body(new WrittenJson(value))).toBe(body(value))
  })
})
