import { type Body, call, group, nics, ok, server, subnet } from './instance-fixture.js'
import { worldState } from './world-state.js'

/** Makes an interface in the network of the test; what it answers. */
export const create = (extra: object = {}) =>
  ok('CreateNetworkInterface', { VSwitchId: subnet, SecurityGroupId: group, ...extra })
export const newEni = async (extra: object = {}): Promise<string> =>
  String((await create(extra)).NetworkInterfaceId)
export const attach = (NetworkInterfaceId: string, InstanceId: string) =>
  call('AttachNetworkInterface', { NetworkInterfaceId, InstanceId })
export const detach = (NetworkInterfaceId: string, InstanceId: string) =>
  call('DetachNetworkInterface', { NetworkInterfaceId, InstanceId })
export const nicOf = async (id: string): Promise<Body | undefined> =>
  (await nics({ NetworkInterfaceId: [id] }))[0]
/** What followers of the feed know of an interface. */
export const factOf = async (id: string) => (await worldState(server)).interfaces.find((nic) => nic.id === id)
export const addressesOf = async (id: string) => (await factOf(id))?.addresses
