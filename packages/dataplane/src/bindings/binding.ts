import { isMac } from '../desired.js'
import { isPlainId } from '../names.js'

/** A link of another's that stands for an interface. */
export interface Bound {
  readonly interface: string
  readonly link: string
  /** The name of the namespace that the link is in; null is the agent's own. */
  readonly netns: string | null
  /**
   * `peer`: the interface is at the other end of the link (a virtual machine's tap, the host's end of a veth pair), so that
   * what comes in by it is sent by the interface. `host`: the link is the interface itself.
   */
  readonly as: 'peer' | 'host'
  /** What is at the other end has this MAC address, where it is not the one that the server gave the interface. */
  readonly mac: string | null
  /** The bridge that the link was last seen in; null: in none. */
  readonly bridge: string | null
  /** When the binding ends unless it is confirmed before, ISO 8601; null: it stays. */
  readonly confirmBy: string | null
}

/** A namespace with bound links, as a key beside those of VPCs, whose ids have no colon. */
export const placeKey = (netns: string | null): string => `netns:${netns ?? ''}`

/** Whether a key is a place's. */
export const isPlaceKey = (key: string): boolean => key.startsWith('netns:')

/** The namespace that a key names. */
export const netnsOf = (key: string): string | null => key.slice('netns:'.length) || null

/** Seconds within which a binding may have to be confirmed. */
export const CONFIRM = { least: 5, most: 86_400 } as const

/** What is wrong with the names in a binding, in words; undefined when nothing is. */
export function nameProblem({
  interface: id,
  link,
  netns,
  mac,
}: Pick<Bound, 'interface' | 'link' | 'netns' | 'mac'>): string | undefined {
  if (!isPlainId(id)) return `${JSON.stringify(id)} is no interface id`
  if (!/^[^\s/:"*]{1,15}$/.test(link) || !/^[\x21-\x7e]*$/.test(link) || ['.', '..', 'lo'].includes(link))
    return `${JSON.stringify(link)} is no link that can be bound`
  if (netns !== null && !/^(?!\.)[A-Za-z0-9_.-]{1,200}$/.test(netns))
    return `${JSON.stringify(netns)} is no name of a network namespace`
  if (mac !== null && !isMac(mac)) return `${JSON.stringify(mac)} is no MAC address in lower case`
  return undefined
}

/** A bound link in words. */
export const boundText = ({ link, netns }: Pick<Bound, 'link' | 'netns'>): string =>
  netns === null ? link : `${link} in ${netns}`
