import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminToken, mustControl, withAdmin } from './control-calls.js'
import { testServer, type TestServer } from './harness.js'

const example = readFileSync(
  fileURLToPath(new URL('../../../docs/examples/seed.yaml', import.meta.url)),
  'utf8',
)

let server: TestServer
beforeAll(async () => {
  server = await testServer(withAdmin)
})
afterAll(() => server.stop())

async function post(text: string, type = 'application/yaml'): Promise<[number, Record<string, unknown>]> {
  const response = await fetch(`${server.running.admin}/v1/seed`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': type },
    body: text,
  })
  return [response.status, (await response.json()) as Record<string, unknown>]
}

describe('a seed in YAML over HTTP', () => {
  it.each(['application/yaml', 'application/yaml; charset=utf-8', 'Text/YAML', 'application/x-yaml'])(
    'is taken as %s',
    async (type) => {
      const [status, { resources }] = await post(example, type)
      expect([status, (resources as unknown[]).length]).toEqual([200, 8])
    },
  )

  it('may use anchors', async () => {
    const text = `accounts:
  - vpcs:
      - name: anchored
        cidr: 10.9.0.0/16
        groups:
          - { name: one, ingress: &rules [{ protocol: tcp, ports: 80, from: 10.0.0.0/8 }] }
          - { name: two, ingress: *rules }
`
    const [status, { resources }] = await post(text)
    expect([status, (resources as { name: string }[]).map(({ name }) => name)]).toEqual([
      200,
      ['anchored', 'anchored/one', 'anchored/two'],
    ])
  })

  it('may hold brackets in texts, and be indented', async () => {
    const text = `accounts:
  - vpcs:
      - name: brackets
        cidr: 10.8.0.0/16
        groups:
          - name: one
            description: '${'[{'.repeat(40)}'
            ingress:
${' '.repeat(60)}- { protocol: tcp, ports: 80, from: 10.0.0.0/8, description: "- - ? [" }
`
    expect((await post(text))[0]).toBe(200)
  })

  it('of another type is read as JSON', async () => {
    const [status, { error }] = await post(example, 'text/plain')
    expect([status, error]).toEqual([400, expect.stringContaining('is not JSON')])
  })
})

/** Nine anchors, each of which stands for nine of the one before: 387 million in the end. */
const bomb = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 8 }, (_, index) => {
    const uses = new Array<string>(9).fill(`*a${index}`).join(', ')
    return `a${index + 1}: &a${index + 1} [${uses}]`
  }),
].join('\n')

const indented = (levels: number): string =>
  Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}a:`).join('\n')

describe('a seed in YAML is refused and changes nothing', () => {
  it.each([
    [
      'where the schema says otherwise, with the line and the path',
      'accounts:\n  - vpcs:\n      - name: shop\n        cidr: 10.0.0.0/16\n        colour: red\n',
      { line: 5, path: ['accounts', 0, 'vpcs', 0, 'colour'] },
      'line 5: accounts[0].vpcs[0].colour: is no known key',
    ],
    [
      'where an operation refuses, with the line',
      'accounts:\n  - vpcs:\n      - { name: fine, cidr: 10.0.0.0/16 }\n      - { name: shop, cidr: 10.0.0.0/40 }\n',
      { line: 4 },
      'line 4: accounts[0].vpcs[1]',
    ],
    ['where it is no YAML, with the line', 'accounts:\n  - {\n', { line: 3 }, 'no YAML'],
    ['of two documents', 'accounts: []\n---\naccounts: []\n', { line: 2 }, 'no YAML'],
    ['of aliases that multiply', bomb, { line: 1 }, 'alias'],
    ['of an alias of what is around it', 'accounts: &a [*a]\n', { line: 1 }, ''],
    ['of lists in lists without end', `accounts:\n  ${'['.repeat(100_000)}`, { line: 2 }, 'nested'],
    ['of maps in maps without end', '{ a: '.repeat(20_000), { line: 1 }, 'nested'],
    ['of items in items without end', '- '.repeat(20_000), { line: 1 }, 'nested'],
    ['of keys in keys without end', '? '.repeat(20_000), { line: 1 }, 'nested'],
    ['indented without end', indented(2000), { line: 202 }, 'nested'],
    ['that is empty', '', { path: [] }, 'the document'],
  ])('%s', async (_, text, members, words) => {
    const before = await mustControl(server, 'GET', '/v1/state')
    const [status, body] = await post(text)
    expect([status, body]).toMatchObject([400, members])
    expect(body['error']).toContain(words)
    expect(await mustControl(server, 'GET', '/v1/state')).toEqual(before)
  })

  it('beyond 4 MiB', async () => {
    const [status, { error }] = await post(`# ${'x'.repeat(4 * 1024 * 1024)}\naccounts: []\n`)
    expect([status, error]).toEqual([413, 'the body is larger than 4 MiB'])
  })
})
