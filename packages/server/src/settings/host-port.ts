/** An address to listen on. Port 0 lets the system pick a free one. IPv6 hosts are without brackets. */
export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Reads `HOST:PORT` or `[IPV6]:PORT`; undefined when the text is neither. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text)
  if (!match) return undefined
  const port = Number(match[3])
  return port > 65535 ? undefined : { host: match[1] ?? match[2] ?? '', port }
}

/** `HOST:PORT` again, with brackets around an IPv6 host: what follows `http://` in a URL. */
export const formatHostPort = ({ host, port }: HostPort): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`
