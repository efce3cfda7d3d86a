import type { AnyOperation } from '../model/context.js'
import { addTags } from './ecs/add-tags.js'
import { assignIpv6Addresses } from './ecs/assign-ipv6-addresses.js'
import { assignPrivateIpAddresses } from './ecs/assign-private-ip-addresses.js'
import { attachClassicLinkVpc } from './ecs/attach-classic-link-vpc.js'
import { attachNetworkInterface } from './ecs/attach-network-interface.js'
import { authorizeSecurityGroupEgress } from './ecs/authorize-security-group-egress.js'
import { authorizeSecurityGroup } from './ecs/authorize-security-group.js'
import { createInstance } from './ecs/create-instance.js'
import { createNetworkInterface } from './ecs/create-network-interface.js'
import { createPortRangeList } from './ecs/create-port-range-list.js'
import { createPrefixList } from './ecs/create-prefix-list.js'
import { createSecurityGroup } from './ecs/create-security-group.js'
import { deleteInstance } from './ecs/delete-instance.js'
import { deleteInstances } from './ecs/delete-instances.js'
import { deleteNetworkInterface } from './ecs/delete-network-interface.js'
import { deletePortRangeList } from './ecs/delete-port-range-list.js'
import { deletePrefixList } from './ecs/delete-prefix-list.js'
import { deleteSecurityGroup } from './ecs/delete-security-group.js'
import { describeAvailableResource } from './ecs/describe-available-resource.js'
import { describeClassicLinkInstances } from './ecs/describe-classic-link-instances.js'
import { describeImages } from './ecs/describe-images.js'
import { describeInstanceAttribute } from './ecs/describe-instance-attribute.js'
import { describeInstanceStatus } from './ecs/describe-instance-status.js'
import { describeInstanceTypeFamilies } from './ecs/describe-instance-type-families.js'
import { describeInstanceTypes } from './ecs/describe-instance-types.js'
import { describeInstances } from './ecs/describe-instances.js'
import { describeNetworkInterfaceAttribute } from './ecs/describe-network-interface-attribute.js'
import { describeNetworkInterfaces } from './ecs/describe-network-interfaces.js'
import { describePortRangeListAssociations } from './ecs/describe-port-range-list-associations.js'
import { describePortRangeListEntries } from './ecs/describe-port-range-list-entries.js'
import { describePortRangeLists } from './ecs/describe-port-range-lists.js'
import { describePrefixListAssociations } from './ecs/describe-prefix-list-associations.js'
import { describePrefixListAttributes } from './ecs/describe-prefix-list-attributes.js'
import { describePrefixLists } from './ecs/describe-prefix-lists.js'
import { describeRegions } from './ecs/describe-regions.js'
import { describeSecurityGroupAttribute } from './ecs/describe-security-group-attribute.js'
import { describeSecurityGroupReferences } from './ecs/describe-security-group-references.js'
import { describeSecurityGroups } from './ecs/describe-security-groups.js'
import { describeTags } from './ecs/describe-tags.js'
import { describeZones } from './ecs/describe-zones.js'
import { detachClassicLinkVpc } from './ecs/detach-classic-link-vpc.js'
import { detachNetworkInterface } from './ecs/detach-network-interface.js'
import { joinResourceGroup } from './ecs/join-resource-group.js'
import { joinSecurityGroup } from './ecs/join-security-group.js'
import { leaveSecurityGroup } from './ecs/leave-security-group.js'
import { listTagResources } from './ecs/list-tag-resources.js'
import { modifyInstanceAttribute } from './ecs/modify-instance-attribute.js'
import { modifyNetworkInterfaceAttribute } from './ecs/modify-network-interface-attribute.js'
import { modifyPortRangeList } from './ecs/modify-port-range-list.js'
import { modifyPrefixList } from './ecs/modify-prefix-list.js'
import { modifySecurityGroupAttribute } from './ecs/modify-security-group-attribute.js'
import { modifySecurityGroupEgressRule } from './ecs/modify-security-group-egress-rule.js'
import { modifySecurityGroupPolicy } from './ecs/modify-security-group-policy.js'
import { modifySecurityGroupRule } from './ecs/modify-security-group-rule.js'
import { rebootInstance } from './ecs/reboot-instance.js'
import { rebootInstances } from './ecs/reboot-instances.js'
import { removeTags } from './ecs/remove-tags.js'
import { revokeSecurityGroupEgress } from './ecs/revoke-security-group-egress.js'
import { revokeSecurityGroup } from './ecs/revoke-security-group.js'
import { runInstances } from './ecs/run-instances.js'
import { startInstance } from './ecs/start-instance.js'
import { startInstances } from './ecs/start-instances.js'
import { stopInstance } from './ecs/stop-instance.js'
import { stopInstances } from './ecs/stop-instances.js'
import { tagResources } from './ecs/tag-resources.js'
import { unassignIpv6Addresses } from './ecs/unassign-ipv6-addresses.js'
import { unassignPrivateIpAddresses } from './ecs/unassign-private-ip-addresses.js'
import { untagResources } from './ecs/untag-resources.js'
import { describeEndpoint } from './location/describe-endpoint.js'
import { describeEndpoints } from './location/describe-endpoints.js'
import { createAndAnalyzeNetworkPath } from './nis/create-and-analyze-network-path.js'
import { createNetworkPath } from './nis/create-network-path.js'
import { createNetworkReachableAnalysis } from './nis/create-network-reachable-analysis.js'
import { deleteNetworkPath } from './nis/delete-network-path.js'
import { deleteNetworkReachableAnalysis } from './nis/delete-network-reachable-analysis.js'
import { getNetworkReachableAnalysis } from './nis/get-network-reachable-analysis.js'
import { createResourceGroup } from './resource-manager/create-resource-group.js'
import { getResourceGroup } from './resource-manager/get-resource-group.js'
import { listResourceGroups } from './resource-manager/list-resource-groups.js'
import { assumeRole } from './sts/assume-role.js'
import { getCallerIdentity } from './sts/get-caller-identity.js'
import { associateVpcCidrBlock } from './vpc/associate-vpc-cidr-block.js'
import { createDefaultVpc } from './vpc/create-default-vpc.js'
import { createDefaultVSwitch } from './vpc/create-default-vswitch.js'
import { createVpc } from './vpc/create-vpc.js'
import { createVSwitch } from './vpc/create-vswitch.js'
import { deleteVpc } from './vpc/delete-vpc.js'
import { deleteVSwitch } from './vpc/delete-vswitch.js'
import { describeRouteTableList } from './vpc/describe-route-table-list.js'
import { describeRouteTables } from './vpc/describe-route-tables.js'
import { describeVpcAttribute } from './vpc/describe-vpc-attribute.js'
import { describeVpcs } from './vpc/describe-vpcs.js'
import { describeVRouters } from './vpc/describe-vrouters.js'
import { describeVSwitchAttributes } from './vpc/describe-vswitch-attributes.js'
import { describeVSwitches } from './vpc/describe-vswitches.js'
import { disableVpcClassicLink } from './vpc/disable-vpc-classic-link.js'
import { enableVpcClassicLink } from './vpc/enable-vpc-classic-link.js'
import { listTagResources as listVpcTagResources } from './vpc/list-tag-resources.js'
import { modifyRouteTableAttributes } from './vpc/modify-route-table-attributes.js'
import { modifyVpcAttribute } from './vpc/modify-vpc-attribute.js'
import { modifyVRouterAttribute } from './vpc/modify-vrouter-attribute.js'
import { modifyVSwitchAttribute } from './vpc/modify-vswitch-attribute.js'
import { moveResourceGroup } from './vpc/move-resource-group.js'
import { onEcs } from './vpc/on-ecs.js'
import { tagResources as tagVpcResources } from './vpc/tag-resources.js'
import { unTagResources } from './vpc/un-tag-resources.js'
import { unassociateVpcCidrBlock } from './vpc/unassociate-vpc-cidr-block.js'

/** An action and its operation. INVARIANT: the key is the operation's name (a test says so). */
type Actions<Names extends string> = Readonly<Record<Names, AnyOperation>>

/** Actions of ECS 2014-05-26. */
type EcsAction =
  | 'AddTags'
  | 'AssignIpv6Addresses'
  | 'AssignPrivateIpAddresses'
  | 'AttachClassicLinkVpc'
  | 'AttachNetworkInterface'
  | 'AuthorizeSecurityGroup'
  | 'AuthorizeSecurityGroupEgress'
  | 'CreateInstance'
  | 'CreateNetworkInterface'
  | 'CreatePortRangeList'
  | 'CreatePrefixList'
  | 'CreateSecurityGroup'
  | 'CreateVSwitch'
  | 'CreateVpc'
  | 'DeleteInstance'
  | 'DeleteInstances'
  | 'DeleteNetworkInterface'
  | 'DeletePortRangeList'
  | 'DeletePrefixList'
  | 'DeleteSecurityGroup'
  | 'DeleteVSwitch'
  | 'DeleteVpc'
  | 'DescribeAvailableResource'
  | 'DescribeClassicLinkInstances'
  | 'DescribeImages'
  | 'DescribeInstanceAttribute'
  | 'DescribeInstanceStatus'
  | 'DescribeInstanceTypeFamilies'
  | 'DescribeInstanceTypes'
  | 'DescribeInstances'
  | 'DescribeNetworkInterfaceAttribute'
  | 'DescribeNetworkInterfaces'
  | 'DescribePortRangeListAssociations'
  | 'DescribePortRangeListEntries'
  | 'DescribePortRangeLists'
  | 'DescribePrefixListAssociations'
  | 'DescribePrefixListAttributes'
  | 'DescribePrefixLists'
  | 'DescribeRegions'
  | 'DescribeRouteTables'
  | 'DescribeSecurityGroupAttribute'
  | 'DescribeSecurityGroupReferences'
  | 'DescribeSecurityGroups'
  | 'DescribeTags'
  | 'DescribeVRouters'
  | 'DescribeVSwitches'
  | 'DescribeVpcs'
  | 'DescribeZones'
  | 'DetachClassicLinkVpc'
  | 'DetachNetworkInterface'
  | 'JoinResourceGroup'
  | 'JoinSecurityGroup'
  | 'LeaveSecurityGroup'
  | 'ListTagResources'
  | 'ModifyInstanceAttribute'
  | 'ModifyNetworkInterfaceAttribute'
  | 'ModifyPortRangeList'
  | 'ModifyPrefixList'
  | 'ModifySecurityGroupAttribute'
  | 'ModifySecurityGroupEgressRule'
  | 'ModifySecurityGroupPolicy'
  | 'ModifySecurityGroupRule'
  | 'ModifyVRouterAttribute'
  | 'ModifyVSwitchAttribute'
  | 'ModifyVpcAttribute'
  | 'RebootInstance'
  | 'RebootInstances'
  | 'RemoveTags'
  | 'RevokeSecurityGroup'
  | 'RevokeSecurityGroupEgress'
  | 'RunInstances'
  | 'StartInstance'
  | 'StartInstances'
  | 'StopInstance'
  | 'StopInstances'
  | 'TagResources'
  | 'UnassignIpv6Addresses'
  | 'UnassignPrivateIpAddresses'
  | 'UntagResources'

/** An action without an operation does not compile. */
export const ecsOperations: Actions<EcsAction> = {
  AddTags: addTags,
  AssignIpv6Addresses: assignIpv6Addresses,
  AssignPrivateIpAddresses: assignPrivateIpAddresses,
  AttachClassicLinkVpc: attachClassicLinkVpc,
  AttachNetworkInterface: attachNetworkInterface,
  AuthorizeSecurityGroup: authorizeSecurityGroup,
  AuthorizeSecurityGroupEgress: authorizeSecurityGroupEgress,
  CreateInstance: createInstance,
  CreateNetworkInterface: createNetworkInterface,
  CreatePortRangeList: createPortRangeList,
  CreatePrefixList: createPrefixList,
  CreateSecurityGroup: createSecurityGroup,
  CreateVSwitch: onEcs(createVSwitch),
  CreateVpc: onEcs(createVpc),
  DeleteInstance: deleteInstance,
  DeleteInstances: deleteInstances,
  DeleteNetworkInterface: deleteNetworkInterface,
  DeletePortRangeList: deletePortRangeList,
  DeletePrefixList: deletePrefixList,
  DeleteSecurityGroup: deleteSecurityGroup,
  DeleteVSwitch: onEcs(deleteVSwitch),
  DeleteVpc: onEcs(deleteVpc),
  DescribeAvailableResource: describeAvailableResource,
  DescribeClassicLinkInstances: describeClassicLinkInstances,
  DescribeImages: describeImages,
  DescribeInstanceAttribute: describeInstanceAttribute,
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstanceTypeFamilies: describeInstanceTypeFamilies,
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeInstances: describeInstances,
  DescribeNetworkInterfaceAttribute: describeNetworkInterfaceAttribute,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribePortRangeListAssociations: describePortRangeListAssociations,
  DescribePortRangeListEntries: describePortRangeListEntries,
  DescribePortRangeLists: describePortRangeLists,
  DescribePrefixListAssociations: describePrefixListAssociations,
  DescribePrefixListAttributes: describePrefixListAttributes,
  DescribePrefixLists: describePrefixLists,
  DescribeRegions: describeRegions,
  DescribeRouteTables: onEcs(describeRouteTables),
  DescribeSecurityGroupAttribute: describeSecurityGroupAttribute,
  DescribeSecurityGroupReferences: describeSecurityGroupReferences,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeTags: describeTags,
  DescribeVRouters: onEcs(describeVRouters),
  DescribeVSwitches: onEcs(describeVSwitches),
  DescribeVpcs: onEcs(describeVpcs),
  DescribeZones: describeZones,
  DetachClassicLinkVpc: detachClassicLinkVpc,
  DetachNetworkInterface: detachNetworkInterface,
  JoinResourceGroup: joinResourceGroup,
  JoinSecurityGroup: joinSecurityGroup,
  LeaveSecurityGroup: leaveSecurityGroup,
  ListTagResources: listTagResources,
  ModifyInstanceAttribute: modifyInstanceAttribute,
  ModifyNetworkInterfaceAttribute: modifyNetworkInterfaceAttribute,
  ModifyPortRangeList: modifyPortRangeList,
  ModifyPrefixList: modifyPrefixList,
  ModifySecurityGroupAttribute: modifySecurityGroupAttribute,
  ModifySecurityGroupEgressRule: modifySecurityGroupEgressRule,
  ModifySecurityGroupPolicy: modifySecurityGroupPolicy,
  ModifySecurityGroupRule: modifySecurityGroupRule,
  ModifyVRouterAttribute: onEcs(modifyVRouterAttribute),
  ModifyVSwitchAttribute: onEcs(modifyVSwitchAttribute),
  ModifyVpcAttribute: onEcs(modifyVpcAttribute),
  RebootInstance: rebootInstance,
  RebootInstances: rebootInstances,
  RemoveTags: removeTags,
  RevokeSecurityGroup: revokeSecurityGroup,
  RevokeSecurityGroupEgress: revokeSecurityGroupEgress,
  RunInstances: runInstances,
  StartInstance: startInstance,
  StartInstances: startInstances,
  StopInstance: stopInstance,
  StopInstances: stopInstances,
  TagResources: tagResources,
  UnassignIpv6Addresses: unassignIpv6Addresses,
  UnassignPrivateIpAddresses: unassignPrivateIpAddresses,
  UntagResources: untagResources,
}

/** Actions of VPC 2016-04-28. */
type VpcAction =
  | 'AssociateVpcCidrBlock'
  | 'CreateDefaultVSwitch'
  | 'CreateDefaultVpc'
  | 'CreateVSwitch'
  | 'CreateVpc'
  | 'DeleteVSwitch'
  | 'DeleteVpc'
  | 'DescribeRouteTableList'
  | 'DescribeRouteTables'
  | 'DescribeVRouters'
  | 'DescribeVSwitchAttributes'
  | 'DescribeVSwitches'
  | 'DescribeVpcAttribute'
  | 'DescribeVpcs'
  | 'DisableVpcClassicLink'
  | 'EnableVpcClassicLink'
  | 'ListTagResources'
  | 'ModifyRouteTableAttributes'
  | 'ModifyVRouterAttribute'
  | 'ModifyVSwitchAttribute'
  | 'ModifyVpcAttribute'
  | 'MoveResourceGroup'
  | 'TagResources'
  | 'UnTagResources'
  | 'UnassociateVpcCidrBlock'

export const vpcOperations: Actions<VpcAction> = {
  AssociateVpcCidrBlock: associateVpcCidrBlock,
  CreateDefaultVSwitch: createDefaultVSwitch,
  CreateDefaultVpc: createDefaultVpc,
  CreateVSwitch: createVSwitch,
  CreateVpc: createVpc,
  DeleteVSwitch: deleteVSwitch,
  DeleteVpc: deleteVpc,
  DescribeRouteTableList: describeRouteTableList,
  DescribeRouteTables: describeRouteTables,
  DescribeVRouters: describeVRouters,
  DescribeVSwitchAttributes: describeVSwitchAttributes,
  DescribeVSwitches: describeVSwitches,
  DescribeVpcAttribute: describeVpcAttribute,
  DescribeVpcs: describeVpcs,
  DisableVpcClassicLink: disableVpcClassicLink,
  EnableVpcClassicLink: enableVpcClassicLink,
  ListTagResources: listVpcTagResources,
  ModifyRouteTableAttributes: modifyRouteTableAttributes,
  ModifyVRouterAttribute: modifyVRouterAttribute,
  ModifyVSwitchAttribute: modifyVSwitchAttribute,
  ModifyVpcAttribute: modifyVpcAttribute,
  MoveResourceGroup: moveResourceGroup,
  TagResources: tagVpcResources,
  UnTagResources: unTagResources,
  UnassociateVpcCidrBlock: unassociateVpcCidrBlock,
}

/** Actions of Location 2015-06-12. */
type LocationAction = 'DescribeEndpoint' | 'DescribeEndpoints'

export const locationOperations: Actions<LocationAction> = {
  DescribeEndpoint: describeEndpoint,
  DescribeEndpoints: describeEndpoints,
}

/** Actions of Network Intelligence Service 2021-12-16: those on paths. */
type NisAction =
  | 'CreateAndAnalyzeNetworkPath'
  | 'CreateNetworkPath'
  | 'CreateNetworkReachableAnalysis'
  | 'DeleteNetworkPath'
  | 'DeleteNetworkReachableAnalysis'
  | 'GetNetworkReachableAnalysis'

export const nisOperations: Actions<NisAction> = {
  CreateAndAnalyzeNetworkPath: createAndAnalyzeNetworkPath,
  CreateNetworkPath: createNetworkPath,
  CreateNetworkReachableAnalysis: createNetworkReachableAnalysis,
  DeleteNetworkPath: deleteNetworkPath,
  DeleteNetworkReachableAnalysis: deleteNetworkReachableAnalysis,
  GetNetworkReachableAnalysis: getNetworkReachableAnalysis,
}

/** Actions of ResourceManager 2020-03-31. */
type ResourceManagerAction = 'CreateResourceGroup' | 'GetResourceGroup' | 'ListResourceGroups'

export const resourceManagerOperations: Actions<ResourceManagerAction> = {
  CreateResourceGroup: createResourceGroup,
  GetResourceGroup: getResourceGroup,
  ListResourceGroups: listResourceGroups,
}

/** Actions of STS 2015-04-01. */
type StsAction = 'AssumeRole' | 'GetCallerIdentity'

export const stsOperations: Actions<StsAction> = {
  AssumeRole: assumeRole,
  GetCallerIdentity: getCallerIdentity,
}

/** Everything the endpoint serves. */
export const operations: readonly AnyOperation[] = [
  ...Object.values(ecsOperations),
  ...Object.values(locationOperations),
  ...Object.values(nisOperations),
  ...Object.values(resourceManagerOperations),
  ...Object.values(stsOperations),
  ...Object.values(vpcOperations),
]
