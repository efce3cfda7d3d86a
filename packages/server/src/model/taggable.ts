import type { TaggedType } from './tags.js'

/** A type of resource as a product names it; `as` is absent where this server has no resource of the type. */
export interface ResourceKind {
  readonly name: string
  readonly as: TaggedType | undefined
}

const kinds = (served: Readonly<Record<string, TaggedType>>, others: string): readonly ResourceKind[] => [
  ...Object.entries(served).map(([name, as]) => ({ name, as })),
  ...others.split(' ').map((name) => ({ name, as: undefined })),
]

/**
 * What ECS calls its resources. The first five exist here; the reference page of TagResources lists the others, of
 * which there are none. It does not list prefix lists and port lists, which can have tags: their names are those of RAM.
 */
export const ecsKinds = kinds(
  {
    securitygroup: 'securitygroup',
    instance: 'instance',
    eni: 'eni',
    prefixlist: 'prefixlist',
    portrangelist: 'portrangelist',
  },
  'disk snapshot image volume ddh ddhcluster keypair launchtemplate reservedinstance snapshotpolicy ' +
    'elasticityassurance capacityreservation command invocation activation managedinstance',
)

/** What VPC calls its resources, in the same way. */
export const vpcKinds = kinds(
  { VPC: 'vpc', VSWITCH: 'vswitch', ROUTETABLE: 'routetable' },
  'EIP VPNGATEWAY NATGATEWAY COMMONBANDWIDTHPACKAGE PREFIXLIST PUBLICIPADDRESSPOOL IPV4GATEWAY IPV6GATEWAY ' +
    'NETWORKACL TRAFFICMIRRORFILTER TRAFFICMIRRORSESSION FLOWLOG HAVIP DHCPOPTIONSSET GATEWAYENDPOINT IPV6ADDRESS',
)

/** The kind that a name means, compared without case. */
export const kindNamed = (known: readonly ResourceKind[], name: string): ResourceKind | undefined =>
  known.find((kind) => kind.name.toLowerCase() === name.toLowerCase())
