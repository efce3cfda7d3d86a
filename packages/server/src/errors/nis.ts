import { type ErrorTable, raiser } from '@sallyport/protocol'

/**
 * What Network Intelligence Service 2021-12-16 operations answer when they refuse, beyond the rows on tags and resource
 * groups that they share with ECS. Codes and statuses come from the reference pages of the six operations on paths. They
 * print the texts of SourceId, TargetId, Protocol and of a path that is not there; the other texts follow their pattern.
 */
export const nisErrors = {
  'IllegalParam.SourceType': {
    status: 400,
    message: 'The specified SourceType(%s) is invalid.',
    when: 'SourceType is none of ecs, internetIp, vsw, vpn and vbr',
  },
  'IllegalParam.TargetType': {
    status: 400,
    message: 'The specified TargetType(%s) is invalid.',
    when: 'TargetType is none of ecs, internetIp, vsw, vpn, vbr and clb',
  },
  'IllegalParam.Protocol': {
    status: 400,
    message: 'The specified Protocol(%s) is invalid.',
    when: 'Protocol is none of tcp, udp and icmp',
  },
  'IllegalParam.SourcePort': {
    status: 400,
    message: 'The specified SourcePort(%s) is invalid. Valid values: (0,65536].',
    when: 'SourcePort is no whole number from 0 (any port) to 65535',
  },
  'IllegalParam.TargetPort': {
    status: 400,
    message: 'The specified TargetPort(%s) is invalid. Valid values: (0,65536].',
    when: 'TargetPort is no whole number from 0 (every port) to 65535',
  },
  'IllegalParam.SourceAndTargetInternetIp': {
    status: 400,
    message: 'The source and the target cannot both be public IP addresses outside of Alibaba Cloud.',
    when: 'SourceType and TargetType are both internetIp',
  },
  'IllegalParam.IP': {
    status: 400,
    message: 'The specified IP address(%s) is invalid.',
    when: 'the id of an end of the type internetIp is no IPv4 address',
  },
  'IllegalParam.InternetIP': {
    status: 400,
    message: 'The specified IP address(%s) is not a public IP address.',
    when: 'the id of an end of the type internetIp is a private or otherwise special address',
  },
  'IllegalParam.TypeAndIdMismatch': {
    status: 400,
    message: 'The specified type(%s) and ID(%s) do not match.',
    when: 'the id of an end is that of another type of resource',
  },
  'IllegalParam.SourceId': {
    status: 400,
    message: 'The specified SourceId(%s) may be not exist.',
    when: 'the account has no such source in the region',
  },
  'IllegalParam.TargetId': {
    status: 400,
    message: 'The specified TargetId(%s) may be not exist.',
    when: 'the account has no such target in the region',
  },
  'IllegalParam.SourceIp': {
    status: 400,
    message: 'The specified SourceIpAddress(%s) is invalid.',
    when: 'SourceIpAddress is no IPv4 address of the source',
  },
  'IllegalParam.TargetIp': {
    status: 400,
    message: 'The specified TargetIpAddress(%s) is invalid.',
    when: 'TargetIpAddress is no IPv4 address of the target',
  },
  'IllegalParam.SourceEqualTarget': {
    status: 400,
    message: 'The source and the target are the same.',
    when: 'both ends are the same address of the same resource',
  },
  'QuotaExceeded.NetworkPath': {
    status: 400,
    message: 'The number of network paths exceeds the quota. Usage: %s. Limit: %s.',
    when: 'the account has as many saved paths as the quota allows',
  },
  'ResourceAlreadyExist.NetworkPath': {
    status: 400,
    message: 'A network path with the same configuration already exists.',
    when: 'the account saved a path with the same ends, ports and protocol',
  },
  'ResourceNotFound.NetworkPath': {
    status: 404,
    message: 'The instance resource (%s) does not exist.',
    when: 'the account has no such path',
  },
  'QuotaExceeded.MaxNraCount': {
    status: 400,
    message: 'The number of analysis records exceeds the quota. Usage: %s. Limit: %s.',
    when: 'the account keeps as many analyses of saved paths as the quota allows',
  },
  'ResourceNotFound.NetworkReachableAnalysis': {
    status: 404,
    message: 'The instance resource (%s) does not exist.',
    when: 'the account has no such analysis',
  },
  'ResourceNotFound.NetworkReachableAnalysisId': {
    status: 404,
    message: 'The instance resource (%s) does not exist.',
    when: 'one of the analyses to delete is not there',
  },
  'IllegalParam.NetworkReachableAnalysisId': {
    status: 400,
    message: 'The specified NetworkReachableAnalysisIds is invalid.',
    when: 'the list of analyses to delete is empty or no list of ids',
  },
  'MissingParameter.TagKey#nis': {
    status: 400,
    message: 'The parameter Tag.N.Key is mandatory.',
    when: 'a tag has no key',
  },
  'InvalidParameter.TagKey#nis': {
    status: 400,
    message: 'The specified Tag.N.Key is invalid.',
    when: 'the key of a tag is longer than 128 characters, holds a web address, or begins with aliyun or acs:',
  },
  'InvalidParameter.TagValue#nis': {
    status: 400,
    message: 'The specified Tag.N.Value is invalid.',
    when: 'the value of a tag is longer than 128 characters, holds a web address, or begins with aliyun or acs:',
  },
} as const satisfies ErrorTable

/** Makes an NIS error to throw: `throw nisError('ResourceNotFound.NetworkPath', id)`. */
export const nisError = raiser(nisErrors)
