import {
  applyChange,
  type Change,
  decide,
  diffWorlds,
  type Direction,
  type Flow,
  parseAddress,
  policyOf,
  type Snapshot,
  type World,
  worldFrom,
} from '@sallyport/engine'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diffAsJson } from '../src/preview/diff-as-json.js'
import { type Changeable, change, makeChangeable, someCall } from './change-fixture.js'
import { mustControl, withAdmin } from './control-calls.js'
import { region } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'
import { blocks } from './list-calls.js'
import { previewCall } from './preview-calls.js'

let server: TestServer
let of: Changeable
beforeEach(async () => {
  server = await testServer({ ...withAdmin, 'quotas.securityGroupsPerRegion': '1000' })
  of = await makeChangeable(server)
})
afterEach(() => server.stop())

const stateNow = async () => (await mustControl(server, 'GET', '/v1/state')) as unknown as Snapshot

interface Told {
  readonly changes: readonly { kind: Change['kind']; id: string; after: Change['value'] }[]
  readonly diff: {
    readonly complete: boolean
    readonly interfaces: readonly {
      readonly id: string
      readonly direction: Direction
      readonly dead: readonly { readonly rule: string }[]
      readonly revived: readonly string[]
      readonly diff: Record<
        'opens' | 'closes',
        { readonly count: string; readonly regions: readonly Changed[] }
      >
    }[]
  }
}

interface Changed {
  readonly example: Omit<Flow, 'remote' | 'local'> & { readonly remote: string; readonly local?: string }
  readonly before: object
  readonly after: object
}

/** Previews a call that must be accepted. */
async function previewed(action: string, parameters: object): Promise<Told & { readonly summary: string }> {
  const { status, body, id, summary } = await previewCall(server, action, parameters)
  if (status !== 200) throw new Error(JSON.stringify(body))
  const told = (await mustControl(server, 'GET', `/v1/preview/${id}`)) as unknown as Told
  return { ...told, summary: (summary ?? '').replace(/^id=\S+ /, '') }
}

/** The world with what a preview says would change. */
function changed(state: Snapshot, changes: Told['changes']): World {
  const world = worldFrom(state)
  for (const { kind, id, after } of changes) applyChange(world, { kind, id, value: after } as Change)
  world.revision++
  return world
}

const address = (text: string) => {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(text)
  return parsed
}

const verdict = (world: World, id: string, direction: Direction, flow: Flow) =>
  decide(policyOf(world, world.interfaces.get(id)?.groups ?? [], direction), flow)

const open = (port: number, more: object = {}) => ({
  SecurityGroupId: of.groups[0],
  Permissions: [{ IpProtocol: 'TCP', PortRange: `${port}/${port}`, SourceCidrIp: '203.0.113.0/24', ...more }],
})
const make = (action: string, parameters: object) => server.ok(action, { RegionId: region, ...parameters })

describe('the effect that a preview tells', () => {
  it('is that on the whole world, and its examples are decided so before and after', async () => {
    let regions = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 10 }), fc.nat({ max: 1000 })), { minLength: 6, maxLength: 12 }),
        async (steps) => {
          for (const [kind, which] of steps) {
            const state = await stateNow()
            const { status, id } = await previewCall(server, ...(await someCall(server, of, kind, which)))
            if (status === 200) {
              const { changes, diff } = (await mustControl(
                server,
                'GET',
                `/v1/preview/${id}`,
              )) as unknown as Told
              const [before, after] = [worldFrom(state), changed(state, changes)]
              if (changes.length > 0) {
                const whole = diffAsJson(diffWorlds(before, after, { budget: { nodes: 1_000_000 } }))
                expect(diff).toEqual(JSON.parse(JSON.stringify(whole)))
              }
              for (const one of diff.interfaces) {
                for (const { example, ...said } of [...one.diff.opens.regions, ...one.diff.closes.regions]) {
                  const { remote, local, ...rest } = example
                  const own = local === undefined ? {} : { local: address(local) }
                  const flow: Flow = { ...rest, remote: address(remote), ...own }
                  expect(verdict(before, one.id, one.direction, flow)).toEqual(said.before)
                  expect(verdict(after, one.id, one.direction, flow)).toEqual(said.after)
                  regions++
                }
              }
            }
            await change(server, of, kind, which)
          }
        },
      ),
      { numRuns: 6 },
    )
    expect(regions).toBeGreaterThan(20)
  })

  it('counts what opens and closes, for every interface that it touches', async () => {
    const opening = await previewed('AuthorizeSecurityGroup', open(80))
    expect(opening.summary).toBe('interfaces=2; opens=2; closes=0; dead=0; complete=true')
    // 256 addresses from 65,536 ports to one port of the one address of each interface.
    const counts = opening.diff.interfaces.map(({ diff }) => diff.opens.count)
    expect(new Set(counts).size).toBe(1)
    expect(Number(counts[0]) % 256).toBe(0)
    await make('AuthorizeSecurityGroup', open(80))
    const closing = await previewed('RevokeSecurityGroup', open(80))
    expect(closing.summary).toBe('interfaces=2; opens=0; closes=2; dead=0; complete=true')
    expect(closing.diff.interfaces.map(({ diff }) => diff.closes.count)).toEqual(counts)
  })

  it('names the rules that would be dead, and tells nothing where nothing changes', async () => {
    await make('AuthorizeSecurityGroup', open(80, { Priority: 2 }))
    const drop = { Priority: 1, Policy: 'drop', SourceCidrIp: '0.0.0.0/0', PortRange: '1/65535' }
    const dropping = await previewed('AuthorizeSecurityGroup', open(80, drop))
    expect(dropping.summary).toBe('interfaces=2; opens=0; closes=2; dead=1; complete=true')
    const same = await previewed('ModifySecurityGroupAttribute', {
      SecurityGroupId: of.groups[0],
      Description: 'other',
    })
    expect(same.summary).toBe('interfaces=0; opens=0; closes=0; dead=0; complete=true')
  })

  it('reaches those whose rules name a group that is joined, or a list that is edited', async () => {
    const [group, other] = of.groups
    await make('AuthorizeSecurityGroup', {
      ...{
        SecurityGroupId: group,
        Permissions: [{ IpProtocol: 'TCP', PortRange: '5432/5432', SourceGroupId: other }],
      },
    })
    await make('AuthorizeSecurityGroup', {
      ...{
        SecurityGroupId: group,
        Permissions: [{ IpProtocol: 'UDP', PortRange: '53/53', SourcePrefixListId: of.blocks }],
      },
    })
    const edited = await previewed('ModifyPrefixList', {
      ...{ PrefixListId: of.blocks, AddEntry: blocks('192.0.2.0/24') },
    })
    expect(edited.summary).toBe('interfaces=2; opens=2; closes=0; dead=0; complete=true')
    // Only the rule lets members of one group reach those of the other then.
    await make('ModifySecurityGroupPolicy', { SecurityGroupId: group, InnerAccessPolicy: 'Drop' })
    const [joining, staying] = of.instances
    const { interfaces } = await stateNow()
    const joined = await previewed('JoinSecurityGroup', { SecurityGroupId: other, InstanceId: joining })
    const opened = joined.diff.interfaces.filter(({ diff }) => diff.opens.count !== '0').map(({ id }) => id)
    expect(opened).toContain(interfaces.find(({ instance }) => instance === staying)?.id)
  })
})
