import { statSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Outside } from '../../packages/dataplane/test/topology.js'
import { makeOutside, newMark, sh, station } from '../../packages/dataplane/test/topology.js'
import { passes } from './packets-agreement.js'
import type { Cloud, Machine } from './packets-cloud.js'
import { cloudOf } from './packets-cloud.js'
import type { Product } from './packets-product.js'
import { describeProduct, startProduct } from './packets-product.js'

const OUT = '203.0.113.1'

/** Namespaces by name, links of a namespace, and what a namespace filters and is set to. */
const namespaces = (): string[] =>
  sh('ip netns list')
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
const linksIn = (namespace: string): string => sh(`ip -n ${namespace} -br link`)
const rulesIn = (namespace: string): string => sh(`nsenter --net=/run/netns/${namespace} nft list ruleset`)
/** Who may speak in a router: link, MAC and address. */
const boundIn = (router: string): string[] =>
  sh(`nsenter --net=/run/netns/${router} nft list set inet sallyport bound4`).split(/[\s,]+/)
const inodeOf = (namespace: string): number => statSync(`/run/netns/${namespace}`).ino

/** Without what belongs to single links, and without counters of the moment. */
const settingsIn = (namespace: string): string =>
  sh(
    `nsenter --net=/run/netns/${namespace} sysctl -a 2>/dev/null | grep '^net\\.' | grep -vE '\\.spu[0-9a-f]+\\.|_count ='`,
  )

describeProduct('instances, restarts and the end of enforcement', () => {
  const foreign = `sp-i-foreign${newMark()}`
  let outside: Outside
  let product: Product
  let cloud: Cloud
  let vpcId: string
  let vSwitchId: string
  let group: string
  let a: Machine
  let b: Machine
  let rulesBefore: string
  let settingsBefore: string

  beforeAll(async () => {
    outside = makeOutside([`${OUT}/32`])
    sh(`nsenter --net=/run/netns/${outside.namespace} nft add table inet theirs`)
    sh(`ip netns add ${foreign}; ip -n ${foreign} link add eth0 type veth peer name other`)
    ;[rulesBefore, settingsBefore] = [rulesIn(outside.namespace), settingsIn(outside.namespace)]
    product = await startProduct(['--uplink-netns', outside.namespace, '--uplink-routes'])
    cloud = cloudOf(product)
    vpcId = await cloud.vpc('10.40.0.0/16')
    vSwitchId = await cloud.vSwitch(vpcId, '10.40.1.0/24')
    group = await cloud.group(vpcId)
    ;[a, b] = (await cloud.machines(vSwitchId, [group], 2)) as [Machine, Machine]
    await outside.station.serve('tcp', 80)
    await b.station.serve('tcp', 80)
    await b.station.serve('udp', 54)
  })
  afterAll(async () => {
    for (const machine of [a, b]) machine?.station.stop()
    await product?.end()
    outside?.remove()
    sh(`ip netns del ${foreign}`)
  })

  const flow = (more = {}) => passes(product, { from: a, to: b, protocol: 'tcp', port: 80, ...more })

  it('stopping and deleting an instance removes what is its, and nothing else', async () => {
    const router = `sp-${vpcId}`
    const linksBefore = linksIn(router)
    const [c] = (await cloud.machines(vSwitchId, [group], 1)) as [Machine]
    c.station.stop()
    expect(namespaces()).toContain(c.namespace)
    expect(boundIn(router)).toContain(c.v4)
    await cloud.halt(c)
    expect(namespaces()).not.toContain(c.namespace)
    expect(namespaces()).toEqual(expect.arrayContaining([a.namespace, b.namespace, router, foreign]))
    expect(linksIn(router)).toBe(linksBefore)
    expect(boundIn(router)).toContain(a.v4)
    expect(boundIn(router)).not.toContain(c.v4)

    await cloud.resume(c)
    const again = station(c.namespace)
    const resumed = { ...c, station: again }
    try {
      expect(await flow({ from: resumed })).toBe(true)
      expect(await flow({ from: resumed, to: OUT })).toBe(true)
    } finally {
      again.stop()
    }
    await cloud.remove(c)
    expect(namespaces()).not.toContain(c.namespace)
    expect(linksIn(router)).toBe(linksBefore)
    expect(await flow()).toBe(true)
    expect(linksIn(foreign)).toMatch(/eth0/)
  })

  it('the last instance of a VPC takes the router and its uplink along', async () => {
    const other = await cloud.vpc('10.40.0.0/16')
    const links = linksIn(outside.namespace)
    const own = await cloud.group(other)
    const [c] = (await cloud.machines(await cloud.vSwitch(other, '10.40.2.0/24'), [own], 1)) as [Machine]
    c.station.stop()
    expect(namespaces()).toContain(`sp-${other}`)
    await cloud.remove(c)
    expect(namespaces()).not.toContain(`sp-${other}`)
    expect(linksIn(outside.namespace)).toBe(links)
    expect(await flow()).toBe(true)
  })

  it('SIGKILL leaves everything in force, and the next start adopts it', async () => {
    await cloud.ingress(group, { ipProtocol: 'UDP', portRange: '54/54', sourceCidrIp: OUT, policy: 'drop' })
    expect(await outside.station.tcp({ host: b.v4, port: 80, source: OUT, timeout: 0.7 })).toBe(false)
    expect(await a.station.open('kept', { host: b.v4, port: 80 })).toBe(true)
    await outside.station.flood('denied', b.v4, 54)
    const inodes = [a, b].map(({ namespace }) => inodeOf(namespace))

    await product.kill()
    expect(await a.station.say('kept')).toBe(true)
    expect(await a.station.tcp({ host: b.v4, port: 80, timeout: 5 })).toBe(true)
    expect(await outside.station.tcp({ host: b.v4, port: 80, source: OUT, timeout: 0.7 })).toBe(false)

    await product.start()
    expect(await product.enforced()).toEqual([])
    expect([a, b].map(({ namespace }) => inodeOf(namespace))).toEqual(inodes)
    expect(await a.station.say('kept')).toBe(true)
    await cloud.ingress(group, { ipProtocol: 'TCP', portRange: '80/80', sourceCidrIp: OUT })
    expect(await flow({ from: { outside: outside.station, address: OUT } })).toBe(true)
    expect(await a.station.say('kept')).toBe(true)

    expect(await outside.station.stopFlood('denied')).toBeGreaterThan(100)
    expect(await b.station.received('udp/54')).toBe(0)
  })

  it('an instance that was stopped stays stopped over a restart', async () => {
    const [c] = (await cloud.machines(vSwitchId, [group], 1)) as [Machine]
    c.station.stop()
    await cloud.halt(c)
    expect(await product.stop()).toBe(0)
    expect(namespaces()).toContain(a.namespace)
    await product.start()
    expect(await product.enforced()).toEqual([])
    expect(namespaces()).not.toContain(c.namespace)
    await cloud.resume(c)
    expect(namespaces()).toContain(c.namespace)
    await cloud.remove(c)
  })

  it('"up" twice and "down" while it runs are refused, and change nothing', async () => {
    const second = product.command('up', '--listen', '127.0.0.1:0', '--uplink-netns', outside.namespace)
    expect(second.code).toBe(2)
    expect(second.output).toContain(product.data)
    const early = product.command('down')
    expect(early.code).toBe(2)
    expect(early.output).toContain('Stop it first')
    expect(await flow()).toBe(true)
  })

  it('"down" removes all that is ours, whatever runs in it; the uplink namespace is as it was before', async () => {
    expect(rulesIn(outside.namespace)).toBe(rulesBefore)
    expect(settingsIn(outside.namespace)).toBe(settingsBefore)
    expect(await product.stop()).toBe(0)
    const { code, output } = product.command('down')
    expect(code).toBe(0)
    for (const name of [a.namespace, b.namespace, `sp-${vpcId}`]) {
      expect(output).toContain(`removed ${name}\n`)
      expect(namespaces()).not.toContain(name)
    }
    expect(namespaces()).toContain(foreign)
    expect(linksIn(outside.namespace)).not.toMatch(/spu/)
    expect(sh(`ip -n ${outside.namespace} route show table all proto 83`)).toBe('')
    expect(rulesIn(outside.namespace)).toBe(rulesBefore)
    expect(settingsIn(outside.namespace)).toBe(settingsBefore)
    expect(product.command('down')).toEqual({ code: 0, output: 'nothing to remove\n' })
  })
})
