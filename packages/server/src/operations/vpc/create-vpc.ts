import { ecsError } from '../../errors/ecs.js'
import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { isNetworkDescription, isNetworkName } from '../../model/network-names.js'
import { checkVpcQuota, createVpc as create } from '../../model/networks.js'
import { regionOf } from '../../model/regions.js'
import {
  defaultResourceGroupOf,
  putInResourceGroup,
  requireResourceGroup,
} from '../../model/resource-groups.js'
import { parseTags, putTags } from '../../model/tags.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { parseUserCidrs } from '../../model/user-cidrs.js'
import { regionId, tagInputs } from '../ecs/shared-inputs.js'
import { dryRun, ipv6Isp, resourceGroupId, tagErrors, userCidrErrors } from './shared-inputs.js'

export const createVpc = vpcWrite({
  name: 'CreateVpc',
  summary: 'Creates a VPC without vSwitches.',
  idempotent: true,
  inputs: {
    RegionId: regionId,
    CidrBlock: { kind: 'string', doc: 'IPv4 block, /8 to /28. Default: 172.16.0.0/12.' },
    VpcName: { kind: 'string', doc: '1 to 128 characters, no web address.' },
    Description: { kind: 'string', doc: '1 to 256 characters, no web address.' },
    EnableIpv6: {
      kind: 'boolean',
      doc: 'Whether the VPC gets an IPv6 block: a /56 of fd5a:1170::/32 that no other VPC has.',
    },
    Ipv6CidrBlock: { kind: 'string', doc: 'The IPv6 block to get instead: a /56 that no other VPC has.' },
    Ipv6Isp: ipv6Isp,
    ResourceGroupId: resourceGroupId,
    Tag: tagInputs,
    DryRun: dryRun,
    EnableDnsHostname: { kind: 'boolean', doc: 'Only false: DNS host names are not supported.' },
    UserCidr: {
      kind: 'string',
      doc: 'Blocks of the user: up to 3 IPv4 blocks, separated by commas. Stored and shown only.',
    },
    Ipv4IpamPoolId: { kind: 'string', doc: 'Not supported.' },
    Ipv4CidrMask: { kind: 'integer', doc: 'Not supported.' },
    Ipv6IpamPoolId: { kind: 'string', doc: 'Not supported.' },
    Ipv6CidrMask: { kind: 'integer', doc: 'Not supported.' },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidVpcName.Malformed',
    'InvalidVpcDiscription.Malformed',
    ...tagErrors,
    'InvalidResourceGroup.NotFound',
    'InvalidParameter#vpc-block',
    'InvalidParameter#ipv6-block',
    ...userCidrErrors,
    'QuotaExceeded.Vpc',
    'DryRunOperation',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const { EnableDnsHostname, Ipv4IpamPoolId, Ipv4CidrMask, Ipv6IpamPoolId, Ipv6CidrMask } = input
    refuseUnsupported({ EnableDnsHostname, Ipv4IpamPoolId, Ipv4CidrMask, Ipv6IpamPoolId, Ipv6CidrMask })
    if (input.VpcName !== undefined && !isNetworkName(input.VpcName)) {
      throw vpcError('InvalidVpcName.Malformed')
    }
    if (input.Description !== undefined && !isNetworkDescription(input.Description)) {
      throw vpcError('InvalidVpcDiscription.Malformed')
    }
    const tags = parseTags(input.Tag)
    const group = await requireResourceGroup(session, scope.accountId, input.ResourceGroupId)
    const wanted = {
      cidrBlock: input.CidrBlock ?? '172.16.0.0/12',
      ipv6: input.Ipv6CidrBlock ?? (input.EnableIpv6 ? 'any' : undefined),
      name: input.VpcName ?? '',
      description: input.Description ?? '',
      userCidrs: input.UserCidr === undefined ? '' : parseUserCidrs(input.UserCidr),
      isDefault: false,
    }
    await checkVpcQuota(session, scope, settings.quotas)
    const vpc = await create(session, scope, wanted, caller.now)
    await putTags(session, scope.accountId, 'vpc', vpc.id, tags)
    await putInResourceGroup(session, 'vpc', vpc.id, group)
    if (input.DryRun) throw ecsError('DryRunOperation')
    return {
      VpcId: vpc.id,
      VRouterId: vpc.vrouter_id,
      RouteTableId: vpc.route_table_id,
      ResourceGroupId: group ?? defaultResourceGroupOf(scope.accountId),
    }
  },
})
