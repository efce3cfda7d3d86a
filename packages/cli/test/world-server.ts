import type { Snapshot } from '@sallyport/engine'
import {
  resolveSettings,
  type RunningServer,
  type SeededResource,
  type Settings,
  startServer,
} from '@sallyport/server'
import { connectControl } from '../src/control-client.js'
import { afterThisTest, temporaryFolder } from './running-command.js'

/** A server of a test, in this process. */
export interface WorldServer {
  readonly running: RunningServer
  readonly settings: Settings
  state(): Promise<Snapshot>
  seed(document: unknown): Promise<readonly SeededResource[]>
}

export const testKey = { id: 'test-key', secret: 'test-secret' }

/** Starts a server on a temporary folder; it stops after the test. */
export async function worldServer(flags: Record<string, string> = {}): Promise<WorldServer> {
  const data = temporaryFolder()
  const settings = resolveSettings({
    flags: {
      ...{ listen: '127.0.0.1:0', admin: 'none', data },
      ...{ accessKeyId: testKey.id, accessKeySecret: testKey.secret, ...flags },
    },
    env: {},
    cwd: data,
  })
  const running = await startServer(settings, () => undefined)
  afterThisTest(() => running.close())
  const ask = connectControl(data)
  return {
    running,
    settings,
    state: async () => (await ask('GET', '/v1/state')) as Snapshot,
    seed: async (document) =>
      ((await ask('POST', '/v1/seed', document)) as { resources: readonly SeededResource[] }).resources,
  }
}

/** Facts without what only a server can choose or what tells its states apart, in an order of their own. */
export function comparable(snapshot: Snapshot, renamed: ReadonlyMap<string, string> = new Map()): unknown {
  const say = (id: string): string => renamed.get(id) ?? id
  const sorted = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(value)).sort()
  const { vpcs, groups, rules, interfaces, prefixLists, portLists } = snapshot
  return {
    vpcs: sorted(vpcs.map((vpc) => ({ ...vpc, id: say(vpc.id) }))),
    groups: sorted(groups.map((group) => ({ ...group, id: say(group.id), vpc: say(group.vpc) }))),
    rules: sorted(
      rules.map(({ peer, destinationPorts, ...rule }) => ({
        ...rule,
        ...{ id: renamed.size > 0 ? '' : rule.id, group: say(rule.group) },
        peer:
          peer.kind === 'group'
            ? { ...peer, group: say(peer.group) }
            : peer.kind === 'prefix-list'
              ? { ...peer, list: say(peer.list) }
              : peer,
        destinationPorts:
          destinationPorts !== null && 'list' in destinationPorts
            ? { list: say(destinationPorts.list) }
            : destinationPorts,
      })),
    ),
    interfaces: sorted(
      interfaces.map((one) => ({
        ...one,
        ...{ id: say(one.id), vpc: say(one.vpc), groups: one.groups.map(say).sort() },
        addresses: [one.addresses[0], ...one.addresses.slice(1).sort()],
        instance: one.instance === null ? null : say(one.instance),
        mac: renamed.size > 0 ? '' : one.mac,
      })),
    ),
    prefixLists: sorted(prefixLists.map((list) => ({ ...list, id: say(list.id) }))),
    portLists: sorted(portLists.map((list) => ({ ...list, id: say(list.id) }))),
  }
}
