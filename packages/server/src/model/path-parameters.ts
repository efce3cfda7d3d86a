import { type Address, contains, formatAddress, parseAddress, storedCidr } from '@sallyport/engine'
import { nisError } from '../errors/nis.js'

/** Kinds of ends that a path can have (CreateNetworkPath reference page); `clb` only as a target. */
export type EndType = 'ecs' | 'internetIp' | 'vsw' | 'vpn' | 'vbr' | 'clb'

/** One end of a path as asked for. `address` and `port` are empty and 0 where none was given. */
export interface PathEnd {
  readonly type: EndType
  readonly id: string
  readonly address: string
  readonly port: number
}

/** A path in canonical form: what two equal paths agree in. */
export interface PathParameters {
  readonly regionId: string
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  readonly source: PathEnd
  readonly target: PathEnd
}

/** What a request says of one end. */
export interface EndInput {
  readonly id: string
  readonly type: string
  readonly address: string | undefined
  readonly port: string | undefined
}

/** The wire names of the two ends, which their error codes repeat. */
export type EndName = 'Source' | 'Target'

const endTypes: Readonly<Record<EndName, readonly EndType[]>> = {
  Source: ['ecs', 'internetIp', 'vsw', 'vpn', 'vbr'],
  Target: ['ecs', 'internetIp', 'vsw', 'vpn', 'vbr', 'clb'],
}

/** How the ids of each type begin. */
const prefixes: Readonly<Record<Exclude<EndType, 'internetIp'>, string>> = {
  ...{ ecs: 'i-', vsw: 'vsw-', vpn: 'vpn-', vbr: 'vbr-', clb: 'lb-' },
}

/** Checks what can be checked without looking anything up, in the order of the reference page's parameters. */
export function readPath(
  regionId: string,
  protocol: string | undefined,
  source: EndInput,
  target: EndInput,
): PathParameters {
  const path = {
    regionId,
    source: readEnd('Source', source),
    target: readEnd('Target', target),
    protocol: readProtocol(protocol),
  }
  const bothOutside = path.source.type === 'internetIp' && path.target.type === 'internetIp'
  if (bothOutside) throw nisError('IllegalParam.SourceAndTargetInternetIp')
  return path
}

function readEnd(name: EndName, input: EndInput): PathEnd {
  const type = endTypes[name].find((known) => known.toLowerCase() === input.type.toLowerCase())
  if (!type) throw nisError(`IllegalParam.${name}Type`, input.type)
  checkId(type, input.id)
  return {
    type,
    id: type === 'internetIp' ? publicAddress(input.id) : input.id,
    address: input.address === undefined ? '' : readAddress(name, input.address),
    port: readPort(name, input.port),
  }
}

function checkId(type: EndType, id: string): void {
  const other = Object.entries(prefixes).find(([known, prefix]) => known !== type && id.startsWith(prefix))
  if (other) throw nisError('IllegalParam.TypeAndIdMismatch', type, id)
}

/** Blocks that are no public addresses: this network, private use, shared, loopback, link-local, multicast and above. */
const special =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/3'
    .split(' ')
    .map(storedCidr)

function publicAddress(text: string): string {
  const address = ipv4(text)
  if (!address) throw nisError('IllegalParam.IP', text)
  if (special.some((block) => contains(block, address))) throw nisError('IllegalParam.InternetIP', text)
  return formatAddress(address)
}

function readAddress(name: EndName, text: string): string {
  const address = ipv4(text)
  if (!address) throw nisError(name === 'Source' ? 'IllegalParam.SourceIp' : 'IllegalParam.TargetIp', text)
  return formatAddress(address)
}

/** The product knows IPv4 only. */
function ipv4(text: string): Address | undefined {
  const address = parseAddress(text)
  return address?.family === 4 ? address : undefined
}

/** 0 and nothing both mean any port. The text of the error has a range that ends one higher; its examples use 0. */
function readPort(name: EndName, text: string | undefined): number {
  if (text === undefined) return 0
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw nisError(`IllegalParam.${name}Port`, text)
  return Number(text)
}

function readProtocol(text = 'tcp'): PathParameters['protocol'] {
  const known = (['tcp', 'udp', 'icmp'] as const).find((protocol) => protocol === text.toLowerCase())
  if (!known) throw nisError('IllegalParam.Protocol', text)
  return known
}
