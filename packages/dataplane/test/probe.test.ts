import { readlinkSync } from 'node:fs'
import { expect, it } from 'vitest'
import { apart } from '../src/netlink/socket.js'
import type { Feature } from '../src/nftables/features.js'
import { absentOf, needed, tables, wished } from '../src/nftables/features.js'
import { match, verdict } from '../src/nftables/statements.js'
import { shortcomingsOf } from '../src/probe.js'
import { describePackets } from './stage.js'

/** No kernel takes it: the map is not there. */
const impossible: Feature = {
  what: 'what no kernel has',
  commands: [
    { do: 'add-table' },
    { do: 'add-chain', name: 'c', base: null },
    {
      do: 'add-rule',
      chain: 'c',
      rule: {
        statements: [
          match('meta l4proto', '6'),
          { kind: 'vmap', selectors: ['iifname'], map: 'none' },
          verdict('drop'),
        ],
        comment: 'x',
      },
    },
  ],
}

describePackets('what a kernel lacks', () => {
  it('is nothing of what rules need where packets can be tested', async () => {
    expect(await apart((socket) => absentOf(socket, [tables, ...needed]))).toEqual([])
  })

  it('is named one by one, with the command that was refused and why, and hinders no later trial', async () => {
    const tried = [tables, impossible, ...needed, impossible]
    const refused = {
      what: 'what no kernel has',
      why: expect.stringMatching(
        /^the kernel refused add rule inet sallyport c meta l4proto 6 iifname vmap @none .*\(ENOENT\)/,
      ) as string,
    }
    expect(await apart((socket) => absentOf(socket, tried))).toEqual([refused, refused])
  })

  it('is tried in a namespace that is neither this one nor lasts', async () => {
    const here = () => readlinkSync('/proc/thread-self/ns/net')
    const before = here()
    const features = [tables, ...Object.values(wished)]
    await apart((socket) => absentOf(socket, features))
    // A table that an earlier trial left would be in the way of this one's.
    const add = { what: 'a new table', commands: [{ do: 'delete-table' } as const] }
    expect(await apart((socket) => absentOf(socket, [add]))).toMatchObject([{ what: 'a new table' }])
    expect(here()).toBe(before)
  })
})

it('capabilities that are missing are said with what comes of it', () => {
  const all = { ipv6: true, nat4: true, nat6: true, timeouts: true, drops: true }
  expect(shortcomingsOf(all)).toEqual([])
  expect(shortcomingsOf({ ...all, nat6: false, drops: false })).toEqual([
    'masquerading of IPv6 (NFT_MASQ): instances reach no IPv6 outside',
    'telling of dropped packets (NFT_LOG, NETFILTER_NETLINK_LOG): drops are counted and not listed',
  ])
  expect(shortcomingsOf({ ...all, ipv6: false })).toEqual(['IPv6: addresses of instances are IPv4 only'])
})
