import type { Inputs, Values } from './inputs.js'

/** Who of an account a key stands for, in the terms of the GetCallerIdentity reference page. */
export interface Principal {
  readonly type: 'Account' | 'RAMUser' | 'AssumedRoleUser'
  /** Account of the key, whomever it acts for. */
  readonly accountId: string
  /** Id of the account or user; of a role, its id, a colon and the name of the session. */
  readonly id: string
  /** `acs:ram::<account>:user/<name>` and so on. */
  readonly arn: string
  /** Whether the account is one of a cloud service, which may act for other accounts. */
  readonly service: boolean
}

/** Who calls, once the signature holds, and what every handler may need of the request. */
export interface Caller {
  /** Account whose resources the call is about: the key's own, unless a service acts for another. */
  readonly accountId: string
  /** Login name of the account, for example `Test@aliyun.com`. */
  readonly accountName: string
  readonly accessKeyId: string
  readonly principal: Principal
  /** Upper-case UUID, the same as in the answer. */
  readonly requestId: string
  /** Time of the request by the server's clock. */
  readonly now: Date
  /** `Host` header the client addressed, with its port. */
  readonly host: string
}

/** What an answer holds beside RequestId: JSON-safe values; lists wrapped as on the wire. */
export type Answer = Readonly<Record<string, unknown>>

/** `read` sees a committed snapshot; `write` runs in a transaction that is durable before the answer leaves. */
export type Access = 'read' | 'write'

/**
 * One operation. `Context` is whatever the server gives its handlers (a transaction, the settings); protocol does
 * not look into it.
 */
export interface Operation<Context, S extends Inputs = Inputs> {
  readonly name: string
  /** Product as in the error envelope's Recommend link: `Ecs`, `Vpc`. */
  readonly product: string
  readonly version: string
  readonly access: Access
  /** Whether ClientToken makes it idempotent. Then `inputs` need not declare ClientToken. */
  readonly idempotent: boolean
  /** Whether it can be previewed: checked as if it were made, with what it would change told. */
  readonly preview?: true
  readonly summary: string
  readonly inputs: S
  /** Keys of the error tables that it can raise, beyond those every operation can. */
  readonly errors: readonly string[]
  /** A method, not a property, so that operations of different inputs fit one registry. */
  handle(input: Values<S>, caller: Caller, context: Context): Promise<Answer>
}

/** Declares an operation; exists to infer the handler's input type from the declared inputs. */
export const operation =
  <Context>() =>
  <const S extends Inputs>(declaration: Operation<Context, S>): Operation<Context, S> =>
    declaration
