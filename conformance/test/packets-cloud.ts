import type EcsSdk from '@alicloud/ecs20140526'
import type { Station } from '../../packages/dataplane/test/topology.js'
import { station } from '../../packages/dataplane/test/topology.js'
import { Ecs, given, Vpc, type Sdk, sdk } from './clients.js'
import type { Product } from './packets-product.js'

const regionId = 'cn-hangzhou'

/** One rule, in the words of the SDK. */
export type Permission = ConstructorParameters<typeof Ecs.AuthorizeSecurityGroupEgressRequestPermissions>[0]

/** An instance as its owner sees it. */
export interface Machine {
  readonly instance: string
  readonly interface: string
  readonly namespace: string
  readonly v4: string
  readonly v6: string
  readonly station: Station
}

/** What the tests do in the cloud, through the SDK alone. Every change returns when the kernel holds it. */
export interface Cloud {
  readonly sdk: Sdk
  vpc(cidrBlock: string): Promise<string>
  vSwitch(vpcId: string, cidrBlock: string): Promise<string>
  group(vpcId: string, type?: 'normal' | 'enterprise'): Promise<string>
  machines(vSwitchId: string, groups: readonly string[], amount: number): Promise<Machine[]>
  ingress(securityGroupId: string, ...permissions: Permission[]): Promise<void>
  egress(securityGroupId: string, ...permissions: Permission[]): Promise<void>
  revokeEgress(securityGroupId: string, ...permissions: Permission[]): Promise<void>
  /** Takes away all rules of the groups. */
  clear(...groups: string[]): Promise<void>
  join(securityGroupId: string, machine: Machine): Promise<void>
  leave(securityGroupId: string, machine: Machine): Promise<void>
  halt(machine: Machine): Promise<void>
  resume(machine: Machine): Promise<void>
  remove(machine: Machine): Promise<void>
}

/** The cloud of a running product. Errors of the agent are errors of the call that led to them. */
export function cloudOf(product: Product): Cloud {
  const clients = sdk(product.target)
  const { ecs, vpc } = clients
  const settled = async (): Promise<void> => {
    const errors = await product.enforced()
    if (errors.length > 0) throw new Error(`the agent reports: ${errors.join('; ')}`)
  }
  const then = async (call: Promise<unknown>): Promise<void> => {
    await call
    await settled()
  }
  const member = ({ instance }: Machine, securityGroupId: string) => ({
    regionId,
    securityGroupId,
    instanceId: instance,
  })
  return {
    sdk: clients,
    async vpc(cidrBlock) {
      const made = await vpc.createVpc(new Vpc.CreateVpcRequest({ regionId, cidrBlock, enableIpv6: true }))
      return given(made.body?.vpcId)
    },
    async vSwitch(vpcId, cidrBlock) {
      const zones = await ecs.describeZones(new Ecs.DescribeZonesRequest({ regionId }))
      const zoneId = given(zones.body?.zones?.zone?.[0]?.zoneId)
      const request = { regionId, vpcId, zoneId, cidrBlock, ipv6CidrBlock: 1 }
      return given((await vpc.createVSwitch(new Vpc.CreateVSwitchRequest(request))).body?.vSwitchId)
    },
    async group(vpcId, securityGroupType = 'normal') {
      const request = new Ecs.CreateSecurityGroupRequest({ regionId, vpcId, securityGroupType })
      return given((await ecs.createSecurityGroup(request)).body?.securityGroupId)
    },
    async machines(vSwitchId, securityGroupIds, amount) {
      const any = { imageId: 'any', instanceType: 'any', ipv6AddressCount: 1 }
      const run = await ecs.runInstances(
        new Ecs.RunInstancesRequest({ regionId, vSwitchId, securityGroupIds, amount, ...any }),
      )
      await settled()
      const ids = given(run.body?.instanceIdSets?.instanceIdSet)
      return Promise.all(ids.map((id) => machineOf(ecs, id)))
    },
    ingress: (securityGroupId, ...permissions) =>
      then(
        ecs.authorizeSecurityGroup(
          new Ecs.AuthorizeSecurityGroupRequest({ regionId, securityGroupId, permissions }),
        ),
      ),
    egress: (securityGroupId, ...permissions) =>
      then(
        ecs.authorizeSecurityGroupEgress(
          new Ecs.AuthorizeSecurityGroupEgressRequest({ regionId, securityGroupId, permissions }),
        ),
      ),
    revokeEgress: (securityGroupId, ...permissions) =>
      then(
        ecs.revokeSecurityGroupEgress(
          new Ecs.RevokeSecurityGroupEgressRequest({ regionId, securityGroupId, permissions }),
        ),
      ),
    async clear(...groups) {
      for (const group of groups) await clearGroup(ecs, group)
      await settled()
    },
    join: (group, machine) =>
      then(ecs.joinSecurityGroup(new Ecs.JoinSecurityGroupRequest(member(machine, group)))),
    leave: (group, machine) =>
      then(ecs.leaveSecurityGroup(new Ecs.LeaveSecurityGroupRequest(member(machine, group)))),
    halt: ({ instance }) => then(ecs.stopInstance(new Ecs.StopInstanceRequest({ instanceId: instance }))),
    resume: ({ instance }) => then(ecs.startInstance(new Ecs.StartInstanceRequest({ instanceId: instance }))),
    remove: ({ instance }) =>
      then(ecs.deleteInstance(new Ecs.DeleteInstanceRequest({ instanceId: instance, force: true }))),
  }
}

async function machineOf(ecs: EcsSdk.default, instance: string): Promise<Machine> {
  const { body } = await ecs.describeNetworkInterfaces(
    new Ecs.DescribeNetworkInterfacesRequest({ regionId, instanceId: instance }),
  )
  const found = given(body?.networkInterfaceSets?.networkInterfaceSet?.[0])
  return {
    instance,
    interface: given(found.networkInterfaceId),
    namespace: `sp-${instance}`,
    v4: given(found.privateIpAddress),
    v6: given(found.ipv6Sets?.ipv6Set?.[0]?.ipv6Address),
    station: station(`sp-${instance}`),
  }
}

async function clearGroup(ecs: EcsSdk.default, securityGroupId: string): Promise<void> {
  const { body } = await ecs.describeSecurityGroupAttribute(
    new Ecs.DescribeSecurityGroupAttributeRequest({ regionId, securityGroupId }),
  )
  const rules = body?.permissions?.permission ?? []
  const of = (direction: string): string[] =>
    rules.filter((rule) => rule.direction === direction).map((rule) => given(rule.securityGroupRuleId))
  const [ingress, egress] = [of('ingress'), of('egress')]
  const revoked = (securityGroupRuleId: string[]) => ({ regionId, securityGroupId, securityGroupRuleId })
  if (ingress.length > 0) await ecs.revokeSecurityGroup(new Ecs.RevokeSecurityGroupRequest(revoked(ingress)))
  if (egress.length > 0)
    await ecs.revokeSecurityGroupEgress(new Ecs.RevokeSecurityGroupEgressRequest(revoked(egress)))
}
