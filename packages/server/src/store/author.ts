/** Who makes a write, as the history of changes tells it. */
export interface Author {
  readonly accountId: string
  /** Who of the account, as an ARN; empty when it was no call. */
  readonly principal: string
  /** Name of the operation; empty when it was no call. */
  readonly operation: string
  /** Empty when it was no call. */
  readonly requestId: string
}

/** An author, or the account for which the server itself writes. */
export type By = string | Author

/** The author that is meant. */
export const authorOf = (by: By): Author =>
  typeof by === 'string' ? { accountId: by, principal: '', operation: '', requestId: '' } : by
