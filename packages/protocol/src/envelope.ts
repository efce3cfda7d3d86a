import type { IncomingHttpHeaders } from 'node:http'
import { isV3 } from './credentials.js'
import type { Answer } from './operation.js'
import type { Parameters } from './parameters.js'
import { escapeXml, XML_PROLOG, xmlMembers } from './xml.js'

export type Format = 'JSON' | 'XML'

/** Clients compare these literally: some SDKs read an error as XML only under exactly this type. */
export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  JSON: 'application/json;charset=utf-8',
  XML: 'text/xml;charset=utf-8',
}

/**
 * The format that a request asks for; undefined when it asks for one there is not. V1 has the Format parameter, in
 * any case, XML by default. V3 has the Accept header: JSON unless that names only XML.
 */
export const readFormat = (headers: IncomingHttpHeaders, parameters: Parameters): Format | undefined => {
  if (isV3(headers)) {
    const accept = headers.accept ?? ''
    return accept.includes('xml') && !accept.includes('json') ? 'XML' : 'JSON'
  }
  const given = parameters.get('Format')
  if (!given) return 'XML'
  const format = given.toUpperCase()
  return format === 'JSON' || format === 'XML' ? format : undefined
}

/** A member of an answer that was written as JSON before: answered as it is, and not written anew each time. */
export class WrittenJson {
  readonly text: string

  constructor(value: object) {
    this.text = JSON.stringify(value)
  }

  /** The value again, for whoever writes it in another form. */
  toJSON(): object {
    return JSON.parse(this.text) as object
  }
}

/** The members of an object as JSON, each with a comma before it. Undefined ones are left out. */
const jsonMembers = (answer: Answer): string => {
  let text = ''
  for (const [name, value] of Object.entries(answer)) {
    const written = value instanceof WrittenJson ? value.text : JSON.stringify(value)
    if (written !== undefined) text += `,${JSON.stringify(name)}:${written}`
  }
  return text
}

/**
 * The body of a success. RequestId comes first. Throws when the answer has a top-level Code, Message or RequestId:
 * clients take any body with a Code for an error.
 */
export const successBody = (format: Format, action: string, requestId: string, answer: Answer): string => {
  if ('Code' in answer || 'Message' in answer || 'RequestId' in answer) {
    throw new Error(`the answer of ${action} has a top-level Code, Message or RequestId: rename it`)
  }
  if (format === 'XML') {
    return `${XML_PROLOG}<${action}Response><RequestId>${requestId}</RequestId>${xmlMembers(answer)}</${action}Response>`
  }
  return `{"RequestId":"${requestId}"${jsonMembers(answer)}}`
}

export interface ErrorFacts {
  readonly requestId: string
  /** The host the client addressed, as it wrote it. */
  readonly hostId: string
  readonly code: string
  readonly message: string
  /** As in the Recommend link: `Ecs`, `Vpc`. */
  readonly product: string
}

/** The body of an error, members in the real service's order. */
export const errorBody = (format: Format, error: ErrorFacts): string => {
  const { requestId, hostId, code, message } = error
  const recommend =
    `https://api.aliyun.com/troubleshoot?q=${encodeURIComponent(code)}` +
    `&product=${encodeURIComponent(error.product)}&requestId=${requestId}`
  if (format === 'JSON') {
    return JSON.stringify({
      RequestId: requestId,
      HostId: hostId,
      Code: code,
      Message: message,
      Recommend: recommend,
    })
  }
  return (
    `${XML_PROLOG}<Error><RequestId>${requestId}</RequestId><HostId>${escapeXml(hostId)}</HostId>` +
    `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>` +
    `<Recommend><![CDATA[${recommend}]]></Recommend></Error>`
  )
}
