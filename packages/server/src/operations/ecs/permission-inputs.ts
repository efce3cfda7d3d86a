import type { Numbered, StringInput, StructsInput } from '@sallyport/protocol'

const text = (doc: string): StringInput => ({ kind: 'string', doc })

/** Parameters that describe a rule in both directions. Their values are checked once the group is known to exist. */
const shared = {
  Policy: text('accept (default) or drop, in any case.'),
  Priority: text('1 (strongest, default) to 100.'),
  IpProtocol: text('TCP, UDP, ICMP, ICMPv6, GRE or ALL, in any case.'),
  PortRange: text('Destination ports: first/last for TCP and UDP, -1/-1 for the other protocols.'),
  SourcePortRange: text('Source ports, in the same form. Default: any.'),
  SourceCidrIp: text('IPv4 address or CIDR block of the source.'),
  Ipv6SourceCidrIp: text('IPv6 address or CIDR block of the source.'),
  DestCidrIp: text('IPv4 address or CIDR block of the destination.'),
  Ipv6DestCidrIp: text('IPv6 address or CIDR block of the destination.'),
  PortRangeListId: text('Port list for the destination ports of TCP or UDP; ignored beside PortRange.'),
  NicType: text(
    'internet or intranet; default internet in the classic network. In a VPC: always intranet, whatever is sent.',
  ),
  Description: text('1 to 512 characters.'),
}

/** The rule parameters of AuthorizeSecurityGroupEgress and RevokeSecurityGroupEgress. */
export const egressFields = {
  ...shared,
  DestGroupId: text('Group whose members are the destination; ignored beside a destination CIDR block.'),
  DestGroupOwnerId: text("Id of the account of the destination group. Default: the caller's own."),
  DestGroupOwnerAccount: text('Login name of the same.'),
  DestPrefixListId: text('Prefix list whose blocks are the destination; ignored beside another destination.'),
}

/** The rule parameters of AuthorizeSecurityGroup and RevokeSecurityGroup. */
export const ingressFields = {
  ...shared,
  SourceGroupId: text('Group whose members are the source; ignored beside a source CIDR block.'),
  SourceGroupOwnerId: text("Id of the account of the source group. Default: the caller's own."),
  SourceGroupOwnerAccount: text('Login name of the same.'),
  SourcePrefixListId: text('Prefix list whose blocks are the source; ignored beside another source.'),
}

/** Permissions.N of the given fields, N from 1 to 100. */
export const permissionsOf = <F extends Record<string, StringInput>>(fields: F) =>
  ({
    kind: 'structs',
    fields,
    max: 100,
    invalid: 'InvalidParam.Permissions',
    doc: 'The rules, N from 1 to 100. Cannot be combined with the same parameters without the prefix.',
  }) as const satisfies StructsInput

/** One rule's parameters as sent. */
export type RawPermission = Readonly<
  Partial<Record<keyof typeof egressFields | keyof typeof ingressFields, string | undefined>>
>

/** A rule of the Permissions style with its number. */
export type NumberedPermission = RawPermission & Numbered

/** A rule's parameters and how errors name where they stood. */
export interface PlacedPermission {
  readonly raw: RawPermission
  /** `Permissions.2`, or empty for the flat style. */
  readonly place: string
}
