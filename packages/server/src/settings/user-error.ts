/**
 * A mistake of the person who runs the command, not a defect: shown as its message and hint, without a stack trace.
 * The message says what is wrong and with what value (never a secret); the hint says what to do.
 */
export class UserError extends Error {
  readonly hint: string

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UserError'
    this.hint = hint
  }
}
