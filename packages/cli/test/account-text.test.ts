import { Script } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { accountText, clientAddress, snippetText } from '../src/account-text.js'

const key = { accessKeyId: 'LTAItest', accessKeySecret: "it's\\secret" }

describe('the account text', () => {
  it('shows the keys and the program for them while a server runs', () => {
    const view = {
      accountId: '1',
      accountName: 'ada',
      region: 'cn-hangzhou',
      endpoint: 'http://127.0.0.1:8765',
      keys: [key],
    }
    const text = accountText(view)
    expect(text).toContain("access key secret  it's\\secret")
    expect(text).toContain("endpoint: '127.0.0.1:8765'")
    expect(accountText({ ...view, endpoint: null })).not.toContain('require(')
  })

  it('has a program whose texts are those of the key, whatever they hold', () => {
    const configs: unknown[] = []
    const sdk = {
      default: class {
        constructor(config: unknown) {
          configs.push(config)
        }
        describeSecurityGroups = () => Promise.resolve({ body: {} })
      },
      DescribeSecurityGroupsRequest: class {},
    }
    new Script(snippetText('http://0.0.0.0:80', 'cn-hangzhou', key)).runInNewContext({
      require: () => sdk,
      console: { log: () => undefined },
    })
    expect(configs).toEqual([{ ...key, endpoint: '127.0.0.1:80', protocol: 'http', regionId: 'cn-hangzhou' }])
  })

  it.each([
    ['http://127.0.0.1:8765', '127.0.0.1:8765'],
    ['http://0.0.0.0:8765', '127.0.0.1:8765'],
    ['http://[::]:8765', '[::1]:8765'],
    ['http://10.1.2.3:80', '10.1.2.3:80'],
  ])('names for %s an address that a client can reach: %s', (endpoint, expected) => {
    expect(clientAddress(endpoint)).toBe(expected)
  })
})
