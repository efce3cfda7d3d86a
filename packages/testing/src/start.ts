import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  resolveSettings,
  startServer,
  type SeedDocument,
  type Settings,
  type SettingValues,
} from '@sallyport/server'
import {
  type ClientClass,
  type ClientConfig,
  ecsClient,
  type EcsClient,
  makeClient,
  vpcClient,
  type VpcClient,
} from './clients.js'
import { connectSallyport, type Controls } from './controls.js'

type Settable = Omit<SettingValues, 'data' | 'quotas'>

/** How to start a server. */
export interface StartOptions {
  /** As in the configuration file; whatever is left out has its default, and listeners pick free ports. */
  readonly settings?: Partial<Settable> & { readonly quotas?: Partial<SettingValues['quotas']> }
  /** What the server is to have from the beginning: a document, or YAML text. */
  readonly seed?: SeedDocument | string
  /** Hears of errors of the server; they go to `console.error` otherwise. */
  readonly onError?: (message: string, fields: unknown) => void
}

/** A server of a test, with what is needed to call it. */
export interface Sallyport extends Controls {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string
  readonly accountId: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly regionId: string
  /** Where the admin listener is, for tools of your own. */
  readonly admin: { readonly url: string; readonly token: string }
  /** What the constructors of the @alicloud clients take. */
  readonly clientConfig: ClientConfig
  /** A client of a class of yours: `sallyport.client(Ecs)`. */
  client<T>(given: ClientClass<T>): T
  /** A client of the @alicloud/ecs20140526 that you have installed. */
  ecs(): Promise<EcsClient>
  /** A client of the @alicloud/vpc20160428 that you have installed. */
  vpc(): Promise<VpcClient>
  /** Stops the server and removes its folder. */
  stop(): Promise<void>
}

/** Starts a server in this process, on free ports of the loopback and a temporary folder. */
export async function startSallyport(options: StartOptions = {}): Promise<Sallyport> {
  const data = mkdtempSync(join(tmpdir(), 'sallyport-testing-'))
  const remove = (): void => rmSync(data, { recursive: true, force: true })
  const settings = settingsFor(data, options)
  const report = options.onError ?? ((message, fields) => console.error(message, fields))
  const running = await startServer(settings, (level, message, fields) => {
    if (level === 'error') report(message, fields)
  }).catch((error: unknown) => {
    remove()
    throw error
  })
  const stop = async (): Promise<void> => {
    await running.close()
    remove()
  }
  const sallyport = describe(settings, running.endpoint, running.admin ?? '', stop)
  if (options.seed === undefined) return sallyport
  await sallyport.seed(options.seed).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return sallyport
}

/** Nothing comes from the environment or from a file: a test means the same everywhere. */
function settingsFor(data: string, { settings = {} }: StartOptions): Settings {
  const own = {
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    adminToken: randomBytes(24).toString('base64url'),
    accessKeyId: 'LTAItesting',
    accessKeySecret: randomBytes(24).toString('base64url'),
  }
  const content = { ...own, ...settings }
  return resolveSettings({
    flags: { data },
    env: {},
    file: { path: 'the settings of startSallyport', content },
    cwd: data,
  })
}

function describe(settings: Settings, endpoint: string, url: string, stop: () => Promise<void>): Sallyport {
  const { accountId, region: regionId } = settings
  const accessKeyId = settings.accessKeyId ?? ''
  const accessKeySecret = settings.accessKeySecret ?? ''
  const admin = { url, token: settings.adminToken ?? '' }
  const clientConfig: ClientConfig = {
    ...{ accessKeyId, accessKeySecret, regionId, protocol: 'http', endpoint: new URL(endpoint).host },
  }
  return {
    ...connectSallyport(admin),
    ...{ endpoint, accountId, accessKeyId, accessKeySecret, regionId, admin, clientConfig, stop },
    client: (given) => makeClient(given, clientConfig),
    ecs: () => ecsClient(clientConfig),
    vpc: () => vpcClient(clientConfig),
  }
}
