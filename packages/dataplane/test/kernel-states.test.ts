import { execFileSync } from 'node:child_process'
import type { World } from '@sallyport/engine'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { desiredOf, runningVpcs } from '../src/desired.js'
import type { KernelOptions } from '../src/index.js'
import { capabilitiesOf, kernelEnforcer, routerOf, tearDown } from '../src/index.js'
import type { Form } from '../src/intermediate.js'
import { formOf } from '../src/intermediate.js'
import type * as Steps from '../src/links/apply.js'
import { generationOf } from '../src/netlink/dump.js'
import { within } from '../src/netlink/socket.js'
import type * as Transaction from '../src/netlink/transaction.js'
import { apply } from '../src/nftables/apply.js'
import { readBack } from '../src/nftables/read-back.js'
import { render } from '../src/nftables/render.js'
import type { Ruleset } from '../src/nftables/ruleset.js'
import { emptyRuleset } from '../src/nftables/ruleset.js'
import { worldFor } from './crossroads/world.js'
import { drawsFrom } from './crossroads/draws.js'
import type { Draws } from './crossroads/draws.js'
import { describePackets } from './stage.js'
import { makeOutside, newMark, sh } from './topology.js'
import { anyWorld } from './worlds.js'

/**
 * What the kernel holds follows from what is desired alone: not from what was there before, nor from what another hand did
 * to it. `SALLYPORT_TEST_STATES` says how many states are gone through, `SALLYPORT_TEST_SEED` which ones.
 */

/** Messages to the kernel, counted where they are sent. */
const sent = vi.hoisted(() => ({ commands: 0, steps: 0 }))
vi.mock('../src/netlink/transaction.js', async (original) => {
  const real = await original<typeof Transaction>()
  const transact: typeof real.transact = (socket, commands) => {
    sent.commands += commands.length
    return real.transact(socket, commands)
  }
  return { ...real, transact }
})
vi.mock('../src/links/apply.js', async (original) => {
  const real = await original<typeof Steps>()
  const applySteps: typeof real.applySteps = (steps, host) => {
    sent.steps += steps.length
    return real.applySteps(steps, host)
  }
  return { ...real, applySteps }
})

const states = Number(process.env['SALLYPORT_TEST_STATES'] ?? 24)
const seed = Number(process.env['SALLYPORT_TEST_SEED'] ?? 20_260)
const MARK = 'abcd'

const nft = (namespace: string, command: string): string =>
  execFileSync('nsenter', [`--net=/run/netns/${namespace}`, 'nft', '-f', '-'], {
    input: `${command}\n`,
    encoding: 'utf8',
    stdio: 'pipe',
  })

/** The forms of a seed: small worlds that have names in common, and the larger ones that packets are sent through. */
function formsOf(length: number): Form[] {
  const formIn = (world: World, vpc: string, mostNodes?: number): Form[] => {
    const desired = desiredOf(world, vpc, { ipv6: true })
    const limits = mostNodes === undefined ? {} : { mostNodes }
    return desired ? [formOf(desired, MARK, [4], true, false, limits)] : []
  }
  const small = fc
    .sample(anyWorld(), { numRuns: 2 * length, seed })
    .flatMap((world) => [...runningVpcs(world)].sort().flatMap((vpc) => formIn(world, vpc)))
  const large = Array.from({ length }, (_, at) =>
    formIn(
      worldFor(seed + at, 'vpc-1', (name) => name),
      'vpc-1',
      at % 5 === 4 ? 60 : undefined,
    ),
  ).flat()
  return Array.from({ length }, (_, at) => (at % 2 === 0 ? small : large)[at >> 1]!)
}

/** A table as `nft` lists it, whatever order its parts were made in. */
function listed(namespace: string): string[] {
  const text = sh(`ip netns exec ${namespace} nft list table inet sallyport`)
  return text
    .split(/\n(?=\t(?:chain|set|map|counter|ct timeout) )/)
    .map((part) =>
      part.replace(/elements = \{([^}]*)\}/, (_, all: string) =>
        all
          .split(',')
          .map((one) => one.trim())
          .sort()
          .join(),
      ),
    )
    .map((part) => part.replace(/\n}\n$/, '').trimEnd())
    .sort()
}

async function bring(namespace: string, form: Form, held: Ruleset | null): Promise<void> {
  for (const commands of render(form, held).transactions) await apply(namespace, commands)
}

/** What another hand may do to a table that holds these rules. */
function mischief(draws: Draws, { chains, sets }: Ruleset): string {
  const table = 'inet sallyport'
  const chain = draws.one([...chains.keys()])
  const filled = [...sets].filter(([, { elements }]) => elements.size > 0)
  const [set, { elements }] = draws.one(filled)
  return draws.one([
    `flush chain ${table} ${chain}`,
    `insert rule ${table} ${chain} counter accept`,
    `add rule ${table} ${chain} ip saddr 10.0.0.0/8 drop comment "another #00000000"`,
    `delete element ${table} ${set} { ${draws.one([...elements.keys()])} }`,
    `delete element ${table} ${set} { ${draws.one([...elements.keys()])} }`,
    `flush set ${table} ${set}`,
    `add chain ${table} others { type filter hook forward priority 7 ; }`,
    `add set ${table} others { type ipv4_addr ; elements = { 10.0.0.1 } ; }`,
    `add table ${table} { flags dormant ; }`,
    `delete table ${table}`,
  ])
}

describePackets('any state to any state in the kernel', () => {
  const [one, fresh] = [`spt-${newMark()}`, `spt-${newMark()}`]
  beforeAll(() => void sh(`ip netns add ${one}; ip netns add ${fresh}`))
  afterAll(() => void sh(`ip netns del ${one}; ip netns del ${fresh}`))

  /** What is there after going to a form from nothing. */
  async function fromNothing(form: Form): Promise<string[]> {
    if (await readBack(fresh)) nft(fresh, 'delete table inet sallyport')
    await bring(fresh, form, null)
    return listed(fresh)
  }

  it(
    `each of ${states} states is the same from the state before, after another hand, and from nothing`,
    { timeout: 60_000 + states * 5_000 },
    async () => {
      const draws = drawsFrom(seed)
      let spoilt = 0
      for (const [at, form] of formsOf(states).entries()) {
        const where = `state ${at} of seed ${seed}`
        const wanted = await fromNothing(form)
        await bring(one, form, await readBack(one))
        expect(listed(one), where).toEqual(wanted)
        const held = (await readBack(one)) ?? emptyRuleset
        const damage = mischief(draws, held)
        try {
          nft(one, damage)
          spoilt++
        } catch {
          // The kernel does not let everything be done; then nothing is to be mended.
        }
        await bring(one, form, await readBack(one))
        expect(listed(one), `${where} after ${damage}`).toEqual(wanted)
        expect(render(form, await readBack(one)), where).toMatchObject({ transactions: [] })
      }
      expect(spoilt).toBeGreaterThan(states / 2)
    },
  )
})

describePackets('a state that is held', () => {
  const mark = newMark()
  const vpc = `vpc-${mark}`
  const outside = makeOutside()
  afterAll(async () => {
    await tearDown(mark, { uplinkNetns: outside.namespace })
    outside.remove()
  })
  const generation = (): Promise<number> =>
    within(routerOf(vpc), (socket) => Promise.resolve(generationOf(socket)))

  it('costs no message to the kernel when it is asked for again, by the same agent or by the next', async () => {
    const capabilities = await capabilitiesOf()
    const options: KernelOptions = {
      ...{ mark, ipv6: true, uplinkRoutes: true, uplinkNetns: outside.namespace },
      ...{ capabilities, keepTracked: false },
    }
    const enforcer = kernelEnforcer(options)
    const world = (): World => worldFor(7, vpc, (name) => `${mark}-${name}`)
    expect((await enforcer.reconcile(world(), [vpc], true)).problems).toEqual([])
    expect(Math.min(sent.commands, sent.steps)).toBeGreaterThan(0)
    const before = await generation()
    Object.assign(sent, { commands: 0, steps: 0 })
    for (const again of [enforcer, kernelEnforcer(options)])
      expect((await again.reconcile(world(), [vpc], true)).problems).toEqual([])
    expect(sent).toEqual({ commands: 0, steps: 0 })
    expect(await generation()).toBe(before)
  })
})
