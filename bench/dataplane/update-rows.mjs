import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { bareTable, desiredOf, formOf } from '@sallyport/dataplane'
import { applyChange, emptyWorld } from '@sallyport/engine'
import { median, progress } from '../comparison.mjs'
import { manyInterfaces, memberFact, namesIn, SIZE } from './many-interfaces.mjs'

/**
 * What a change costs in the kernel, and what it takes to load many policies: the product's tables in namespaces of their
 * own, without the links that they are about.
 */

const CHANGES = 200
const LOADS = 3

const quantile = (values, part) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(values.length * part) - 1)]

async function withNamespace(work) {
  const namespace = `spb-${randomBytes(4).toString('hex')}`
  execFileSync('ip', ['netns', 'add', namespace])
  try {
    return await work(namespace)
  } finally {
    execFileSync('ip', ['netns', 'del', namespace])
  }
}

/** A world with many interfaces, and its table in a namespace. */
function subject(namespace, size) {
  const [mark, vpc] = ['bbbb', 'vpc-bench']
  const world = emptyWorld('bench')
  const table = bareTable(namespace)
  const change = (...facts) => {
    for (const one of facts) applyChange(world, one)
  }
  change(...manyInterfaces({ vpc, mark, ...size }))
  return {
    vpc,
    change,
    plan: () => table.plan(formOf(desiredOf(world, vpc, { ipv6: true, timeouts: true }), mark, [4, 6])),
    carryOut: () => table.carryOut(),
  }
}

/** Changes one after another; how long the kernel took for the transaction that puts each in force. */
function flips(size, changeOf) {
  return withNamespace(async (namespace) => {
    const one = subject(namespace, size)
    one.plan()
    await one.carryOut()
    const times = []
    for (let index = 0; index < CHANGES; index++) {
      one.change(changeOf(one, index))
      one.plan()
      for (const { tookMs, isFlip } of await one.carryOut()) if (isFlip) times.push(tookMs)
    }
    if (times.length !== CHANGES) throw new Error(`${CHANGES} changes made ${times.length} flips`)
    return times
  })
}

const ruleChange = ({ vpc }, index) => ({
  kind: 'rule',
  id: 'sgr-changed',
  value: {
    ...{ id: 'sgr-changed', group: namesIn(vpc).group(0), direction: 'ingress', policy: 'accept' },
    ...{ priority: 1 + (index % 100), protocol: 'tcp', local: null, sourcePorts: null },
    peer: { kind: 'cidr', cidr: '192.0.2.0/24' },
    destinationPorts: { first: 1000 + index, last: 1000 + index },
  },
})

function timeRow(name, times, meaning, target) {
  progress(`${name}: p50 ${quantile(times, 0.5).toFixed(3)} ms, p99 ${quantile(times, 0.99).toFixed(3)} ms`)
  return {
    name,
    value: quantile(times, 0.99),
    unit: 'ms',
    baseline: null,
    ratio: null,
    meaning: `${meaning}; p99 of ${times.length}, p50 ${quantile(times, 0.5).toFixed(3)}`,
    target,
  }
}

async function flipRow() {
  const times = await flips({ ...SIZE, interfaces: 20, policies: 1, rules: 1000 }, ruleChange)
  return timeRow(
    'dataplane.flip.p99',
    times,
    'the transaction that puts a changed policy of 1,000 rules a direction in force for 20 interfaces, in the kernel',
    'value < 5',
  )
}

/** The worst case: all interfaces have the policy that changes. */
async function wideFlipRow() {
  const times = await flips({ ...SIZE, policies: 1 }, ruleChange)
  return timeRow(
    'dataplane.flip.p99.interfaces-1000',
    times,
    'the same of 200 rules a direction for 1,000 interfaces, which all have that policy',
    'value < 10',
  )
}

/** A group of a thousand members is told apart by identity: one more is one element. */
async function memberRow() {
  const times = await flips({ ...SIZE, interfaces: 20, policies: 1, members: 1000 }, ({ vpc }, index) =>
    memberFact(vpc, 0, 10_000 + index, index % SIZE.groups),
  )
  return timeRow(
    'dataplane.member.p99',
    times,
    'the transaction that adds one member to a remote group of 1,000, in the kernel',
    'value < 1',
  )
}

/** From facts that an agent has to rules in force: what it works out, and all transactions. */
function changeRow() {
  return withNamespace(async (namespace) => {
    const one = subject(namespace, SIZE)
    one.plan()
    await one.carryOut()
    const times = []
    for (let index = 0; index < CHANGES; index++) {
      one.change(ruleChange(one, index))
      const begun = performance.now()
      one.plan()
      await one.carryOut()
      times.push(performance.now() - begun)
    }
    return timeRow(
      'dataplane.change.p99',
      times,
      'a changed rule with 1,000 interfaces in 20 policies a direction: from the facts to all of it in the kernel',
      'value < 50',
    )
  })
}

/** Kilobytes that the kernel uses for what tables are made of. */
function kernelMemory() {
  const text = readFileSync('/proc/meminfo', 'utf8')
  const of = (name) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
  return of('Slab') + of('Percpu') + of('VmallocUsed')
}

/** From facts to rules in force: seconds and mebibytes. */
function load() {
  return withNamespace(async (namespace) => {
    const one = subject(namespace, SIZE)
    const before = kernelMemory()
    const begun = process.hrtime.bigint()
    one.plan()
    const planned = process.hrtime.bigint()
    await one.carryOut()
    const seconds = Number(process.hrtime.bigint() - begun) / 1e9
    const memory = (kernelMemory() - before) / 1024
    progress(
      `load: ${seconds.toFixed(2)} s, of which ${(Number(planned - begun) / 1e9).toFixed(2)} s before the kernel; ${memory.toFixed(0)} MiB`,
    )
    return { seconds, memory }
  })
}

async function loadRows() {
  const loads = []
  for (let round = 0; round < LOADS; round++) loads.push(await load())
  const { interfaces, policies, rules, groups, members } = SIZE
  const what = `${interfaces} interfaces with ${rules} rules a direction in ${policies} policies a direction, each with ${groups} remote groups of ${members} members`
  const row = (name, values, unit, target, meaning) => ({
    ...{ name, value: median(values), unit, baseline: null, ratio: null, target },
    meaning: `${meaning}; median of ${LOADS}`,
  })
  return [
    row(
      'dataplane.load.1000x200',
      loads.map(({ seconds }) => seconds),
      's',
      'value < 3',
      `${what}: compiled and loaded`,
    ),
    row(
      'dataplane.load.1000x200.memory',
      loads.map(({ memory }) => memory),
      'MiB',
      'value < 100',
      'the same: memory of the kernel (Slab, Percpu and VmallocUsed of /proc/meminfo)',
    ),
  ]
}

/** What measures which rows. */
export const updateMeasurements = [
  { rows: ['dataplane.flip.p99'], measure: flipRow },
  { rows: ['dataplane.flip.p99.interfaces-1000'], measure: wideFlipRow },
  { rows: ['dataplane.member.p99'], measure: memberRow },
  { rows: ['dataplane.change.p99'], measure: changeRow },
  { rows: ['dataplane.load.1000x200', 'dataplane.load.1000x200.memory'], measure: loadRows },
]
