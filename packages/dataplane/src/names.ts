import { createHash } from 'node:crypto'

/** Route protocol number of every route made here, so that nothing else is ever removed (rtnetlink(7)). */
export const ROUTE_PROTOCOL = 83

/** Where `ip netns` keeps named namespaces (ip-netns(8)). */
export const NETNS_FOLDER = '/run/netns'

/** The file of a network namespace; null means the namespace of this process. */
export const namespaceFile = (namespace: string | null): string =>
  namespace === null ? '/proc/self/ns/net' : `${NETNS_FOLDER}/${namespace}`

/** A namespace in words. */
export const placeText = (namespace: string | null): string =>
  namespace === null ? "the agent's own namespace" : `namespace ${namespace}`

/** The link from a router namespace towards the uplink namespace. */
export const UPLINK = 'uplink'

/** What a namespace or link carries in its `ifalias` to say whose it is and what it stands for. */
export interface Owner {
  /** The installation, a short hex string. */
  readonly mark: string
  /** The instance, interface or VPC that it was made for. */
  readonly id: string
}

/** First `length` hex digits of the text's SHA-256. */
export const digest = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length)

/** Whether an id can be part of a namespace name and of an alias: no slash, no blank, nothing a shell reads. */
export const isPlainId = (id: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(id)

/** Throws unless the mark is the short hex string that aliases and names are built from. */
export function checkMark(mark: string): void {
  if (!/^[0-9a-f]{2,16}$/.test(mark)) {
    throw new Error(`mark ${JSON.stringify(mark)} is not 2 to 16 hexadecimal digits in lower case`)
  }
}

/** The network namespace of an instance. */
export const namespaceOf = (instanceId: string): string => `sp-${instanceId}`

/** The network namespace that routes and filters for a VPC. */
export const routerOf = (vpcId: string): string => `sp-${vpcId}`

/** The router's end of an interface's link. Kernel names end at 15 characters, so the id is hashed. */
export const linkOf = (interfaceId: string): string => `sp${digest(interfaceId, 11)}`

/** Places of interfaces are below this. How many an instance may have is the server's to say, and is far fewer. */
export const MOST_DEVICES = 1000

/** The instance's end of the link of its interface at a place: `eth0` for the primary one. */
export const endOf = (device: number): string => `eth${device}`

/** First routing table of ours: an instance routes what its interface at place n sends by table 83000 + n. */
const FIRST_TABLE = 83_000

/** The routing table of the interface at a place; null, the main one, for the primary interface. */
export const tableOf = (device: number): number | null => (device === 0 ? null : FIRST_TABLE + device)

/** Whether a routing table is one that `tableOf` gives. */
export const isOurTable = (table: number): boolean =>
  table > FIRST_TABLE && table < FIRST_TABLE + MOST_DEVICES

/** Name that an instance's end has inside the router namespace until it is moved: made there, marked, then moved. */
export const unplacedLinkOf = (interfaceId: string): string => `${linkOf(interfaceId)}p`

/** The uplink namespace's end of a VPC's uplink. */
export const uplinkLinkOf = (mark: string, vpcId: string): string => `spu${digest(`${mark}/${vpcId}`, 10)}`

/** Whether a link name is one that `linkOf`, `unplacedLinkOf` or `uplinkLinkOf` gives. */
export const isOurLinkName = (name: string): boolean => /^sp([0-9a-f]{11}p?|u[0-9a-f]{10})$/.test(name)

/** The alias text of an owner. */
export const aliasOf = ({ mark, id }: Owner): string => `sallyport:${mark}:${id}`

/** Reads an alias; null when it is not of this product. */
export function ownerFrom(alias: string | undefined): Owner | null {
  const found = /^sallyport:([0-9a-f]+):(.+)$/.exec(alias ?? '')
  return found?.[1] !== undefined && found[2] !== undefined ? { mark: found[1], id: found[2] } : null
}
