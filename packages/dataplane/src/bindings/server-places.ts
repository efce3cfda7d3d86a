import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { formatAddress, parseAddress } from '@sallyport/engine'
import type { ServerAddress } from '../agent/server-connection.js'
import { messageOf } from '../run.js'
import type { BindingKeeper, ServerPlace } from './kept-bindings.js'

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

const canonical = (text: string): string => {
  const address = parseAddress(text)
  return address ? formatAddress(address) : text
}

/** Where a server answers: every address of its name. Empty for a socket or a loopback address of this host. Rejects when there is none. */
export async function serverPlaces(feed: ServerAddress): Promise<ServerPlace[]> {
  if (!('url' in feed) || feed.url === '') return []
  const url = new URL(feed.url)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port) || PORTS[url.protocol] || 443
  const found = isIP(host) > 0 ? [host] : (await lookup(host, { all: true })).map(({ address }) => address)
  const remote = found.map(canonical).filter((address) => !/^(127\.|::1$)/.test(address))
  return [...new Set(remote)].sort().map((address) => ({ address, port }))
}

/** Keeps where the server answers, for as long as some host is bound; answers whether that changed. */
export async function knowServer(feed: ServerAddress, keeper: BindingKeeper): Promise<boolean> {
  const before = keeper.kept().server
  let server: readonly ServerPlace[]
  try {
    server = await serverPlaces(feed)
  } catch (error) {
    if (before.length > 0) return false
    throw new Error(`the address of the server cannot be known: ${messageOf(error)}`, { cause: error })
  }
  if (JSON.stringify(server) === JSON.stringify(before)) return false
  keeper.change((kept) => ({ ...kept, server }))
  return true
}
