import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { World } from '@sallyport/engine'
import type { Enforcer } from '../../src/enforcer.js'
import type { KernelOptions } from '../../src/index.js'
import { capabilitiesOf, kernelEnforcer, tearDown } from '../../src/index.js'
import { linkOf, namespaceOf, routerOf, uplinkLinkOf } from '../../src/names.js'
import { makeOutside, newMark, sh } from '../topology.js'
import type { Trip } from './frames.js'
import { frameOf, parcel } from './frames.js'
import { residents, worldFor } from './world.js'

const program = fileURLToPath(new URL('./post.py', import.meta.url))

/** Where packets go in and come out: the interfaces of the residents, then outside. */
interface Place {
  readonly namespace: string
  readonly link: string
  readonly mac: string
  /** The router's end. */
  readonly router: string
}

/** What the post answers, in its order. */
export interface Answers {
  next(): Promise<string>
}

/** Reads what the post answers, line by line. */
export function answersOf(child: ChildProcessWithoutNullStreams): Answers {
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  let complaint = ''
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()))
  return {
    async next() {
      const { done, value } = (await lines.next()) as IteratorResult<string, undefined>
      if (done) throw new Error(`the post ended: ${complaint}`)
      return value
    },
  }
}

/** The MAC address of a link. */
export const macOf = (namespace: string, link: string): string => {
  const text = execFileSync('ip', ['-n', namespace, '-j', 'link', 'show', link], { encoding: 'utf8' })
  return (JSON.parse(text) as readonly { readonly address: string }[])[0]!.address
}

/** Arrivals answer nothing: what hosts would say to strange packets is no part of the question. */
export const SILENCE = `add table inet silence
add chain inet silence in { type filter hook prerouting priority -400; policy drop; }
add rule inet silence in icmpv6 type 133-136 accept
`

/** Four interfaces and an outside, made by an enforcer; packets are sent raw and watched for at every place. */
export interface Crossroads {
  readonly mark: string
  readonly vpc: string
  readonly router: string
  readonly uplinkNetns: string
  readonly interfaces: readonly string[]
  worldFor(seed: number): World
  /** Makes the links by reconciling a first world, and the places. */
  open(enforcer: Enforcer): Promise<void>
  /** Sends packets, their ids counting from `first`; where which arrived. */
  send(trips: readonly Trip[], first: number, expected: number): Promise<(readonly [number, number])[]>
  close(): void
}

/** Neighbours are told, so that no packet waits for them. */
function introduceOutside(router: string, netns: string, link: string, mac: string): void {
  const found = execFileSync('ip', ['-n', netns, '-j', 'addr', 'show', link], { encoding: 'utf8' })
  const links = JSON.parse(found) as readonly { readonly addr_info: readonly { readonly local: string }[] }[]
  for (const { local } of links.flatMap((one) => one.addr_info))
    sh(`ip -n ${router} neigh replace ${local} lladdr ${mac} dev uplink nud permanent`)
}

/** A crossroads without any link yet. */
export function makeCrossroads(): Crossroads {
  const mark = newMark()
  const vpc = `vpc-${mark}`
  const router = routerOf(vpc)
  const outside = makeOutside()
  const nameOf = (name: string): string => `${mark}-${name}`
  const interfaces = residents.map(({ name }) => `eni-${nameOf(name)}`)
  const places: Place[] = []
  let child: ChildProcessWithoutNullStreams | undefined
  let answers: Answers | undefined

  function findPlaces(): void {
    const uplink = uplinkLinkOf(mark, vpc)
    const inside = residents.map(({ name }, at) => ({
      namespace: namespaceOf(`i-${nameOf(name)}`),
      link: 'eth0',
      end: linkOf(interfaces[at]!),
    }))
    for (const { namespace, link, end } of [
      ...inside,
      { namespace: outside.namespace, link: uplink, end: 'uplink' },
    ]) {
      places.push({ namespace, link, mac: macOf(namespace, link), router: macOf(router, end) })
      execFileSync('nsenter', [`--net=/run/netns/${namespace}`, 'nft', '-f', '-'], { input: SILENCE })
    }
    introduceOutside(router, outside.namespace, uplink, places.at(-1)!.mac)
  }

  const worldOfSeed = (seed: number): World => worldFor(seed, vpc, nameOf)
  return {
    mark,
    vpc,
    router,
    uplinkNetns: outside.namespace,
    interfaces,
    worldFor: worldOfSeed,
    async open(enforcer) {
      const { problems } = await enforcer.reconcile(worldOfSeed(0), [vpc], true)
      if (problems.length > 0) throw new Error(problems.join('\n'))
      findPlaces()
      const names = places.map(({ namespace, link }) => `${namespace}/${link}`)
      child = spawn('python3', [program, router, ...names])
      answers = answersOf(child)
      await answers.next()
    },
    async send(trips, first, expected) {
      const frames = trips.map((trip, at) => ({
        from: trip.from,
        frame: frameOf(trip, first + at, places[trip.from]!),
      }))
      child!.stdin.write(`${JSON.stringify({ frames: parcel(frames), expected })}\n`)
      return (JSON.parse(await answers!.next()) as { arrived: [number, number][] }).arrived
    },
    close() {
      child?.kill('SIGKILL')
      outside.remove()
    },
  }
}

/** A crossroads whose links an enforcer made, with what that was made of. */
export interface OpenCrossroads {
  readonly crossroads: Crossroads
  readonly options: KernelOptions
  end(): Promise<void>
}

/** Opens a crossroads of instances. Masquerading is off, so that packets keep their sources. */
export async function openCrossroads(): Promise<OpenCrossroads> {
  const crossroads = makeCrossroads()
  const capabilities = { ...(await capabilitiesOf()), nat4: false, nat6: false }
  const { mark, uplinkNetns } = crossroads
  const options = { mark, ipv6: true, uplinkRoutes: true, uplinkNetns, capabilities, keepTracked: false }
  await crossroads.open(kernelEnforcer(options))
  return {
    crossroads,
    options,
    async end() {
      await tearDown(mark, { uplinkNetns })
      crossroads.close()
    },
  }
}
