import { expect } from 'vitest'
import fc from 'fast-check'
import type { TestServer } from '../harness.js'
import { checkEverything, checkRules, region } from './described.js'
import { groupStep, type GroupStep, planGroup } from './group-steps.js'
import { listStep, type ListStep, planList } from './list-steps.js'
import { memberStep, type MemberStep, planMember } from './member-steps.js'
import { planRules, ruleStep, type RuleStep } from './rule-steps.js'
import type { Planned, World } from './world.js'

export type Step =
  | ({ readonly about: 'groups' } & GroupStep)
  | ({ readonly about: 'rules' } & RuleStep)
  | ({ readonly about: 'lists' } & ListStep)
  | ({ readonly about: 'members' } & MemberStep)

const about = <A extends string, S extends object>(what: A, steps: fc.Arbitrary<S>) =>
  steps.map((step) => ({ about: what, ...step }))

/** One call of any kind. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: about('groups', groupStep) },
  { weight: 5, arbitrary: about('rules', ruleStep) },
  { weight: 3, arbitrary: about('lists', listStep) },
  { weight: 3, arbitrary: about('members', memberStep) },
)

export function plan(world: World, step: Step): Planned {
  switch (step.about) {
    case 'groups':
      return planGroup(world, step)
    case 'rules':
      return planRules(world, step)
    case 'lists':
      return planList(world, step)
    case 'members':
      return planMember(world, step)
  }
}

type Body = Readonly<Record<string, unknown>>

const vpcOk = (server: TestServer, action: string, parameters: object) =>
  server.ok(action, { RegionId: region, ...parameters }, '2016-04-28')

const make = { name: undefined, description: undefined, tags: [] }

/** What every sequence begins with, so that most of its calls find something. */
export const prelude: readonly Step[] = [
  { about: 'groups', do: 'createGroup', vpc: 0, type: undefined, ...make, name: 'web' },
  { about: 'groups', do: 'createGroup', vpc: 0, type: 'normal', ...make },
  { about: 'groups', do: 'createGroup', vpc: 0, type: 'enterprise', ...make },
  { about: 'lists', do: 'createList', kind: 'prefix', name: 'offices', most: 2, family: 4, entries: [] },
  { about: 'lists', do: 'createList', kind: 'port', name: 'ports', most: 2, family: 4, entries: [] },
  { about: 'members', do: 'createNic', groups: [0], vswitch: 0 },
  { about: 'members', do: 'run', group: 1, vswitch: 0 },
]

/** Two VPCs with a vSwitch each, and nothing else. */
export async function newWorld(server: TestServer): Promise<World> {
  const vpcs: { vpc: string; vswitch: string }[] = []
  for (let index = 0; index < 2; index++) {
    const vpc = String((await vpcOk(server, 'CreateVpc', { CidrBlock: '10.0.0.0/16' }))['VpcId'])
    const parameters = { VpcId: vpc, CidrBlock: '10.0.1.0/24', ZoneId: 'cn-hangzhou-h' }
    vpcs.push({ vpc, vswitch: String((await vpcOk(server, 'CreateVSwitch', parameters))['VSwitchId']) })
  }
  const maps = { groups: new Map(), prefixLists: new Map(), portLists: new Map() }
  return { vpcs, ...maps, interfaces: new Map(), instances: new Map(), gone: [] }
}

/** How often each operation was answered with what, so that a run can show what it has reached. */
export type Reached = Map<string, number>

/** Makes the calls one after another, and compares every answer, and in the end everything, with the model. */
export async function play(
  server: TestServer,
  world: World,
  steps: readonly Step[],
  reached: Reached,
): Promise<void> {
  for (const step of steps) {
    const { action, parameters, refusals, apply, touches } = plan(world, step)
    const { status, body } = await server.call(action, { RegionId: region, ...parameters })
    const answered = status === 200 ? 'success' : `${status} ${String(body['Code'])}`
    const wanted = refusals.length === 0 ? ['success'] : [...new Set(refusals)]
    expect(wanted, `${action} ${JSON.stringify(parameters)}: ${String(body['Message'])}`).toContain(answered)
    reached.set(`${action} ${answered}`, (reached.get(`${action} ${answered}`) ?? 0) + 1)
    if (answered !== 'success') continue
    apply?.({ ...body, ...(action === 'RunInstances' && (await primaryOf(server, body))) })
    if (touches !== undefined) await checkRules(server, world, touches)
  }
  await checkEverything(server, world)
}

async function primaryOf(server: TestServer, answer: Body): Promise<{ primary: unknown }> {
  const { InstanceIdSet } = answer['InstanceIdSets'] as { InstanceIdSet: string[] }
  const filter = { RegionId: region, InstanceId: InstanceIdSet[0] }
  const { NetworkInterfaceSets } = await server.ok('DescribeNetworkInterfaces', filter)
  const [nic] = (NetworkInterfaceSets as { NetworkInterfaceSet: Body[] }).NetworkInterfaceSet
  return { primary: nic?.['NetworkInterfaceId'] }
}
