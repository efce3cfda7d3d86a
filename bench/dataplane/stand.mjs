import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import {
  capabilitiesOf,
  kernelEnforcer,
  linkOf,
  namespaceOf,
  probe,
  routerOf,
  tearDown,
} from '@sallyport/dataplane'
import { applyChange, emptyWorld } from '@sallyport/engine'
import { chainTable, factsOf, rulesOf, TRAFFIC, trackingTable } from './policies.mjs'

/**
 * Stands to measure on: a VPC each, made by the product, with a sending and a receiving instance. They differ only in
 * what filters in the router: the product, one nft rule for each rule, connection tracking alone, or nothing.
 */

const sender = fileURLToPath(new URL('sender.mjs', import.meta.url))
const ENDS = ['10.0.0.10', '10.0.0.20']

const run = (file, args, input) =>
  execFileSync(file, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
const inside = (namespace, file, args, input) =>
  run('nsenter', [`--net=/run/netns/${namespace}`, file, ...args], input)
const load = (namespace, text) => inside(namespace, 'nft', ['-f', '-'], text)

/** Why nothing can be measured here, or null. */
export async function standProblem() {
  const probed = await probe()
  if (!probed.ok) return `this host lacks ${probed.missing}`
  try {
    run('nft', ['--version'])
    run('conntrack', ['--version'])
    return null
  } catch {
    return 'the baselines need nft and conntrack (Debian packages nftables and conntrack)'
  }
}

/** Packets that reach the receiver are counted and dropped before anything else happens to them. */
function countArrivals(namespace) {
  load(
    namespace,
    'table netdev count { counter arrived { }; chain ingress { type filter hook ingress device "eth0" priority 0; policy accept; meta l4proto udp counter name arrived drop; }; }\n',
  )
}

function arrived(namespace) {
  const { nftables } = JSON.parse(
    inside(namespace, 'nft', ['-j', 'list', 'counters', 'table', 'netdev', 'count']),
  )
  return nftables.find(({ counter }) => counter)?.counter.packets ?? 0
}

function startSender(namespace, address) {
  const child = spawn('nsenter', [`--net=/run/netns/${namespace}`, process.execPath, sender, address], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async send(order) {
      child.stdin.write(`${JSON.stringify(order)}\n`)
      const { value, done } = await answers.next()
      if (done) throw new Error(`the sender in ${namespace} ended`)
      return JSON.parse(value)
    },
    stop: () => child.stdin.end(),
  }
}

/** What filters on a stand instead of the product; null leaves the product's table. */
const replacements = {
  product: () => null,
  nothing: () => '',
  tracking: () => trackingTable,
  chain: (about) => chainTable(about),
}

function makeStand(name, spec, vpc, mark) {
  const router = routerOf(vpc)
  const links = ENDS.map((_, index) => linkOf(`eni-${vpc}-end${index}`))
  const replacement = replacements[spec.kind]({ ...spec, links })
  if (replacement !== null) load(router, `delete table inet sallyport\n${replacement}`)
  const namespaces = ENDS.map((_, index) => namespaceOf(`i-${mark}-${vpc.slice(4)}-end${index}`))
  namespaces.forEach(countArrivals)
  const senders = namespaces.map((namespace, index) => startSender(namespace, ENDS[index]))
  const [first] = TRAFFIC.ports
  /** Sends from the first end and says how many packets a second went through. */
  const rate = async (order) => {
    const before = arrived(namespaces[1])
    const { sent, seconds } = await senders[0].send({ to: ENDS[1], ...order })
    const passed = arrived(namespaces[1]) - before
    // Some may be lost where a queue is full; where most are, the rules do not let them pass.
    if (passed < sent / 2) throw new Error(`${name}: of ${sent} packets ${passed} arrived`)
    return passed / seconds
  }
  const forget = () => inside(router, 'conntrack', ['-F'])
  return {
    name,
    /** Packets of one connection that was answered, a second. */
    async established(packets) {
      forget()
      const opening = { sourcePort: 7000, ports: [first, first], packets: 1 }
      await senders[0].send({ to: ENDS[1], ...opening })
      await senders[1].send({ to: ENDS[0], sourcePort: first, ports: [7000, 7000], packets: 1 })
      return rate({ ...opening, packets })
    },
    /** So many packets, each of a connection of its own: how many a second. */
    async newFlows(packets) {
      forget()
      return rate({ sourcePort: 7001, ports: [first, first + packets - 1], packets })
    },
    stop: () => senders.forEach((one) => one.stop()),
  }
}

/**
 * Makes stands of the given kinds and sizes, `{name: {kind, rules: per direction, members}}`. Returns them by name and
 * `end`, which removes all. Rejects when the product reports a problem.
 */
export async function makeStands(specs) {
  const mark = randomBytes(4).toString('hex')
  const outside = `spb-${mark}`
  run('ip', ['netns', 'add', outside])
  const stands = {}
  let ended = null
  const remove = async () => {
    for (const stand of Object.values(stands)) stand.stop()
    await tearDown(mark, { uplinkNetns: outside })
    run('ip', ['netns', 'del', outside])
  }
  const end = () => (ended ??= remove())
  try {
    const capabilities = await capabilitiesOf()
    const enforcer = kernelEnforcer({
      mark,
      ipv6: capabilities.ipv6,
      capabilities,
      uplinkNetns: outside,
      uplinkRoutes: false,
    })
    for (const [name, { kind, rules: count, members }] of Object.entries(specs)) {
      const vpc = `vpc-${mark}${Object.keys(stands).length}`
      const rules = ['egress', 'ingress'].flatMap((direction, index) => rulesOf(count, direction, 7 + index))
      const world = emptyWorld('bench')
      for (const change of factsOf({ vpc, mark, rules, members, ends: ENDS })) applyChange(world, change)
      const { problems } = await enforcer.reconcile(world, [vpc], true)
      if (problems.length > 0) throw new Error(problems.join('\n'))
      stands[name] = makeStand(name, { kind, rules, members }, vpc, mark)
    }
  } catch (error) {
    await end()
    throw error
  }
  return { stands, end }
}
