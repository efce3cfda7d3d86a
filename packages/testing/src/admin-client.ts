/** Where the admin listener of a running server is. */
export interface AdminAddress {
  /** `http://127.0.0.1:8766`. */
  readonly url: string
  readonly token: string
}

/** What the admin listener refused, and what it said of it. */
export class AdminRefusal extends Error {
  readonly status: number
  readonly answer: Readonly<Record<string, unknown>>

  constructor(status: number, answer: Readonly<Record<string, unknown>>) {
    super([answer['error'], answer['hint']].filter((part) => typeof part === 'string').join(' '))
    this.name = 'AdminRefusal'
    this.status = status
    this.answer = answer
  }
}

/** Calls an admin route; the answer is the parsed body. Throws AdminRefusal. */
export type Ask = <T>(method: 'DELETE' | 'GET' | 'POST', path: string, body?: unknown) => Promise<T>

/** A way to call the routes of an admin listener. */
export const connectAdmin =
  ({ url, token }: AdminAddress): Ask =>
  async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as T
    if (response.ok) return answer
    throw new AdminRefusal(response.status, answer as Record<string, unknown>)
  }

/** `?a=1&b=2` of the members that are given, or nothing. */
export function queryOf(members: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(members)) if (value !== undefined) query.set(name, String(value))
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
