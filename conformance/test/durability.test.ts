import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Revision } from '@sallyport/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sdk, sdk } from './clients.js'
import { entitiesAfter, entitiesOf, follow, revisionsTo, stateOf } from './durability-feed.js'
import {
  authorize,
  createGroup,
  createPeers,
  peersOf,
  revoke,
  type Sent,
  writeUntilBroken,
} from './durability-ledger.js'
import { type RunningServer, startServer } from './running-server.js'

const KILLS = 20
const WRITERS = 4

const nextPeer = createPeers()
const ledger: Sent[] = []
/** Peers of rules that were taken back. */
const revoked = new Set<string>()
let data: string
let epoch: string

const start = (): Promise<RunningServer> =>
  startServer({ data, env: { SALLYPORT_QUOTAS_SECURITY_GROUPS_PER_REGION: '1000' } })

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'sallyport-durability-'))
  const server = await start()
  try {
    epoch = (await stateOf(server)).epoch
  } finally {
    await server.stop()
  }
})

afterAll(() => rmSync(data, { recursive: true, force: true }))

/** Writes on several connections and kills the server in the middle. Returns what a follower had seen by then. */
async function writeAndKill(): Promise<readonly Revision[]> {
  const server = await start()
  const killAfter = 5 + Math.floor(Math.random() * 30)
  let acknowledged = 0
  let killed: Promise<void> | undefined
  const onAcknowledged = (): void => {
    if (++acknowledged < killAfter) return
    // Some moment within a few commits, so that kills meet every stage of one.
    killed ??= pause(Math.random() * 8).then(() => server.kill())
  }
  const write = async (): Promise<void> => {
    const clients = sdk(server)
    await writeUntilBroken(clients, await createGroup(clients), nextPeer, ledger, onAcknowledged)
  }
  try {
    const revisions = await follow(server, epoch)
    await Promise.all(Array.from({ length: WRITERS }, write))
    return revisions
  } finally {
    await (killed ?? server.kill())
  }
}

/** (a) what was acknowledged is there, (b) no batch is there in part, and nothing is there twice or unasked. */
async function expectLedgerKept(clients: Sdk, sent: readonly Sent[]): Promise<void> {
  for (const group of new Set(sent.map((one) => one.group))) {
    const peers = await peersOf(clients, group)
    const present = new Set(peers)
    expect(peers, `a rule of ${group} is there twice`).toHaveLength(present.size)
    const calls = sent.filter((one) => one.group === group)
    for (const call of calls) {
      const wanted = call.peers.filter((peer) => !revoked.has(peer))
      const found = wanted.filter((peer) => present.has(peer))
      if (call.acknowledged) expect(found, 'an acknowledged rule is lost').toEqual(wanted)
      else expect([[], wanted], 'a batch is there in part').toContainEqual(found)
    }
    const asked = new Set(calls.flatMap((call) => call.peers).filter((peer) => !revoked.has(peer)))
    expect([...present].filter((peer) => !asked.has(peer))).toEqual([])
  }
}

/** (c) a retry of an answered call does nothing, even where the rule was taken back since. */
async function expectRetryHasNoEffect(server: RunningServer, clients: Sdk, call: Sent): Promise<void> {
  await revoke(clients, call)
  for (const peer of call.peers) revoked.add(peer)
  const { revision } = await stateOf(server)
  await authorize(clients, call)
  expect((await stateOf(server)).revision).toBe(revision)
  expect(await peersOf(clients, call.group)).not.toContain(call.peers[0])
}

/** (c) a call that was cut off is made good by one retry, once, whether or not it had been carried out. */
async function expectRetryCompletes(server: RunningServer, clients: Sdk, call: Sent): Promise<void> {
  await authorize(clients, call)
  call.acknowledged = true
  expect((await peersOf(clients, call.group)).filter((peer) => peer === call.peers[0])).toHaveLength(1)
  await expectRetryHasNoEffect(server, clients, call)
}

/** (d) the feed counts from 1 without a gap, says what the state says, and holds all that was seen of it. */
async function expectFeedWhole(server: RunningServer, seen: readonly Revision[]): Promise<void> {
  const state = await stateOf(server)
  expect(state.epoch).toBe(epoch)
  const revisions = await revisionsTo(server, epoch, state.revision)
  expect(revisions.map(({ revision }) => revision)).toEqual(
    Array.from({ length: state.revision }, (_, index) => index + 1),
  )
  expect(entitiesAfter(revisions)).toEqual(entitiesOf(state))
  expect(revisions.slice(0, seen.length)).toEqual(seen)
}

describe('a server that is killed with signal 9 while it writes', () => {
  it.each(Array.from({ length: KILLS }, (_, index) => [index + 1]))(
    'keeps what it acknowledged, whole batches, tokens and the feed (kill %i)',
    async () => {
      const before = ledger.length
      const seen = await writeAndKill()
      const sent = ledger.slice(before)
      const server = await start()
      try {
        const clients = sdk(server)
        expect(sent.filter((call) => call.acknowledged).length).toBeGreaterThanOrEqual(5)
        expect(seen.length).toBeGreaterThan(0)
        await expectLedgerKept(clients, sent)
        await expectFeedWhole(server, seen)
        const tokens = sent.filter((call) => call.token !== undefined)
        const answered = tokens.findLast((call) => call.acknowledged)
        const cutOff = tokens.filter((call) => !call.acknowledged)
        if (answered) await expectRetryHasNoEffect(server, clients, answered)
        for (const call of cutOff) await expectRetryCompletes(server, clients, call)
        await expectFeedWhole(server, seen)
      } finally {
        expect(await server.stop()).toBe(0)
      }
    },
  )

  it('has lost nothing over all kills, some of which cut calls off', async () => {
    const server = await start()
    try {
      await expectLedgerKept(sdk(server), ledger)
      expect(ledger.filter((call) => !call.acknowledged).length).toBeGreaterThan(0)
    } finally {
      await server.stop()
    }
  })
})
