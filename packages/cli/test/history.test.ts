import type { HistoryPage } from '@sallyport/server'
import { UserError } from '@sallyport/server'
import { describe, expect, it } from 'vitest'
import { call } from '../src/call.js'
import { explainCommand } from '../src/explaining/explain.js'
import { history } from '../src/history.js'
import { openSource } from '../src/world/open-world.js'
import { plainStyle } from './plain-style.js'
import { captured } from './static-server.js'
import { worldServer, type WorldServer } from './world-server.js'

/** A server with an instance in a group whose rules were changed twice. */
async function changedServer(): Promise<WorldServer & { readonly group: string; readonly instance: string }> {
  const server = await worldServer()
  await server.seed({
    accounts: [
      {
        vpcs: [
          {
            ...{ name: 'vpc', cidr: '10.0.0.0/8' },
            vswitches: [{ name: 'sub', zone: 'cn-hangzhou-h', cidr: '10.0.0.0/24' }],
            groups: [{ name: 'web' }],
            instances: [{ name: 'one', vswitch: 'sub', groups: ['web'] }],
          },
        ],
      },
    ],
  })
  const { groups, interfaces } = await server.state()
  const group = groups[0]?.id ?? ''
  const rule = { IpProtocol: 'TCP', PortRange: '22/22', SourceCidrIp: '203.0.113.0/24' }
  const flags = Object.entries(rule).flatMap(([name, value]) => [`--Permissions.1.${name}`, value])
  for (const action of ['AuthorizeSecurityGroup', 'RevokeSecurityGroup']) {
    await run(() =>
      call(server.settings, {
        ...{ action, words: ['--SecurityGroupId', group, ...flags], accessKey: undefined },
      }),
    )
  }
  return { ...server, group, instance: interfaces[0]?.instance ?? '' }
}

const run = async (work: () => Promise<number>): Promise<{ code: number; lines: string[] }> => {
  const { result, stdout } = await captured(work)
  return { code: result, lines: stdout.trimEnd().split('\n') }
}

describe('the history command', () => {
  it('prints a line a change, the newest first, with who called and what it was', async () => {
    const { settings, running, group } = await changedServer()
    const { code, lines } = await run(() => history(settings, group, {}))
    expect(code).toBe(0)
    const words = lines.map((line) => line.split(/ {2,}/))
    expect(
      words.map(([, , who, operation, what]) => [who, operation, what?.split(' ', 2).join(' ')]),
    ).toEqual([
      [running.accountId, 'RevokeSecurityGroup', 'removed rule'],
      [running.accountId, 'AuthorizeSecurityGroup', 'added rule'],
      [running.accountId, 'RunInstances', 'joined interface'],
      [running.accountId, 'CreateSecurityGroup', 'added group'],
    ])
    expect(words[0]?.[5]).toBe('ingress accept tcp 22 from 203.0.113.0/24, priority 1')
  })

  it('prints JSON, and pages that say how to go on', async () => {
    const { settings, group } = await changedServer()
    const { lines } = await run(() => history(settings, group, { limit: '1' }))
    const [, before] = /^there are older ones: go on with --before (\d+)$/.exec(lines.at(-1) ?? '') ?? []
    const next = await run(() => history(settings, group, { limit: '1', before, json: true }))
    const page = JSON.parse(next.lines.join('\n')) as HistoryPage
    expect(page.entries.map(({ operation }) => operation)).toEqual(['AuthorizeSecurityGroup'])
  })

  it('refuses what has no history', async () => {
    const { settings } = await worldServer()
    await expect(history(settings, 'vpc-1', {})).rejects.toBeInstanceOf(UserError)
  })
})

describe('explain --at', () => {
  it('decides as the rules were at a revision or time, and refuses what is not kept', async () => {
    const server = await changedServer()
    const { settings, group, instance } = server
    const { revision } = await server.state()
    const asked = { from: '203.0.113.9', to: instance, protocol: 'tcp', port: '22', json: true }
    const ask = (at: string | undefined) =>
      run(() => openSource({ settings, at }).then((source) => explainCommand(source, asked, plainStyle)))
    const verdict = async (at: string | undefined) => {
      const { code, lines } = await ask(at)
      const { verdict, sides } = JSON.parse(lines.join('\n')) as {
        verdict: string
        sides: { answer: object }[]
      }
      return [code, verdict, sides[0]?.answer]
    }
    const drop = [1, 'drop', { verdict: 'drop', reason: 'default' }]
    const accept = [0, 'accept', expect.objectContaining({ reason: 'rule', group, priority: 1 })]
    expect(await verdict(undefined)).toEqual(drop)
    expect(await verdict(String(revision - 1))).toEqual(accept)
    expect(await verdict(String(revision - 2))).toEqual(drop)
    expect(await verdict('9000-01-01T00:00:00Z')).toEqual(drop)
    await expect(ask('2000-01-01T00:00:00Z')).rejects.toThrow(/is no longer kept/)
  })
})
