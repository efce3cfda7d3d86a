/**
 * One row of an error table. `%s` in the message is filled from the arguments given when the error is raised.
 * The table's key is the code, or `Code#variant` where one code has several rows.
 */
export interface ErrorRow {
  /** HTTP status. */
  readonly status: number
  readonly message: string
  /** When it is raised, in a few words: becomes documentation. */
  readonly when: string
}

/** A table: code, or `Code#variant`, to row. */
export type ErrorTable = Readonly<Record<string, ErrorRow>>

/** An error that a client is meant to see. What must stay inside goes to `cause`, which is never sent. */
export class WireError extends Error {
  readonly status: number
  readonly code: string
  /** The table key it was raised by: the code with its variant. */
  readonly key: string

  constructor(key: string, status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'WireError'
    this.key = key
    this.code = key.split('#', 1)[0] ?? key
    this.status = status
  }
}

/** Builds the raiser of a table: `raise('InvalidParam.SourceIp', 'text for %s')`. Unknown keys do not compile. */
export function raiser<T extends ErrorTable>(table: T) {
  return (key: keyof T & string, ...args: readonly string[]): WireError => {
    const row = table[key]
    if (!row) throw new Error(`no error row ${key}`)
    let index = 0
    const message = row.message.replaceAll('%s', () => args[index++] ?? '')
    return new WireError(key, row.status, message)
  }
}
