import { WrittenJson } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMemory } from '../src/model/remembered.js'
import { mustControl, withAdmin } from './control-calls.js'
import { findGroups, newGroup, region, rulesOf } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

describe('a memory of answers', () => {
  const counting = () => {
    let made = 0
    return () => Promise.resolve({ Made: ++made })
  }

  it('gives the answer of a key again while the data is the same, and not a moment longer', async () => {
    const at = createMemory()
    const make = counting()
    expect(await at(1)(['a', 1], make)).toEqual({ Made: 1 })
    expect(await at(1)(['a', 1], make)).toEqual({ Made: 1 })
    expect(await at(1)(['a', 2], make)).toEqual({ Made: 2 })
    expect(await at(2)(['a', 1], make)).toEqual({ Made: 3 })
    expect(await at(1)(['a', 1], make)).toEqual({ Made: 4 })
  })

  it('does not keep under one version what was made while another came', async () => {
    const at = createMemory()
    let finish: (answer: object) => void = () => undefined
    const slow = at(1)('key', () => new Promise((resolve) => (finish = resolve as typeof finish)))
    expect(await at(2)('key', () => Promise.resolve({ Data: 'new' }))).toEqual({ Data: 'new' })
    finish({ Data: 'old' })
    expect(await slow).toEqual({ Data: 'old' })
    expect(await at(2)('key', counting())).toEqual({ Data: 'new' })
  })

  it('keeps no refusal, and no more than it has room for', async () => {
    const at = createMemory()
    await expect(at(1)('key', () => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
    const long = { Text: new WrittenJson({ long: 'x'.repeat(20_000_000) }) }
    await at(1)('first', () => Promise.resolve(long))
    expect(await at(1)('first', counting())).toBe(long)
    await at(1)('second', () => Promise.resolve({ ...long }))
    expect(await at(1)('first', counting())).toEqual({ Made: 1 })
  })
})

describe('a description', () => {
  let server: TestServer
  const stranger = { id: 'stranger-key', secret: 'stranger-secret' }
  beforeAll(async () => {
    const accounts = [{ id: '3000000000000001', name: 'stranger@elsewhere', keys: [stranger] }]
    server = await testServer({ ...withAdmin, accounts: JSON.stringify(accounts) })
  })
  afterAll(() => server.stop())

  const of = (group: string, rest: object) => ({ RegionId: region, SecurityGroupId: group, ...rest })

  it('is new after every kind of change, of what it shows and of what that names', async () => {
    const [group, peer] = [await newGroup(server), await newGroup(server)]
    const seen = async () => {
      const shown = [await rulesOf(server, group), await findGroups(server, {})] as const
      expect([await rulesOf(server, group), await findGroups(server, {})]).toEqual(shown)
      return JSON.stringify(shown)
    }
    const rule = { IpProtocol: 'ALL', PortRange: '-1/-1', SourceGroupId: peer }
    const states = [await seen()]
    const changes: readonly (readonly [string, object])[] = [
      ['AuthorizeSecurityGroup', of(group, rule)],
      ['ModifySecurityGroupRule', of(group, { ...rule, Description: 'described' })],
      ['ModifySecurityGroupAttribute', of(peer, { SecurityGroupName: 'renamed' })],
      ['TagResources', { ...of(group, {}), ...tagging(group) }],
      ['RevokeSecurityGroup', of(group, rule)],
      ['DeleteSecurityGroup', of(peer, {})],
    ]
    for (const [action, parameters] of changes) {
      await server.ok(action, parameters)
      states.push(await seen())
    }
    expect(new Set(states).size).toBe(changes.length + 1)
  })

  it('is not given to another account that asks the same', async () => {
    const group = await newGroup(server)
    expect(await findGroups(server, {})).not.toEqual([])
    await rulesOf(server, group)
    expect(await findGroups(server.as(stranger), {})).toEqual([])
    expect((await server.as(stranger).call('DescribeSecurityGroupAttribute', of(group, {}))).status).toBe(404)
  })

  it('is of the restored state after a restore, and of the empty one after a reset', async () => {
    const group = await newGroup(server)
    const seen = async () => [await rulesOf(server, group), await findGroups(server, {})]
    const before = await seen()
    await mustControl(server, 'POST', '/v1/snapshots', { name: 'before' })
    const rule = { IpProtocol: 'ALL', PortRange: '-1/-1', SourceCidrIp: '10.0.0.0/8' }
    await server.ok('AuthorizeSecurityGroup', of(group, rule))
    expect(await seen()).not.toEqual(before)
    await mustControl(server, 'POST', '/v1/restore', { name: 'before' })
    expect(await seen()).toEqual(before)
    await mustControl(server, 'POST', '/v1/reset', {})
    expect(await findGroups(server, {})).toEqual([])
    expect((await server.call('DescribeSecurityGroupAttribute', of(group, {}))).status).toBe(404)
  })

  it('is never older than a change that was answered before it was asked for', async () => {
    const group = await newGroup(server)
    let answered = 0
    let done = false
    const write = async () => {
      for (let port = 1; port <= 100; port++) {
        const rule = { IpProtocol: 'TCP', PortRange: `${port}/${port}`, SourceCidrIp: '10.0.0.0/8' }
        await server.ok('AuthorizeSecurityGroup', of(group, rule))
        answered = port
      }
      done = true
    }
    const read = async () => {
      while (!done) {
        const least = answered
        expect((await rulesOf(server, group)).length).toBeGreaterThanOrEqual(least)
        const [described] = await findGroups(server, { SecurityGroupId: group })
        expect(described?.RuleCount).toBeGreaterThanOrEqual(least)
      }
    }
    await Promise.all([write(), read(), read(), read(), read()])
    expect(await rulesOf(server, group)).toHaveLength(100)
  })
})

const tagging = (group: string) => ({
  ...{ ResourceType: 'securitygroup', ResourceId: [group], Tag: [{ Key: 'color', Value: 'red' }] },
})
