import { startServer, type RunningServer } from './running-server.js'

/** Where a conformance test goes: a server of its own, or the real service. */
export interface Target {
  /** `HOST` or `HOST:PORT` of ECS, as SDKs take an endpoint. */
  readonly ecs: string
  readonly vpc: string
  readonly secure: boolean
  readonly key: { readonly accessKeyId: string; readonly accessKeySecret: string }
  readonly region: string
  /** What instances are made of. */
  readonly instance: { readonly imageId: string; readonly instanceType: string }
  /** The server that was started; undefined when the tests face the real service. */
  readonly server: RunningServer | undefined
  close(): Promise<void>
}

/** Whether the tests face the real service: they then make real, billable resources and remove them again. */
export const isRemote = process.env.SALLYPORT_REMOTE === '1'

/**
 * The target that the environment asks for. `SALLYPORT_REMOTE=1` takes the real service in ALIBABA_CLOUD_REGION_ID
 * (default cn-hangzhou), with the key in ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, and makes
 * instances of SALLYPORT_REMOTE_IMAGE_ID and SALLYPORT_REMOTE_INSTANCE_TYPE.
 */
export async function openTarget(): Promise<Target> {
  return isRemote ? remoteTarget() : localTarget()
}

async function localTarget(): Promise<Target> {
  const server = await startServer()
  const { endpoint, accessKeyId, accessKeySecret } = server
  return {
    ecs: endpoint,
    vpc: endpoint,
    secure: false,
    key: { accessKeyId, accessKeySecret },
    region: 'cn-hangzhou',
    instance: { imageId: 'any', instanceType: 'ecs.t1.small' },
    server,
    async close() {
      await server.stop()
    },
  }
}

function remoteTarget(): Target {
  const region = process.env.ALIBABA_CLOUD_REGION_ID ?? 'cn-hangzhou'
  return {
    ecs: `ecs.${region}.aliyuncs.com`,
    vpc: `vpc.${region}.aliyuncs.com`,
    secure: true,
    key: {
      accessKeyId: required('ALIBABA_CLOUD_ACCESS_KEY_ID'),
      accessKeySecret: required('ALIBABA_CLOUD_ACCESS_KEY_SECRET'),
    },
    region,
    instance: {
      imageId: process.env.SALLYPORT_REMOTE_IMAGE_ID ?? 'aliyun_3_x64_20G_alibase_20240819.vhd',
      instanceType: process.env.SALLYPORT_REMOTE_INSTANCE_TYPE ?? 'ecs.e-c1m1.large',
    },
    server: undefined,
    close: () => Promise.resolve(),
  }
}

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`SALLYPORT_REMOTE=1 needs ${name}`)
  return value
}

const PATIENCE_MS = 5 * 60_000

/**
 * Waits until `look` answers with the wanted value: what takes effect at once here takes the real service a while.
 * Answers with the last value when patience ends, for the test to compare.
 */
export async function settled<T>(look: () => Promise<T>, wanted: T): Promise<T> {
  const end = Date.now() + (isRemote ? PATIENCE_MS : 0)
  for (;;) {
    const value = await look()
    if (value === wanted || Date.now() >= end) return value
    await new Promise((resolve) => setTimeout(resolve, 3000))
  }
}
