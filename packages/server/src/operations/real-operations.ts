// Written by scripts/list-real-operations.mjs from the SDKs of the products. Do not edit.

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Every operation that the real products have, served here or not. */
export const realOperations = [
  {
    product: 'Ecs',
    version: '2014-05-26',
    names: words(`
      AcceptInquiredSystemEvent ActivateRouterInterface AddBandwidthPackageIps AddTags
      AllocateDedicatedHosts AllocateEipAddress AllocatePublicIpAddress ApplyAutoSnapshotPolicy
      AssignIpv6Addresses AssignPrivateIpAddresses AssociateEipAddress AssociateHaVip AttachClassicLinkVpc
      AttachDisk AttachInstanceRamRole AttachKeyPair AttachNetworkInterface AuthorizeSecurityGroup
      AuthorizeSecurityGroupEgress CancelAutoSnapshotPolicy CancelCopyImage CancelImagePipelineExecution
      CancelPhysicalConnection CancelSimulatedSystemEvents CancelTask CloneDisks ConnectRouterInterface
      ConvertNatPublicIpToEip CopyImage CopySnapshot CreateActivation CreateAutoProvisioningGroup
      CreateAutoSnapshotPolicy CreateCapacityReservation CreateCommand CreateDedicatedHostCluster
      CreateDeploymentSet CreateDiagnosticMetricSet CreateDiagnosticReport CreateDisk
      CreateElasticityAssurance CreateForwardEntry CreateHaVip CreateHpcCluster CreateImage
      CreateImageComponent CreateImagePipeline CreateInstance CreateKeyPair CreateLaunchTemplate
      CreateLaunchTemplateVersion CreateNatGateway CreateNetworkInterface CreateNetworkInterfacePermission
      CreatePhysicalConnection CreatePlanMaintenanceWindow CreatePortRangeList CreatePrefixList
      CreateRouteEntry CreateRouterInterface CreateSavingsPlan CreateSecurityGroup
      CreateSimulatedSystemEvents CreateSnapshot CreateSnapshotGroup CreateStorageSet CreateVSwitch
      CreateVirtualBorderRouter CreateVpc CreateVsc DeactivateRouterInterface DeleteActivation
      DeleteAutoProvisioningGroup DeleteAutoSnapshotPolicy DeleteBandwidthPackage DeleteCommand
      DeleteDedicatedHostCluster DeleteDeploymentSet DeleteDiagnosticMetricSets DeleteDiagnosticReports
      DeleteDisk DeleteForwardEntry DeleteHaVip DeleteHpcCluster DeleteImage DeleteImageComponent
      DeleteImagePipeline DeleteInstance DeleteInstances DeleteKeyPairs DeleteLaunchTemplate
      DeleteLaunchTemplateVersion DeleteNatGateway DeleteNetworkInterface DeleteNetworkInterfacePermission
      DeletePhysicalConnection DeletePlanMaintenanceWindow DeletePortRangeList DeletePrefixList
      DeleteRouteEntry DeleteRouterInterface DeleteSecurityGroup DeleteSnapshot DeleteSnapshotGroup
      DeleteStorageSet DeleteVSwitch DeleteVirtualBorderRouter DeleteVpc DeleteVsc
      DeregisterManagedInstance DescribeAccessPoints DescribeAccountAttributes DescribeActivations
      DescribeAutoProvisioningGroupHistory DescribeAutoProvisioningGroupInstances
      DescribeAutoProvisioningGroups DescribeAutoSnapshotPolicyAssociations DescribeAutoSnapshotPolicyEx
      DescribeAvailableResource DescribeBandwidthLimitation DescribeBandwidthPackages
      DescribeCapacityReservationInstances DescribeCapacityReservations DescribeClassicLinkInstances
      DescribeCloudAssistantSettings DescribeCloudAssistantStatus DescribeClusters DescribeCommands
      DescribeDedicatedHostAutoRenew DescribeDedicatedHostClusters DescribeDedicatedHostTypes
      DescribeDedicatedHosts DescribeDeploymentSetSupportedInstanceTypeFamily DescribeDeploymentSets
      DescribeDiagnosticMetricSets DescribeDiagnosticMetrics DescribeDiagnosticReportAttributes
      DescribeDiagnosticReports DescribeDiskDefaultKMSKeyId DescribeDiskEncryptionByDefaultStatus
      DescribeDiskMonitorData DescribeDisks DescribeDisksFullStatus DescribeEipAddresses
      DescribeEipMonitorData DescribeElasticityAssuranceAutoRenewAttribute
      DescribeElasticityAssuranceInstances DescribeElasticityAssurances DescribeEniMonitorData
      DescribeForwardTableEntries DescribeHaVips DescribeHpcClusters DescribeImageComponents
      DescribeImageFromFamily DescribeImagePipelineExecutions DescribeImagePipelines
      DescribeImageSharePermission DescribeImageSupportInstanceTypes DescribeImages
      DescribeInstanceAttachmentAttributes DescribeInstanceAttribute DescribeInstanceAutoRenewAttribute
      DescribeInstanceHistoryEvents DescribeInstanceMaintenanceAttributes DescribeInstanceModificationPrice
      DescribeInstanceMonitorData DescribeInstanceRamRole DescribeInstanceStatus DescribeInstanceTopology
      DescribeInstanceTypeFamilies DescribeInstanceTypes DescribeInstanceVncUrl DescribeInstances
      DescribeInstancesFullStatus DescribeInvocationResults DescribeInvocations DescribeKeyPairs
      DescribeLaunchTemplateVersions DescribeLaunchTemplates DescribeLimitation DescribeLockedSnapshots
      DescribeManagedInstances DescribeNatGateways DescribeNetworkInterfaceAttribute
      DescribeNetworkInterfacePermissions DescribeNetworkInterfaces DescribeNewProjectEipMonitorData
      DescribePhysicalConnections DescribePlanMaintenanceWindows DescribePortRangeListAssociations
      DescribePortRangeListEntries DescribePortRangeLists DescribePrefixListAssociations
      DescribePrefixListAttributes DescribePrefixLists DescribePrice DescribeRecommendInstanceType
      DescribeRegions DescribeRenewalPrice DescribeReservedInstanceAutoRenewAttribute
      DescribeReservedInstances DescribeResourceByTags DescribeResourcesModification DescribeRouteTables
      DescribeRouterInterfaces DescribeSavingsPlanEstimation DescribeSavingsPlanPrice
      DescribeSecurityGroupAttribute DescribeSecurityGroupReferences DescribeSecurityGroups
      DescribeSendFileResults DescribeSnapshotGroups DescribeSnapshotLinks DescribeSnapshotMonitorData
      DescribeSnapshotPackage DescribeSnapshots DescribeSnapshotsUsage DescribeSpotAdvice
      DescribeSpotPriceHistory DescribeStorageCapacityUnits DescribeStorageSetDetails DescribeStorageSets
      DescribeTags DescribeTaskAttribute DescribeTasks DescribeTerminalSessions
      DescribeUserBusinessBehavior DescribeUserData DescribeVRouters DescribeVSwitches
      DescribeVirtualBorderRouters DescribeVirtualBorderRoutersForPhysicalConnection DescribeVpcs
      DescribeVscs DescribeZones DetachClassicLinkVpc DetachDisk DetachInstanceRamRole DetachKeyPair
      DetachNetworkInterface DisableActivation DisableDiskEncryptionByDefault DisableNetworkInterfaceQoS
      EnableDiskEncryptionByDefault EnableNetworkInterfaceQoS EnablePhysicalConnection EndTerminalSession
      ExportImage ExportSnapshot GetInstanceConsoleOutput GetInstanceScreenshot ImportImage ImportKeyPair
      InstallCloudAssistant InvokeCommand JoinResourceGroup JoinSecurityGroup LeaveSecurityGroup
      ListPluginStatus ListTagResources LockSnapshot ModifyAutoProvisioningGroup ModifyAutoSnapshotPolicyEx
      ModifyBandwidthPackageSpec ModifyCapacityReservation ModifyCloudAssistantSettings ModifyCommand
      ModifyDedicatedHostAttribute ModifyDedicatedHostAutoReleaseTime ModifyDedicatedHostAutoRenewAttribute
      ModifyDedicatedHostClusterAttribute ModifyDedicatedHostsChargeType ModifyDeploymentSetAttribute
      ModifyDiagnosticMetricSet ModifyDiskAttribute ModifyDiskChargeType ModifyDiskDefaultKMSKeyId
      ModifyDiskDeployment ModifyDiskSpec ModifyEipAddressAttribute ModifyElasticityAssurance
      ModifyElasticityAssuranceAutoRenewAttribute ModifyForwardEntry ModifyHaVipAttribute
      ModifyHpcClusterAttribute ModifyImageAttribute ModifyImageShareGroupPermission
      ModifyImageSharePermission ModifyInstanceAttachmentAttributes ModifyInstanceAttribute
      ModifyInstanceAutoReleaseTime ModifyInstanceAutoRenewAttribute ModifyInstanceChargeType
      ModifyInstanceClockOptions ModifyInstanceDeployment ModifyInstanceMaintenanceAttributes
      ModifyInstanceMetadataOptions ModifyInstanceNetworkOptions ModifyInstanceNetworkSpec
      ModifyInstanceSecurityOptions ModifyInstanceSpec ModifyInstanceVncPasswd ModifyInstanceVpcAttribute
      ModifyInvocationAttribute ModifyLaunchTemplateDefaultVersion ModifyManagedInstance
      ModifyNetworkInterfaceAttribute ModifyPhysicalConnectionAttribute ModifyPlanMaintenanceWindow
      ModifyPortRangeList ModifyPrefixList ModifyPrepayInstanceSpec ModifyReservedInstanceAttribute
      ModifyReservedInstanceAutoRenewAttribute ModifyReservedInstances ModifyRouterInterfaceAttribute
      ModifyRouterInterfaceSpec ModifySecurityGroupAttribute ModifySecurityGroupEgressRule
      ModifySecurityGroupPolicy ModifySecurityGroupRule ModifySnapshotAttribute ModifySnapshotCategory
      ModifySnapshotGroup ModifyStorageCapacityUnitAttribute ModifyStorageSetAttribute
      ModifySystemEventAttribute ModifyUserBusinessBehavior ModifyVRouterAttribute ModifyVSwitchAttribute
      ModifyVirtualBorderRouterAttribute ModifyVpcAttribute OpenSnapshotService
      PurchaseReservedInstancesOffering PurchaseStorageCapacityUnit ReActivateInstances ReInitDisk
      RebootInstance RebootInstances RecoverVirtualBorderRouter RedeployDedicatedHost RedeployInstance
      ReleaseCapacityReservation ReleaseDedicatedHost ReleaseEipAddress ReleasePublicIpAddress
      RemoveBandwidthPackageIps RemoveTags RenewDedicatedHosts RenewElasticityAssurances RenewInstance
      RenewReservedInstances ReplaceSystemDisk ReportInstancesStatus ResetDisk ResetDiskDefaultKMSKeyId
      ResetDisks ResizeDisk RevokeSecurityGroup RevokeSecurityGroupEgress RunCommand RunInstances
      SendDiagnosticInterrupt SendFile StartImagePipelineExecution StartInstance StartInstances
      StartTerminalSession StopInstance StopInstances StopInvocation TagResources
      TerminatePhysicalConnection TerminateVirtualBorderRouter UnassignIpv6Addresses
      UnassignPrivateIpAddresses UnassociateEipAddress UnassociateHaVip UnlockSnapshot UntagResources
    `),
  },
  {
    product: 'ResourceManager',
    version: '2020-03-31',
    names: words(`
      AcceptHandshake AttachControlPolicy AttachPolicy BindSecureMobilePhone CancelChangeAccountEmail
      CancelCreateCloudAccount CancelHandshake CancelPromoteResourceAccount ChangeAccountEmail
      CheckAccountDelete CreateAutoGroupingRule CreateCloudAccount CreateControlPolicy CreateFolder
      CreatePolicy CreatePolicyVersion CreateResourceAccount CreateResourceGroup CreateRole
      CreateServiceLinkedRole DeclineHandshake DeleteAccount DeleteAutoGroupingRule DeleteControlPolicy
      DeleteFolder DeletePolicy DeletePolicyVersion DeleteResourceGroup DeleteRole DeleteServiceLinkedRole
      DeregisterDelegatedAdministrator DestroyResourceDirectory DetachControlPolicy DetachPolicy
      DisableAssociatedTransfer DisableAutoGrouping DisableControlPolicy DisableResourceGroupNotification
      EnableAssociatedTransfer EnableAutoGrouping EnableControlPolicy EnableResourceDirectory
      EnableResourceGroupNotification GetAccount GetAccountDeletionCheckResult GetAccountDeletionStatus
      GetAutoGroupingRule GetAutoGroupingStatus GetControlPolicy GetControlPolicyEnablementStatus GetFolder
      GetHandshake GetPayerForAccount GetPolicy GetPolicyVersion GetResourceDirectory GetResourceGroup
      GetResourceGroupAdminSetting GetResourceGroupNotificationSetting GetResourceGroupResourceCounts
      GetRole GetServiceLinkedRoleDeletionStatus InitResourceDirectory InviteAccountToResourceDirectory
      ListAccounts ListAccountsForParent ListAncestors ListAssociatedTransferSetting
      ListAutoGroupingRemediations ListAutoGroupingRules ListControlPolicies
      ListControlPolicyAttachmentsForTarget ListDelegatedAdministrators ListDelegatedServicesForAccount
      ListFoldersForParent ListHandshakesForAccount ListHandshakesForResourceDirectory ListPolicies
      ListPolicyAttachments ListPolicyVersions ListResourceGroupCapability ListResourceGroups
      ListResourceGroupsWithAuthDetails ListResources ListRoles ListTagKeys ListTagResources ListTagValues
      ListTargetAttachmentsForControlPolicy ListTrustedServiceStatus LookupResourceGroupEvents MoveAccount
      MoveResources PromoteResourceAccount RegisterDelegatedAdministrator RemoveCloudAccount
      ResendCreateCloudAccountEmail ResendPromoteResourceAccountEmail RetryChangeAccountEmail
      SendVerificationCodeForBindSecureMobilePhone SendVerificationCodeForEnableRD SetDefaultPolicyVersion
      SetMemberDeletionPermission TagResources UntagResources UpdateAccount UpdateAssociatedTransferSetting
      UpdateAutoGroupingConfig UpdateAutoGroupingRule UpdateControlPolicy UpdateFolder UpdateResourceGroup
      UpdateResourceGroupAdminSetting UpdateRole
    `),
  },
  {
    product: 'Sts',
    version: '2015-04-01',
    names: words(`
      AssumeRole AssumeRoleWithOIDC AssumeRoleWithSAML GetCallerIdentity
    `),
  },
  {
    product: 'Vpc',
    version: '2016-04-28',
    names: words(`
      ActivateRouterInterface ActiveFlowLog AddBgpNetwork AddCommonBandwidthPackageIp
      AddCommonBandwidthPackageIps AddGlobalAccelerationInstanceIp AddIPv6TranslatorAclListEntry
      AddPublicIpAddressPoolCidrBlock AddSourcesToTrafficMirrorSession AllocateEipAddress
      AllocateEipAddressPro AllocateEipSegmentAddress AllocateIpv6Address AllocateIpv6InternetBandwidth
      AllocateVpcIpv6Cidr ApplyPhysicalConnectionLOA AssociateEipAddress AssociateEipAddressBatch
      AssociateHaVip AssociateMacSecKey AssociateNetworkAcl
      AssociatePhysicalConnectionToVirtualBorderRouter AssociateRouteTable AssociateRouteTableWithGateway
      AssociateRouteTablesWithVpcGatewayEndpoint AssociateVpcCidrBlock AssociateVpnGatewayWithCertificate
      AttachDhcpOptionsSetToVpc AttachVbrToVpconn CancelCommonBandwidthPackageIpBandwidth
      CancelPhysicalConnection ChangeResourceGroup CheckCanAllocateVpcPrivateIpAddress CheckVpnBgpEnabled
      CompletePhysicalConnectionLOA ConfirmPhysicalConnection ConnectRouterInterface CopyNetworkAclEntries
      CreateBgpGroup CreateBgpPeer CreateCommonBandwidthPackage CreateCustomerGateway CreateDefaultVSwitch
      CreateDefaultVpc CreateDhcpOptionsSet CreateEnhancedVpnGateway CreateExpressCloudConnection
      CreateExpressConnectTrafficQos CreateExpressConnectTrafficQosQueue CreateExpressConnectTrafficQosRule
      CreateFailoverTestJob CreateFlowLog CreateForwardEntry CreateFullNatEntry
      CreateGlobalAccelerationInstance CreateHaVip CreateHighReliablePhysicalConnection
      CreateIPv6Translator CreateIPv6TranslatorAclList CreateIPv6TranslatorEntry CreateIpsecServer
      CreateIpv4Gateway CreateIpv6EgressOnlyRule CreateIpv6Gateway CreateNatGateway CreateNatIp
      CreateNatIpCidr CreateNetworkAcl CreatePhysicalConnection CreatePhysicalConnectionOccupancyOrder
      CreatePhysicalConnectionSetupOrder CreatePublicIpAddressPool CreateRouteEntries CreateRouteEntry
      CreateRouteTable CreateRouteTargetGroup CreateRouterInterface CreateSnatEntry CreateSslVpnClientCert
      CreateSslVpnServer CreateTrafficMirrorFilter CreateTrafficMirrorFilterRules
      CreateTrafficMirrorSession CreateVSwitch CreateVSwitchCidrReservation CreateVbrHa CreateVcoRouteEntry
      CreateVirtualBorderRouter CreateVirtualPhysicalConnection CreateVpc CreateVpcGatewayEndpoint
      CreateVpcPrefixList CreateVpconnFromVbr CreateVpnAttachment CreateVpnConnection CreateVpnGateway
      CreateVpnPbrRouteEntry CreateVpnRouteEntry DeactivateRouterInterface DeactiveFlowLog DeleteBgpGroup
      DeleteBgpNetwork DeleteBgpPeer DeleteCommonBandwidthPackage DeleteCustomerGateway
      DeleteDhcpOptionsSet DeleteEnhancedVpnGateway DeleteExpressConnect DeleteExpressConnectTrafficQos
      DeleteExpressConnectTrafficQosQueue DeleteExpressConnectTrafficQosRule DeleteFailoverTestJob
      DeleteFlowLog DeleteForwardEntry DeleteFullNatEntry DeleteGlobalAccelerationInstance DeleteHaVip
      DeleteIPv6Translator DeleteIPv6TranslatorAclList DeleteIPv6TranslatorEntry DeleteIpsecServer
      DeleteIpv4Gateway DeleteIpv6EgressOnlyRule DeleteIpv6Gateway DeleteIpv6InternetBandwidth
      DeleteNatGateway DeleteNatIp DeleteNatIpCidr DeleteNetworkAcl DeletePhysicalConnection
      DeletePublicIpAddressPool DeletePublicIpAddressPoolCidrBlock DeleteRouteEntries DeleteRouteEntry
      DeleteRouteTable DeleteRouteTargetGroup DeleteRouterInterface DeleteSnatEntry DeleteSslVpnClientCert
      DeleteSslVpnServer DeleteTrafficMirrorFilter DeleteTrafficMirrorFilterRules
      DeleteTrafficMirrorSession DeleteVSwitch DeleteVSwitchCidrReservation DeleteVbrHa DeleteVcoRouteEntry
      DeleteVirtualBorderRouter DeleteVpc DeleteVpcGatewayEndpoint DeleteVpcPrefixList DeleteVpnAttachment
      DeleteVpnConnection DeleteVpnGateway DeleteVpnPbrRouteEntry DeleteVpnRouteEntry DeletionProtection
      Describe95Traffic DescribeAccessPoints DescribeBgpGroups DescribeBgpNetworks DescribeBgpPeers
      DescribeCommonBandwidthPackages DescribeCustomerGateway DescribeCustomerGateways
      DescribeEcGrantRelation DescribeEipAddresses DescribeEipGatewayInfo DescribeEipMonitorData
      DescribeEipSegment DescribeExpressConnectTrafficQos DescribeExpressConnectTrafficQosQueue
      DescribeExpressConnectTrafficQosRule DescribeFailoverTestJob DescribeFailoverTestJobs
      DescribeFlowLogs DescribeForwardTableEntries DescribeGlobalAccelerationInstances
      DescribeGrantRulesToCen DescribeGrantRulesToEcr DescribeHaVips
      DescribeHighDefinitionMonitorLogAttribute DescribeIPv6TranslatorAclListAttributes
      DescribeIPv6TranslatorAclLists DescribeIPv6TranslatorEntries DescribeIPv6Translators
      DescribeIpv6Addresses DescribeIpv6EgressOnlyRules DescribeIpv6GatewayAttribute DescribeIpv6Gateways
      DescribeNatGatewayAssociateNetworkInterfaces DescribeNatGateways DescribeNetworkAclAttributes
      DescribeNetworkAcls DescribePhysicalConnectionLOA DescribePhysicalConnections DescribePublicIpAddress
      DescribeRegions DescribeRouteEntryList DescribeRouteTableList DescribeRouteTables
      DescribeRouterInterfaceAttribute DescribeRouterInterfaces
      DescribeServerRelatedGlobalAccelerationInstances DescribeSnatTableEntries DescribeSslVpnClientCert
      DescribeSslVpnClientCerts DescribeSslVpnClients DescribeSslVpnServers DescribeTagKeys
      DescribeTagKeysForExpressConnect DescribeTags DescribeVRouters DescribeVSwitchAttributes
      DescribeVSwitches DescribeVbrHa DescribeVcoRouteEntries DescribeVirtualBorderRouters
      DescribeVirtualBorderRoutersForPhysicalConnection DescribeVpcAttribute DescribeVpcGrantRulesToEcr
      DescribeVpcs DescribeVpnAttachments DescribeVpnConnection DescribeVpnConnectionLogs
      DescribeVpnConnections DescribeVpnCrossAccountAuthorizations DescribeVpnGateway
      DescribeVpnGatewayAvailableZones DescribeVpnGateways DescribeVpnPbrRouteEntries
      DescribeVpnRouteEntries DescribeVpnSslServerLogs DescribeZones DetachDhcpOptionsSetFromVpc
      DiagnoseVpnConnections DiagnoseVpnGateway DisableVpcClassicLink DisassociateMacSecKey
      DissociateRouteTableFromGateway DissociateRouteTablesFromVpcGatewayEndpoint
      DissociateVpnGatewayWithCertificate DownloadVpnConnectionConfig EnablePhysicalConnection
      EnableVpcClassicLink EnableVpcIpv4Gateway GetDhcpOptionsSet GetFlowLogServiceStatus
      GetIpv4GatewayAttribute GetNatGatewayAttribute GetPhysicalConnectionServiceStatus
      GetPublicIpAddressPoolServiceStatus GetRouteTargetGroup GetTrafficMirrorServiceStatus
      GetVSwitchCidrReservationUsage GetVpcGatewayEndpointAttribute GetVpcPrefixListAssociations
      GetVpcPrefixListEntries GetVpcRouteEntrySummary GetVpnGatewayDiagnoseResult GrantInstanceToCen
      GrantInstanceToVbr ListBusinessAccessPoints ListBusinessRegions ListDhcpOptionsSets
      ListEnhanhcedNatGatewayAvailableZones ListFullNatEntries ListGatewayRouteTableEntries
      ListGeographicSubRegions ListIpsecServerLogs ListIpsecServers ListIpv4Gateways ListNatIpCidrs
      ListNatIps ListPhysicalConnectionFeatures ListPrefixLists ListPublicIpAddressPoolCidrBlocks
      ListPublicIpAddressPools ListRouteTargetGroups ListTagResources ListTagResourcesForExpressConnect
      ListTrafficMirrorFilters ListTrafficMirrorSessions ListVSwitchCidrReservations
      ListVirtualPhysicalConnections ListVpcEndpointServicesByEndUser ListVpcGatewayEndpoints
      ListVpcPublishedRouteEntries ListVpnCertificateAssociations ModifyBgpGroupAttribute
      ModifyBgpPeerAttribute ModifyCommonBandwidthPackageAttribute ModifyCommonBandwidthPackageIpBandwidth
      ModifyCommonBandwidthPackageSpec ModifyCustomerGatewayAttribute ModifyEipAddressAttribute
      ModifyEipForwardMode ModifyExpressCloudConnectionAttribute ModifyExpressCloudConnectionBandwidth
      ModifyExpressConnectTrafficQos ModifyExpressConnectTrafficQosQueue ModifyExpressConnectTrafficQosRule
      ModifyFlowLogAttribute ModifyForwardEntry ModifyFullNatEntryAttribute
      ModifyGlobalAccelerationInstanceAttributes ModifyGlobalAccelerationInstanceSpec ModifyHaVipAttribute
      ModifyIPv6TranslatorAclAttribute ModifyIPv6TranslatorAclListEntry ModifyIPv6TranslatorAttribute
      ModifyIPv6TranslatorBandwidth ModifyIPv6TranslatorEntry ModifyIpv6AddressAttribute
      ModifyIpv6GatewayAttribute ModifyIpv6InternetBandwidth ModifyNatGatewayAttribute ModifyNatGatewaySpec
      ModifyNatIpAttribute ModifyNatIpCidrAttribute ModifyNetworkAclAttributes
      ModifyPhysicalConnectionAttribute ModifyRouteEntry ModifyRouteTableAttributes
      ModifyRouterInterfaceAttribute ModifyRouterInterfaceSpec ModifySnatEntry ModifySslVpnClientCert
      ModifySslVpnServer ModifyTunnelAttribute ModifyVRouterAttribute ModifyVSwitchAttribute
      ModifyVSwitchCidrReservationAttribute ModifyVcoRouteEntryWeight ModifyVirtualBorderRouterAttribute
      ModifyVpcAttribute ModifyVpcCidrBlock ModifyVpcPrefixList ModifyVpnAttachmentAttribute
      ModifyVpnConnectionAttribute ModifyVpnGatewayAttribute ModifyVpnPbrRouteEntryAttribute
      ModifyVpnPbrRouteEntryPriority ModifyVpnPbrRouteEntryWeight ModifyVpnRouteEntryWeight
      MoveResourceGroup MoveVpnResourceGroup OpenFlowLogService OpenPhysicalConnectionService
      OpenPublicIpAddressPoolService OpenTrafficMirrorService PublishVpcRouteEntries PublishVpnRouteEntry
      RecoverPhysicalConnection RecoverVirtualBorderRouter ReleaseEipAddress ReleaseEipSegmentAddress
      ReleaseIpv6Address RemoveCommonBandwidthPackageIp RemoveGlobalAccelerationInstanceIp
      RemoveIPv6TranslatorAclListEntry RemoveSourcesFromTrafficMirrorSession ReplaceVpcDhcpOptionsSet
      RetryVpcPrefixListAssociation RevokeInstanceFromCen RevokeInstanceFromVbr
      SecondApplyPhysicalConnectionLOA SetHighDefinitionMonitorLogStatus StartFailoverTestJob
      StopFailoverTestJob SwitchActiveRouteTarget TagResources TagResourcesForExpressConnect
      TerminatePhysicalConnection TerminateVirtualBorderRouter TransformEipSegmentToPublicIpAddressPool
      UnTagResources UnassociateEipAddress UnassociateGlobalAccelerationInstance UnassociateHaVip
      UnassociateNetworkAcl UnassociatePhysicalConnectionFromVirtualBorderRouter UnassociateRouteTable
      UnassociateVpcCidrBlock UntagResourcesForExpressConnect UpdateDhcpOptionsSetAttribute
      UpdateEnhancedVpnGateway UpdateFailoverTestJob UpdateGatewayRouteTableEntryAttribute
      UpdateIpsecServer UpdateIpv4GatewayAttribute UpdateNatGatewayNatType UpdateNetworkAclEntries
      UpdatePublicIpAddressPoolAttribute UpdateRouteTargetGroup UpdateTrafficMirrorFilterAttribute
      UpdateTrafficMirrorFilterRuleAttribute UpdateTrafficMirrorSessionAttribute
      UpdateVirtualBorderBandwidth UpdateVirtualPhysicalConnection UpdateVpcGatewayEndpointAttribute
      VpcDescribeVpcNatGatewayNetworkInterfaceQuota WithdrawVpcPublishedRouteEntries
    `),
  },
] as const
