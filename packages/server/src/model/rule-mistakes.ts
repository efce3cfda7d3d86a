import type { Direction } from '@sallyport/engine'
import type { EcsErrorKey } from '../errors/ecs.js'

/** Whose codes hold: those of the AuthorizeSecurityGroupEgress reference page, or those of today's documents. */
export const errorGenerations = ['seed', 'current'] as const
export type ErrorGeneration = (typeof errorGenerations)[number]

/**
 * What the values of a rule are for: to make a rule (or to name one whose description changes), to name one that
 * is revoked, or to change the rule of an id.
 */
export type RulePurpose = 'authorize' | 'revoke' | 'modify'

type Row = Readonly<Record<ErrorGeneration, EcsErrorKey>>

const both = (key: EcsErrorKey): Row => ({ seed: key, current: key })
const differing = (seed: EcsErrorKey, current: EcsErrorKey): Row => ({ seed, current })

const priority = {
  priorityNoNumber: both('InvalidPriority.Malformed'),
  priorityOutOfRange: differing('InvalidPriority.Malformed', 'InvalidPriority.ValueNotSupported'),
}
const masks = { ipv6Mask: differing('ILLEGAL_IPV6_CIDR', 'InvalidParameter.Ipv6CidrIp') }
const families = {
  ipv4Protocol: both('InvalidParam.Ipv4ProtocolConflictWithIpv6Address'),
  ipv6Protocol: both('InvalidParam.Ipv6ProtocolConflictWithIpv4Address'),
}

const authorizing = {
  protocol: differing('OperationDenied', 'InvalidIpProtocol.ValueNotSupported#current'),
  portsMissing: differing('InvalidIpProtocol.Malformed', 'InvalidPortRange.Malformed'),
  ports: differing('InvalidIpProtocol.Malformed', 'InvalidParam.PortRange'),
  portsMisfit: both('OperationDenied'),
  ...priority,
  ...masks,
  ...families,
  noDestination: differing('MissingParameter#dest', 'MissingParameter.Dest'),
  noSource: differing('MissingParameter#source', 'MissingParameter.Source'),
  ownDestination: both('InvalidSecurityGroup.IsSame'),
  ownDestinationFlat: differing('InvalidParamter.Conflict#group', 'InvalidSecurityGroup.IsSame'),
  ownSource: both('InvalidParamter.Conflict#group'),
}

/** A mistake in the values of a rule whose code depends on the purpose or on the generation. */
export type RuleMistake = keyof typeof authorizing

/**
 * Which code answers which mistake, in both generations. The reference page speaks of authorizing; for revoking and
 * modifying, `seed` holds the older of the codes that their own pages list. A revocation never refuses the group
 * itself as object, and a rule that is modified by its id always has an object.
 */
const table: Readonly<Record<RulePurpose, Readonly<Partial<Record<RuleMistake, Row>>>>> = {
  authorize: authorizing,
  revoke: {
    protocol: differing('InvalidIpProtocol.ValueNotSupported', 'InvalidIpProtocol.ValueNotSupported#current'),
    portsMissing: both('InvalidIpPortRange.Malformed'),
    ports: differing('InvalidIpPortRange.Malformed', 'InvalidParam.PortRange'),
    portsMisfit: both('InvalidIpPortRange.Malformed'),
    ...priority,
    ...masks,
    ...families,
    noDestination: differing('MissingParameter#revoke-dest', 'MissingParameter.Dest'),
    noSource: differing('MissingParameter#revoke-source', 'MissingParameter.Source'),
  },
  modify: {
    protocol: authorizing.protocol,
    ports: authorizing.ports,
    portsMisfit: both('InvalidParam.ProtocolAndPortRangeMismatch'),
    ...priority,
    ...masks,
    ipv4Protocol: both('InvalidParam.ProtocolAndAddressFamilyMismatch'),
    ipv6Protocol: both('InvalidParam.ProtocolAndAddressFamilyMismatch'),
    ownDestination: authorizing.ownDestination,
    ownDestinationFlat: authorizing.ownDestinationFlat,
    ownSource: authorizing.ownSource,
  },
}

/** The code of a mistake. Throws a plain error for one that cannot be made with that purpose. */
export function mistakeKey(
  mistake: RuleMistake,
  purpose: RulePurpose,
  generation: ErrorGeneration,
): EcsErrorKey {
  const row = table[purpose][mistake]
  if (!row) throw new Error(`the mistake ${mistake} has no code when the purpose is to ${purpose}`)
  return row[generation]
}

const ofOneDirection: Readonly<Partial<Record<RuleMistake, Direction>>> = {
  noDestination: 'egress',
  ownDestination: 'egress',
  ownDestinationFlat: 'egress',
  noSource: 'ingress',
  ownSource: 'ingress',
}

/** Every code of both generations that an operation of the direction answers mistakes with, each once. */
export function mistakeKeys(direction: Direction, ...purposes: readonly RulePurpose[]): EcsErrorKey[] {
  const rows = purposes.flatMap((purpose) =>
    Object.entries(table[purpose]).filter(
      ([mistake]) => (ofOneDirection[mistake as RuleMistake] ?? direction) === direction,
    ),
  )
  return [...new Set(rows.flatMap(([, row]) => [row.seed, row.current]))]
}
