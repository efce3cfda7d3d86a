import { describe, expect, expectTypeOf, it } from 'vitest'
import { raiser, WireError, type ErrorTable } from '../src/errors.js'
import { gatewayErrors } from '../src/gateway-errors.js'
import type { Inputs } from '../src/inputs.js'
import { compileInputs, parseInputs } from '../src/parse-inputs.js'

const table: ErrorTable = {
  ...gatewayErrors,
  'Own.Missing': { status: 403, message: 'own %s missing', when: 'test' },
  'Own.Bad': { status: 400, message: 'own %s bad', when: 'test' },
  'Own.List': { status: 400, message: 'list %s bad', when: 'test' },
}
const raise = raiser(table)
const given = (query: string) => new Map(new URLSearchParams(query))

const errorOf = (inputs: Inputs, query: string): string => {
  try {
    parseInputs(inputs, given(query), raise)
  } catch (error) {
    if (error instanceof WireError) return `${error.status} ${error.code}: ${error.message}`
    throw error
  }
  return 'none'
}

const invalid = (name: string) => `400 InvalidParameter: Specified parameter ${name} is not valid.`

describe('scalars', () => {
  const inputs = {
    Region: { kind: 'string', required: true },
    Group: { kind: 'string', required: 'Own.Missing', invalid: 'Own.Bad', pattern: /^sg-\w+$/ },
    Kind: { kind: 'string', oneOf: ['normal', 'Enterprise'] },
    Name: { kind: 'string', minLength: 2, maxLength: 4 },
    Page: { kind: 'integer', min: 1, max: 50 },
    Dry: { kind: 'boolean' },
    Ids: { kind: 'json-list', max: 2 },
    'Disk.Size': { kind: 'integer' },
  } as const satisfies Inputs

  it('turns text into the declared types, and absent or empty values into undefined', () => {
    const query =
      'Region=r&Group=sg-1&Kind=ENTERPRISE&Name=&Page=07&Dry=True&Ids=["a","b"]&Disk.Size=-5&Unknown=1'
    const values = parseInputs(inputs, given(query), raise)
    expect(values).toEqual({
      Region: 'r',
      Group: 'sg-1',
      Kind: 'Enterprise',
      Name: undefined,
      Page: 7,
      Dry: true,
      Ids: ['a', 'b'],
      'Disk.Size': -5,
    })
    expect(Object.keys(values)).toEqual(Object.keys(inputs))
    expectTypeOf(values.Region).toEqualTypeOf<string>()
    expectTypeOf(values.Page).toEqualTypeOf<number | undefined>()
    expectTypeOf(values.Ids).toEqualTypeOf<readonly string[] | undefined>()
  })

  it('raises the error of the first input in declared order, whatever the order of the parameters', () => {
    expect(errorOf(inputs, 'Page=x&Name=y')).toBe(
      '400 MissingParameter: The input parameter "Region" that is mandatory for processing this request is not supplied.',
    )
    expect(errorOf(inputs, 'Page=x&Region=r')).toBe('403 Own.Missing: own Group missing')
    expect(errorOf(inputs, 'Page=x&Region=r&Group=bad')).toBe('400 Own.Bad: own Group bad')
    expect(errorOf(inputs, 'Page=x&Region=r&Group=sg-1&Kind=x')).toBe(invalid('Kind'))
  })

  it.each([
    ['Kind', 'norma'],
    ['Name', 'a'],
    ['Name', 'abcde'],
    ['Page', '0'],
    ['Page', '51'],
    ['Page', '1.0'],
    ['Page', '1e1'],
    ['Page', ' 1'],
    ['Page', '0x1'],
    ['Page', '+1'],
    ['Disk.Size', '9007199254740993'],
    ['Disk.Size', '99999999999999999999'],
    ['Dry', 'yes'],
    ['Dry', '1'],
    ['Ids', 'a'],
    ['Ids', '{"a":1}'],
    ['Ids', '[1]'],
    ['Ids', '["a","b","c"]'],
  ])('refuses %s=%s', (name, value) => {
    const query = new URLSearchParams({ Region: 'r', Group: 'sg-1', [name]: value }).toString()
    expect(errorOf(inputs, query)).toBe(invalid(name))
  })

  it('refuses a declared pattern that remembers', () => {
    expect(() => compileInputs({ A: { kind: 'string', pattern: /a/g } })).toThrow(
      'pattern of input A has flags g',
    )
  })
})

describe('lists', () => {
  const inputs = {
    Id: { kind: 'list', max: 100, of: { kind: 'string', pattern: /^[a-z]+$/ }, invalid: 'Own.List' },
    Own: { kind: 'list', max: 2, of: { kind: 'string', maxLength: 1, invalid: 'Own.Bad' } },
  } as const satisfies Inputs

  it('orders by number, closes gaps, skips empty items, and is empty when absent', () => {
    const values = parseInputs(inputs, given('Id.10=c&Id.2=b&Id.1=a&Id.3='), raise)
    expect(values).toEqual({ Id: ['a', 'b', 'c'], Own: [] })
    expectTypeOf(values.Id).toEqualTypeOf<readonly string[]>()
  })

  it('accepts one JSON array instead of numbered parameters, but not both', () => {
    expect(parseInputs(inputs, given('Id=["b","","a"]'), raise).Id).toEqual(['b', 'a'])
    expect(errorOf(inputs, 'Id=["b"]&Id.1=a')).toBe('400 Own.List: list Id bad')
    expect(errorOf(inputs, 'Id=[1]')).toBe('400 Own.List: list Id bad')
    expect(errorOf(inputs, 'Id=b')).toBe('400 Own.List: list Id bad')
  })

  it.each([
    'Id.0=a',
    'Id.101=a',
    'Id.x=a',
    'Id.-1=a',
    'Id.01=a',
    'Id.1.x=a',
    'Id.=a',
    'Id.1e1=a',
    'Id.99999999999=a',
  ])('refuses %s, naming it', (query) => {
    expect(errorOf(inputs, query)).toBe(`400 Own.List: list ${query.slice(0, -2)} bad`)
  })

  it('refuses a bad item with its own error, else the list’s, naming its number', () => {
    expect(errorOf(inputs, 'Id.7=A')).toBe('400 Own.List: list Id.7 bad')
    expect(errorOf(inputs, 'Own.2=aa')).toBe('400 Own.Bad: own Own.2 bad')
  })

  it('is missing when required and absent, empty, or an empty JSON array', () => {
    const required: Inputs = { Id: { kind: 'list', max: 2, of: { kind: 'string' }, required: 'Own.Missing' } }
    for (const query of ['', 'Id.1=', 'Id=[]']) {
      expect(errorOf(required, query)).toBe('403 Own.Missing: own Id missing')
    }
  })
})

describe('structs', () => {
  const inputs = {
    Permissions: {
      kind: 'structs',
      max: 100,
      fields: {
        IpProtocol: { kind: 'string', required: 'Own.Missing' },
        Priority: { kind: 'integer', min: 1, max: 100, invalid: 'Own.Bad' },
        Stateless: { kind: 'boolean' },
        Ids: { kind: 'list', max: 3, of: { kind: 'string' } },
        Json: { kind: 'json-list' },
      },
    },
  } as const satisfies Inputs
  const parse = (query: string) => parseInputs(inputs, given(query), raise).Permissions
  const bare = { Priority: undefined, Stateless: undefined, Ids: [], Json: undefined }

  it('collects fields by number, in order, with gaps closed and lists inside', () => {
    const values = parse(
      'Permissions.12.IpProtocol=udp&Permissions.2.Priority=5&Permissions.2.IpProtocol=tcp&Permissions.2.Ids.2=y&Permissions.2.Ids.1=x',
    )
    expect(values).toEqual([
      { ...bare, IpProtocol: 'tcp', Priority: 5, Ids: ['x', 'y'], N: 2 },
      { ...bare, IpProtocol: 'udp', N: 12 },
    ])
    expectTypeOf(values[0]?.IpProtocol).toEqualTypeOf<string | undefined>()
    expectTypeOf(values).not.toBeAny()
  })

  it('has no element for a number whose fields are all empty or unknown', () => {
    expect(parse('Permissions.1.IpProtocol=&Permissions.2.Nothing=x&on=AuthorizeSecurityGroup')).toEqual([])
  })

  it('names the field with its own number in errors', () => {
    expect(errorOf(inputs, 'Permissions.7.Priority=1')).toBe(
      '403 Own.Missing: own Permissions.7.IpProtocol missing',
    )
    const query = 'Permissions.1.IpProtocol=tcp&Permissions.3.IpProtocol=tcp&Permissions.3.Priority=0'
    expect(errorOf(inputs, query)).toBe('400 Own.Bad: own Permissions.3.Priority bad')
  })

  it.each([
    'Permissions.0.Priority',
    'Permissions.101.Priority',
    'Permissions.x.Priority',
    'Permissions.1',
    'Permissions.Priority',
  ])('refuses %s', (name) => {
    expect(errorOf(inputs, `${name}=1`)).toBe(invalid(name))
  })

  it('accepts one JSON array, with numbers and booleans as their text', () => {
    const json = JSON.stringify([
      { IpProtocol: 'tcp', Priority: 1, Stateless: true, Ids: ['x'], Json: ['j'], Unknown: {} },
      { IpProtocol: 'udp', Priority: null },
    ])
    expect(parse(`Permissions=${encodeURIComponent(json)}`)).toEqual([
      { IpProtocol: 'tcp', Priority: 1, Stateless: true, Ids: ['x'], Json: ['j'], N: 1 },
      { ...bare, IpProtocol: 'udp', N: 2 },
    ])
  })

  it.each([
    '{}',
    'tcp',
    '["tcp"]',
    '[null]',
    '[[]]',
    '[{"IpProtocol":{}}]',
    '[{"IpProtocol":["tcp"]}]',
    JSON.stringify(new Array(101).fill({})),
  ])('refuses the JSON %s', (json) => {
    expect(errorOf(inputs, `Permissions=${encodeURIComponent(json)}`)).toBe(invalid('Permissions'))
  })

  it('refuses a JSON array beside numbered parameters', () => {
    expect(errorOf(inputs, 'Permissions=[{"IpProtocol":"tcp"}]&Permissions.1.IpProtocol=udp')).toBe(
      invalid('Permissions'),
    )
  })

  it('checks the values of a JSON array like any others', () => {
    expect(errorOf(inputs, 'Permissions=[{"IpProtocol":"tcp"},{"IpProtocol":"tcp","Priority":101}]')).toBe(
      '400 Own.Bad: own Permissions.2.Priority bad',
    )
  })

  it('takes nothing from a prototype', () => {
    expect(parse('Permissions=[{"__proto__":{"IpProtocol":"tcp"},"IpProtocol":"udp"}]')).toEqual([
      { ...bare, IpProtocol: 'udp', N: 1 },
    ])
    expect(parse('constructor=1&toString.1.x=2&__proto__.1=3')).toEqual([])
  })
})
