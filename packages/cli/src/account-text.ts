import { columns } from './columns.js'

/** One key pair. */
export interface KeyPair {
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

/** What a person needs to call the API. */
export interface AccountView {
  readonly accountId: string
  readonly accountName: string
  readonly region: string
  /** URL of the API; null when no server runs. */
  readonly endpoint: string | null
  readonly keys: readonly KeyPair[]
}

/** `host:port` that a client on this host can reach: a wildcard address is for listening only. */
export function clientAddress(endpoint: string): string {
  const { hostname, port } = new URL(endpoint)
  const host = hostname === '0.0.0.0' ? '127.0.0.1' : hostname === '[::]' ? '[::1]' : hostname
  return `${host}:${port || '80'}`
}

/** The account, its keys and a program to paste. Holds secrets: only for a terminal or on demand. */
export function accountText(view: AccountView): string {
  const rows = [
    ['account', `${view.accountId} (${view.accountName})`],
    ['endpoint', view.endpoint ?? 'no server runs'],
    ['region', view.region],
    ...view.keys.flatMap(({ accessKeyId, accessKeySecret }) => [
      ['access key id', accessKeyId],
      ['access key secret', accessKeySecret],
    ]),
  ]
  const [key] = view.keys
  const snippet = key && view.endpoint !== null ? `\n${snippetText(view.endpoint, view.region, key)}` : ''
  return columns(rows) + snippet
}

/** A CommonJS program for @alicloud/ecs20140526 that runs as it is. */
export function snippetText(endpoint: string, region: string, key: KeyPair): string {
  const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`
  return `// hello.cjs, after: npm install @alicloud/ecs20140526
const { default: Ecs, DescribeSecurityGroupsRequest } = require('@alicloud/ecs20140526')
const ecs = new Ecs({
  endpoint: ${quoted(clientAddress(endpoint))},
  protocol: 'http',
  regionId: ${quoted(region)},
  accessKeyId: ${quoted(key.accessKeyId)},
  accessKeySecret: ${quoted(key.accessKeySecret)},
})
ecs
  .describeSecurityGroups(new DescribeSecurityGroupsRequest({ regionId: ${quoted(region)} }))
  .then(({ body }) => console.log(body))
`
}
