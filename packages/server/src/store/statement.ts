import { type Compilable, type Kysely, type RawBuilder, sql } from 'kysely'
import type { Schema } from './schema.js'

/** Stands for a parameter's value while a statement is compiled. */
export class Parameter {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** SQL text with its parameters in order: values, or the names of values to come. */
export interface CompiledStatement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/**
 * A query that Kysely builds once per dialect and that is then executed many times: `P` are its named parameters,
 * `R` its rows.
 */
export interface Statement<P, R> {
  readonly build: (db: Kysely<Schema>, parameters: P) => Compilable<R>
}

/**
 * Declares a statement. The builder runs once, with placeholders for the parameters, so it must not look into them:
 * a query whose shape depends on values is built per call with `Session.query`.
 */
export const statement =
  <P extends object = Record<never, never>>() =>
  <R>(build: Statement<P, R>['build']): Statement<P, R> => ({ build })

/**
 * For `where(column, 'in', listed(p.ids))`: a list given to a statement as JSON text. It is one parameter, so that the
 * statement is the same however long the list. PostgreSQL spells it jsonb_array_elements_text.
 */
export const listed = (json: string): RawBuilder<string> =>
  sql<string>`(select json_each.value from json_each(${json}))`

const placeholders = new Proxy({}, { get: (_, name) => new Parameter(String(name)) })

/** Compiles a statement with a dialect's Kysely. */
export function compileStatement<P, R>(db: Kysely<Schema>, declared: Statement<P, R>): CompiledStatement {
  const { sql, parameters } = declared.build(db, placeholders as P).compile()
  return { sql, parameters }
}

/** Makes the function that puts values in the place of parameters; what can be known beforehand is. */
export function binder(parameters: readonly unknown[]): (values: object) => unknown[] {
  const names = parameters.map((parameter) => (parameter instanceof Parameter ? parameter.name : undefined))
  return (values) => {
    const bound = new Array<unknown>(names.length)
    for (let index = 0; index < names.length; index++) {
      const name = names[index]
      bound[index] = name === undefined ? parameters[index] : (values as Record<string, unknown>)[name]
    }
    return bound
  }
}
