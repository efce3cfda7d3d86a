import type { default as Ecs } from '@alicloud/ecs20140526'
import type { default as Vpc } from '@alicloud/vpc20160428'

/** What the constructors of the @alicloud clients take. */
export interface ClientConfig {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** `127.0.0.1:8765`. */
  readonly endpoint: string
  readonly protocol: 'http'
  readonly regionId: string
}

/**
 * A client class of the user's, or the module that holds it as its default: what `import Ecs from` gives of the
 * @alicloud packages depends on how the importing module is compiled.
 */
export type ClientClass<T> = (new (config: never) => T) | { readonly default: new (config: never) => T }

/** Makes a client of a class that takes the usual configuration. */
export function makeClient<T>(given: ClientClass<T>, config: ClientConfig): T {
  const Client = 'default' in given ? given.default : given
  return new Client(config as never)
}

/** The types are those of the user's own packages. */
export type EcsClient = Ecs.default
export type VpcClient = Vpc.default

/** A client of the user's @alicloud/ecs20140526. */
export async function ecsClient(config: ClientConfig): Promise<EcsClient> {
  const { default: found } = await installed('@alicloud/ecs20140526', () => import('@alicloud/ecs20140526'))
  return makeClient(found as unknown as ClientClass<EcsClient>, config)
}

/** A client of the user's @alicloud/vpc20160428. */
export async function vpcClient(config: ClientConfig): Promise<VpcClient> {
  const { default: found } = await installed('@alicloud/vpc20160428', () => import('@alicloud/vpc20160428'))
  return makeClient(found as unknown as ClientClass<VpcClient>, config)
}

async function installed<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Error(`${name} is not installed: run npm install --save-dev ${name}`, { cause: error })
  }
}
