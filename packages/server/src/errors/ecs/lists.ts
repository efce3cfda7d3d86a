import type { ErrorTable } from '@sallyport/protocol'

/** What operations on prefix lists and port lists answer, and rules that name one. */
export const listErrors = {
  'InvalidPrefixListId.NotFound': {
    status: 404,
    message: 'The specified prefix list was not found.',
    when: 'the id names no prefix list of the account in the region',
  },
  'InvalidPortRangeListId.NotFound': {
    status: 400,
    message: 'The specified port range list was not found.',
    when: 'the id names no port list of the account in the region',
  },
  'InvalidParameter.AddressFamily': {
    status: 400,
    message: 'The parameter AddressFamily should be IPv4 or IPv6.',
    when: 'AddressFamily is neither IPv4 nor IPv6',
  },
  'InvalidParameter.PrefixListName': {
    status: 400,
    message: 'The parameter PrefixListName is not valid.',
    when: 'the name is not 2 to 128 characters, does not begin with a letter, or begins with a reserved prefix',
  },
  'InvalidParameter.PortRangeListName': {
    status: 400,
    message: 'The specified parameter PortRangeListName is not valid.',
    when: 'the name is not 2 to 128 characters, does not begin with a letter, or begins with a reserved prefix',
  },
  'InvalidDescription.Malformed#prefix-list': {
    status: 400,
    message: 'The specified Description is wrongly formed.',
    when: 'the description is not 2 to 256 characters (of an entry 2 to 32) or is a web address',
  },
  'InvalidDescription.Malformed#port-list': {
    status: 400,
    message: 'The specifid Description is not valid.',
    when: 'the description is not 2 to 256 characters (of an entry 2 to 32) or is a web address',
  },
  'InvalidParameter.CidrMalformed': {
    status: 400,
    message: 'The specified parameter %s is not valid.',
    when: 'Cidr is no block of the address family, or has host bits',
  },
  'InvalidParameter.CidrDuplicated': {
    status: 400,
    message: 'The specified parameter %s is duplicated.',
    when: 'one block is given twice in a call, or to be added and to be removed',
  },
  'InvalidParam.Entry': {
    status: 400,
    message: 'The specified parameter Entry is not valid.',
    when: 'an entry has no PortRange',
  },
  'InvalidParameter.PortRange': {
    status: 400,
    message:
      'The specified parameter PortRange is not valid. It should be two integers less than 65535 in specified format.',
    when: 'PortRange is not two port numbers in order',
  },
  'InvalidParameter.PortRangeDuplicated': {
    status: 400,
    message: 'The specified PortRange is duplicated.',
    when: 'one range is given twice in a call, or to be added and to be removed',
  },
  'LimitExceed.Entry': {
    status: 400,
    message: 'The number of entries added or removed exceeds the limit.',
    when: 'more than 200 entries are to be added or removed in one call',
  },
  'LimitExceed.MaxEntries#prefix-list': {
    status: 400,
    message: 'The number of entries exceeds the MaxEntries of the specified prefix list.',
    when: 'the prefix list would have more entries than its MaxEntries',
  },
  'LimitExceed.MaxEntries#port-list': {
    status: 400,
    message: 'The number of entries exceeds the MaxEntries of the specified PortRangeList.',
    when: 'the port list to modify would have more entries than its MaxEntries',
  },
  'InvalidOperation.EntryCountExceedMaxEntries': {
    status: 400,
    message: 'The number of entries in the port list exceeds MaxEntries.',
    when: 'the port list to create would have more entries than its MaxEntries',
  },
  'InvalidOperation.MaxEntriesCountExceed': {
    status: 400,
    message: 'The specified MaxEntries exceeded the upper limit.',
    when: 'MaxEntries of the port list is greater than the quota allows',
  },
  'LimitExceed.PrefixListPerRegion': {
    status: 404,
    message: 'The number of prefix lists in the region exceeds the limit.',
    when: 'the account has as many prefix lists in the region as the quota allows',
  },
  'InvalidOperation.MaxCountExceed': {
    status: 400,
    message: 'The number of port range list in the current account has exceeded quota.',
    when: 'the account has as many port lists in the region as the quota allows',
  },
  'LimitExceed.PrefixListId': {
    status: 400,
    message: 'The specified number of PrefixListId exceeds the limit.',
    when: 'more than 100 ids of prefix lists are given',
  },
  'LimitExceed.PortRangeListId': {
    status: 400,
    message: 'The specified number of PortRangeListId exceeds the limit.',
    when: 'more than 100 ids of port lists are given',
  },
  'NotAllowed.AssociationExist': {
    status: 400,
    message: 'The specified prefix list has associated resources.',
    when: 'a rule names the prefix list to delete',
  },
  'InvalidPortRangeListId.AssociationExist': {
    status: 400,
    message: 'The specified port range list has association resources.',
    when: 'a rule names the port list to delete',
  },
  'InvalidParam.PrefixListAddressFamilyMismatch': {
    status: 400,
    message: 'The address family of the specified prefix list does not match the specified CidrIp.',
    when: "the prefix list is of another family than the rule's own side or its protocol",
  },
  'InvalidParam.ProtocolNotSupportPortRangeList': {
    status: 400,
    message: 'The specified protocol does not support the port range list.',
    when: 'a port list is named with a protocol other than TCP and UDP',
  },
  'LimitExceed.PrefixListAssociationResource': {
    status: 403,
    message: 'The number of resources associated with the prefix list exceeds the limit.',
    when: 'as many security groups as the quota allows have rules that name the prefix list',
  },
} as const satisfies ErrorTable
