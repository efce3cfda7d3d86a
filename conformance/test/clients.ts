import type EcsSdk from '@alicloud/ecs20140526'
import type Core from '@alicloud/openapi-core'
import type PopClient from '@alicloud/pop-core'
import type VpcSdk from '@alicloud/vpc20160428'
import { createRequire } from 'node:module'
import type { RunningServer } from './running-server.js'

// CommonJS packages whose default export means different things to Node and to the test runner; `require` is plain.
const require = createRequire(import.meta.url)
const { $OpenApiUtil } = require('@alicloud/openapi-core') as typeof Core
const PopCore = require('@alicloud/pop-core') as typeof PopClient

/** The ECS SDK: request classes by the names its documents give, the client as `default`. */
export const Ecs = require('@alicloud/ecs20140526') as typeof EcsSdk
/** The VPC SDK. */
export const Vpc = require('@alicloud/vpc20160428') as typeof VpcSdk

/** Where a client points and with which key. */
export type Target = Pick<RunningServer, 'endpoint' | 'accessKeyId' | 'accessKeySecret'>

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

/** Builds clients for a server, over plain HTTP, for region cn-hangzhou. */
export function sdk({ endpoint, accessKeyId, accessKeySecret }: Target): Sdk {
  const key = { accessKeyId, accessKeySecret }
  const common = { ...key, endpoint, protocol: 'http', regionId: 'cn-hangzhou' }
  const config = (signature: { signatureAlgorithm?: string } = {}) =>
    new $OpenApiUtil.Config({ ...common, ...signature })
  const pop = (apiVersion: string) => new PopCore({ ...key, endpoint: `http://${endpoint}`, apiVersion })
  return {
    ecs: new Ecs.default(config()),
    ecsV1: new Ecs.default(config({ signatureAlgorithm: 'v2' })),
    vpc: new Vpc.default(config()),
    pop: pop('2014-05-26'),
    popVpc: pop('2016-04-28'),
    popOf: pop,
  }
}
