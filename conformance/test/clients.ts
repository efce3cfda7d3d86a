import type EcsSdk from '@alicloud/ecs20140526'
import type Core from '@alicloud/openapi-core'
import type PopClient from '@alicloud/pop-core'
import type VpcSdk from '@alicloud/vpc20160428'
import { createRequire } from 'node:module'
import type { RunningServer } from './running-server.js'
import type { Target } from './target.js'

// CommonJS packages whose default export means different things to Node and to the test runner; `require` is plain.
const require = createRequire(import.meta.url)
const { $OpenApiUtil } = require('@alicloud/openapi-core') as typeof Core
const PopCore = require('@alicloud/pop-core') as typeof PopClient

/** The ECS SDK: request classes by the names its documents give, the client as `default`. */
export const Ecs = require('@alicloud/ecs20140526') as typeof EcsSdk
/** The VPC SDK. */
export const Vpc = require('@alicloud/vpc20160428') as typeof VpcSdk

/** Where a client points and with which key: a server of ours, over plain HTTP. */
export type ServerTarget = Pick<RunningServer, 'endpoint' | 'accessKeyId' | 'accessKeySecret'> & {
  /** Of a temporary key. */
  readonly securityToken?: string
}

/** Public clients, unmodified, pointed at a server. */
export interface Sdk {
  /** ECS, signature V3. */
  readonly ecs: EcsSdk.default
  /** ECS, the same client with signature V1. */
  readonly ecsV1: EcsSdk.default
  /** VPC, signature V3. */
  readonly vpc: VpcSdk.default
  /** The generic RPC client, signature V1, ECS 2014-05-26. GET unless `{method: 'POST'}` is given. */
  readonly pop: PopClient
  /** The generic RPC client, VPC 2016-04-28. */
  readonly popVpc: PopClient
  /** The generic RPC client for another product's version. */
  readonly popOf: (apiVersion: string) => PopClient
}

/** Builds clients for a server of ours. */
export const sdk = ({ endpoint, accessKeyId, accessKeySecret, securityToken }: ServerTarget): Sdk =>
  clientsOf({
    ...{ ecs: endpoint, vpc: endpoint, secure: false, region: 'cn-hangzhou' },
    key: { accessKeyId, accessKeySecret, ...(securityToken === undefined ? {} : { securityToken }) },
  })

type ClientTarget = Pick<Target, 'ecs' | 'vpc' | 'secure' | 'key' | 'region'>

/** Builds clients for any target. */
export function clientsOf({ ecs, vpc, secure, key, region }: ClientTarget): Sdk {
  const protocol = secure ? 'https' : 'http'
  const config = (endpoint: string, signature: { signatureAlgorithm?: string } = {}) =>
    new $OpenApiUtil.Config({ ...key, endpoint, protocol, regionId: region, ...signature })
  const pop = (endpoint: string, apiVersion: string) =>
    new PopCore({ ...key, endpoint: `${protocol}://${endpoint}`, apiVersion })
  return {
    ecs: new Ecs.default(config(ecs)),
    ecsV1: new Ecs.default(config(ecs, { signatureAlgorithm: 'v2' })),
    vpc: new Vpc.default(config(vpc)),
    pop: pop(ecs, '2014-05-26'),
    popVpc: pop(vpc, '2016-04-28'),
    popOf: (apiVersion) => pop(ecs, apiVersion),
  }
}

/** The ECS SDK with each signature it knows, for `describe.each`. */
export const bySignature: readonly (readonly [string, (clients: Sdk) => EcsSdk.default])[] = [
  ['signature V3', ({ ecs }) => ecs],
  ['signature V1', ({ ecsV1 }) => ecsV1],
]

/** What an answer must have, though the SDK's types leave it open. */
export function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the answer lacks a member')
  return value
}
