import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Outside } from '../../packages/dataplane/test/topology.js'
import { makeOutside } from '../../packages/dataplane/test/topology.js'
import { Ecs } from './clients.js'
import type { Cloud, Machine } from './packets-cloud.js'
import { cloudOf } from './packets-cloud.js'
import type { Product } from './packets-product.js'
import { describeProduct, startProduct } from './packets-product.js'

const regionId = 'cn-hangzhou'
const web = { ipProtocol: 'TCP', portRange: '80/80' }

describeProduct('a network interface made, attached and changed with the SDK carries real packets', () => {
  let outside: Outside
  let product: Product
  let cloud: Cloud
  let open: string
  let vSwitchId: string
  const machines: Machine[] = []
  let a: Machine
  let b: Machine
  let eni: string
  let address: string

  beforeAll(async () => {
    outside = makeOutside([])
    product = await startProduct(['--uplink-netns', outside.namespace])
    cloud = cloudOf(product)
    const vpcId = await cloud.vpc('10.40.0.0/16')
    vSwitchId = await cloud.vSwitch(vpcId, '10.40.1.0/24')
    open = await cloud.group(vpcId)
    await cloud.ingress(open, { ...web, sourceCidrIp: '10.40.0.0/16' })
    // Members of one group would reach one another.
    for (let index = 0; index < 2; index++) {
      machines.push(...(await cloud.machines(vSwitchId, [await cloud.group(vpcId)], 1)))
    }
    ;[a, b] = machines as [Machine, Machine]
    await b.station.serve('tcp', 80)
  })
  afterAll(async () => {
    for (const { station } of machines) station.stop()
    await product?.end()
    outside?.remove()
  })

  const enforced = async (call: Promise<unknown>): Promise<void> => {
    await call
    expect(await product.enforced()).toEqual([])
  }
  const reached = (host: string) => a.station.tcp({ host, port: 80, timeout: 0.8 })

  it('attached to a running instance, it is judged by its own group; the primary one by its own', async () => {
    const { body } = await cloud.sdk.ecs.createNetworkInterface(
      new Ecs.CreateNetworkInterfaceRequest({ regionId, vSwitchId, securityGroupIds: [open] }),
    )
    eni = body?.networkInterfaceId ?? ''
    address = body?.privateIpAddress ?? ''
    expect(await reached(address)).toBe(false)
    const pair = { regionId, networkInterfaceId: eni, instanceId: b.instance }
    await enforced(cloud.sdk.ecs.attachNetworkInterface(new Ecs.AttachNetworkInterfaceRequest(pair)))
    expect([await reached(address), await reached(b.v4)]).toEqual([true, false])
  })

  it('an address assigned to it is reached, and unassigned no more', async () => {
    const { ecs } = cloud.sdk
    const one = { regionId, networkInterfaceId: eni, secondaryPrivateIpAddressCount: 1 }
    const { body } = await ecs.assignPrivateIpAddresses(new Ecs.AssignPrivateIpAddressesRequest(one))
    await product.enforced()
    const [second = ''] = body?.assignedPrivateIpAddressesSet?.privateIpSet?.privateIpAddress ?? []
    expect(await reached(second)).toBe(true)
    const back = { regionId, networkInterfaceId: eni, privateIpAddress: [second] }
    await enforced(ecs.unassignPrivateIpAddresses(new Ecs.UnassignPrivateIpAddressesRequest(back)))
    expect([await reached(second), await reached(address)]).toEqual([false, true])
  })

  it('detached, it is reached no more', async () => {
    const pair = { regionId, networkInterfaceId: eni, instanceId: b.instance }
    await enforced(cloud.sdk.ecs.detachNetworkInterface(new Ecs.DetachNetworkInterfaceRequest(pair)))
    expect(await reached(address)).toBe(false)
    await enforced(
      cloud.sdk.ecs.deleteNetworkInterface(
        new Ecs.DeleteNetworkInterfaceRequest({ regionId, networkInterfaceId: eni }),
      ),
    )
  })
})
