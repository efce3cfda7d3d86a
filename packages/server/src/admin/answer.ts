import type { ServerResponse } from 'node:http'

/** A refusal of the admin listener: sent as `{error, hint}` and what `details` adds, with the status. */
export class AdminError extends Error {
  readonly status: number
  readonly hint: string
  readonly headers: Readonly<Record<string, string>>
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    status: number,
    message: string,
    hint: string,
    headers: Readonly<Record<string, string>> = {},
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.name = 'AdminError'
    this.status = status
    this.hint = hint
    this.headers = headers
    this.details = details
  }
}

/** Sends a JSON body and ends the answer. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}
