import { createHmac, randomUUID } from 'node:crypto'
import type { ServerTarget } from './clients.js'

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number
  readonly contentType: string | null
  readonly requestId: string | null
  readonly text: string
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** Signs a V1 GET by hand, from the signature page alone, and sends it. Common parameters may be replaced. */
export async function rawRequest(
  target: ServerTarget,
  parameters: Record<string, string>,
): Promise<RawAnswer> {
  const all: Record<string, string> = {
    Version: '2014-05-26',
    AccessKeyId: target.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: randomUUID(),
    Timestamp: `${new Date().toISOString().slice(0, 19)}Z`,
    ...parameters,
  }
  const canonical = Object.keys(all)
    .sort()
    .map((name) => `${encode(name)}=${encode(all[name] ?? '')}`)
    .join('&')
  const signature = createHmac('sha1', `${target.accessKeySecret}&`)
    .update(`GET&%2F&${encode(canonical)}`)
    .digest('base64')
  const response = await fetch(`http://${target.endpoint}/?${canonical}&Signature=${encode(signature)}`)
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    requestId: response.headers.get('x-acs-request-id'),
    text: await response.text(),
  }
}
