import { randomUUID } from 'node:crypto'
import type { Case, Cases } from './case.js'
import { describeAvailableResourceCases, describeImagesCases } from './catalogue.js'
import { attachLinkCases, describeLinkCases, detachLinkCases } from './classic.js'
import {
  createGroup,
  deleteGroup,
  describeAttribute,
  describeGroups,
  describeReferences,
  modifyAttribute,
  modifyPolicy,
} from './groups.js'
import {
  batchCases,
  deleteInstanceCases,
  deleteInstancesCases,
  describeInstancesCases,
  modifyInstanceCases,
  rebootCases,
  startCases,
  stopCases,
} from './instances.js'
import { joinCases, leaveCases } from './memberships.js'
import { createInstanceCases, runInstancesCases } from './new-instances.js'
import {
  assignIpv4Cases,
  assignIpv6Cases,
  unassignIpv4Cases,
  unassignIpv6Cases,
} from './interface-addresses.js'
import {
  attachCases,
  createInterfaceCases,
  deleteInterfaceCases,
  describeInterfaceCases,
  detachCases,
  modifyInterfaceCases,
} from './interfaces.js'
import { listCases } from './lists.js'
import { networkCases } from './networks.js'
import { networkPathCases } from './network-paths.js'
import { createResourceGroupCases, getResourceGroupCases } from './resource-manager.js'
import { ruleCases } from './rules.js'
import { assumeRoleCases } from './sts.js'
import { tagCases } from './tags.js'
import { type Named, validCallOf } from './valid-calls.js'
import { newManagedGroup, nobody } from './world.js'

/** What is particular to an operation; `Action version` where two products have the action and differ. */
const own: Readonly<Record<string, Cases>> = {
  AssignIpv6Addresses: assignIpv6Cases,
  AssignPrivateIpAddresses: assignIpv4Cases,
  AttachClassicLinkVpc: attachLinkCases,
  AttachNetworkInterface: attachCases,
  AssumeRole: assumeRoleCases,
  AuthorizeSecurityGroup: ruleCases('ingress', 'authorize'),
  AuthorizeSecurityGroupEgress: ruleCases('egress', 'authorize'),
  CreateInstance: createInstanceCases,
  CreateNetworkInterface: createInterfaceCases,
  CreateResourceGroup: createResourceGroupCases,
  CreateSecurityGroup: createGroup,
  DeleteInstance: deleteInstanceCases,
  DeleteInstances: deleteInstancesCases,
  DeleteNetworkInterface: deleteInterfaceCases,
  DeleteSecurityGroup: deleteGroup,
  DescribeAvailableResource: describeAvailableResourceCases,
  DescribeClassicLinkInstances: describeLinkCases,
  DescribeEndpoint: {
    UnsupportedParameter: (call) => call({ Id: 'cn-hangzhou', ServiceCode: 'ecs', Password: 'x' }),
    'Illegal Parameter': (call) => call({ Id: 'cn-hangzhou', ServiceCode: 'rds' }),
  },
  DescribeImages: describeImagesCases,
  DescribeInstanceAttribute: {
    'InvalidInstanceId.NotFound': (call) => call({ InstanceId: nobody.instance }),
  },
  DescribeInstances: describeInstancesCases,
  DescribeNetworkInterfaceAttribute: describeInterfaceCases,
  DescribeSecurityGroupAttribute: describeAttribute,
  DescribeSecurityGroupReferences: describeReferences,
  DescribeSecurityGroups: describeGroups,
  DetachClassicLinkVpc: detachLinkCases,
  DetachNetworkInterface: detachCases,
  GetResourceGroup: getResourceGroupCases,
  JoinSecurityGroup: joinCases,
  ...listCases,
  ...tagCases,
  ...networkCases,
  ...networkPathCases,
  LeaveSecurityGroup: leaveCases,
  ModifyInstanceAttribute: modifyInstanceCases,
  ModifyNetworkInterfaceAttribute: modifyInterfaceCases,
  ModifySecurityGroupAttribute: modifyAttribute,
  ModifySecurityGroupEgressRule: ruleCases('egress', 'modify'),
  ModifySecurityGroupPolicy: modifyPolicy,
  ModifySecurityGroupRule: ruleCases('ingress', 'modify'),
  RebootInstance: rebootCases,
  RebootInstances: batchCases('stopped'),
  RevokeSecurityGroup: ruleCases('ingress', 'revoke'),
  RevokeSecurityGroupEgress: ruleCases('egress', 'revoke'),
  RunInstances: runInstancesCases,
  StartInstance: startCases,
  StartInstances: batchCases('running'),
  StopInstance: stopCases,
  StopInstances: batchCases('stopped'),
  UnassignIpv6Addresses: unassignIpv6Cases,
  UnassignPrivateIpAddresses: unassignIpv4Cases,
}

/** What is wrong in the same way wherever it is declared: a call that succeeds, and a change to it. */
const changes: Readonly<Record<string, object>> = {
  'MissingParameter.RegionId': { RegionId: undefined },
  'MissingParameter.RegionId#attribute': { RegionId: undefined },
  'MissingParameter.RegionId#delete': { RegionId: undefined },
  'MissingParamter.RegionId': { RegionId: undefined },
  'InvalidRegionId.NotFound': { RegionId: 'nowhere', Id: 'nowhere' },
  'NotSupported.PageNumberAndPageSize': { MaxResults: 10, PageSize: 10 },
  'InValidParameter.NextToken': { NextToken: 'x' },
  'InvalidSecurityGroupId.Malformed': { SecurityGroupId: 'sg 1' },
  'InvalidResourceGroup.NotFound': { ResourceGroupId: 'rg-1' },
  'InvalidTagKey.Malformed': { 'Tag.21.Key': 'k' },
  'InvalidTagValue.Malformed': { Tag: [{ Key: 'k', Value: 'http://x' }] },
  'Duplicate.TagKey': { Tag: [{ Key: 'k' }, { Key: 'k' }] },
  'InvalidClientToken.ValueNotSupported': { ClientToken: 'x'.repeat(65) },
  DryRunOperation: { DryRun: 'true' },
  'DRYRUN.SUCCESS': { DryRun: 'true' },
}

/** How an operation gets to an error; undefined when no case is known. */
export function caseOf(operation: Named, key: string): Case | undefined {
  const particular = ownCases(operation)[key]
  if (particular) return particular
  const valid = validCallOf(operation)
  if (key === 'IdempotentParameterMismatch') {
    return async (call, world) => {
      const parameters = { ...(await valid(world)), ClientToken: randomUUID() }
      const first = await call(parameters)
      if (first.status !== 200)
        throw new Error(`${operation.name} is not valid: ${JSON.stringify(first.body)}`)
      return call({ ...parameters, OwnerAccount: 'sallyport@local' })
    }
  }
  if (key === 'InvalidOperation.ResourceManagedByCloudProduct') {
    return async (call, world) => {
      const SecurityGroupId = await newManagedGroup(world.roomy)
      return call({ ...(await valid(world)), SecurityGroupId })
    }
  }
  const change = changes[key]
  return change && (async (call, world) => call({ ...(await valid(world)), ...change }))
}

const ownCases = ({ name, version }: Named): Cases => own[`${name} ${version}`] ?? own[name] ?? {}

/** Keys of the cases particular to an operation. */
export const ownKeys = (operation: Named): readonly string[] => Object.keys(ownCases(operation))
