/**
 * What an operation takes, as data in the order it is checked. The same declaration parses requests, gives the
 * handler its TypeScript type, and becomes the reference page.
 *
 * On the wire every value is text. An empty value is the same as none.
 */

interface Base {
  /** One line for the reference page. */
  readonly doc?: string
  /**
   * Error key raised when the parameter is absent. `true` takes the gateway's 400 `MissingParameter`, which names
   * the parameter.
   */
  readonly required?: true | string
  /** Error key raised for a bad value. Default: the gateway's 400 `InvalidParameter`, which names the parameter. */
  readonly invalid?: string
}

/** Text. Lengths count UTF-16 units. */
export interface StringInput extends Base {
  readonly kind: 'string'
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: RegExp
  /** Allowed values, compared without case; the handler gets the spelling listed here. */
  readonly oneOf?: readonly string[]
}

/** Decimal integer. */
export interface IntegerInput extends Base {
  readonly kind: 'integer'
  readonly min?: number
  readonly max?: number
}

/** `true` or `false`, without case. */
export interface BooleanInput extends Base {
  readonly kind: 'boolean'
}

/** One parameter that holds a JSON array of strings, for example InstanceIds of DescribeInstances. */
export interface JsonListInput extends Base {
  readonly kind: 'json-list'
  readonly max?: number
}

export type ScalarInput = StringInput | IntegerInput | BooleanInput | JsonListInput

/**
 * `Name.1`, `Name.2`, ..., or one JSON array under the bare name; gaps are closed, order is numeric. `max` bounds the
 * index.
 */
export interface ListInput extends Base {
  readonly kind: 'list'
  readonly of: StringInput
  readonly max: number
}

/**
 * `Name.1.Field`, ..., or one JSON array of objects under the bare name; fields as declared, keys are wire names. `max`
 * bounds the index.
 */
export interface StructsInput extends Base {
  readonly kind: 'structs'
  readonly fields: Readonly<Record<string, ScalarInput | ListInput>>
  readonly max: number
}

export type Input = ScalarInput | ListInput | StructsInput

/** Wire name to declaration, in check order. */
export type Inputs = Readonly<Record<string, Input>>

/** The member of a struct that holds its number on the wire; no field of any operation has this name. */
export const INDEX_MEMBER = 'N'

/** `Name.7.Field` gives `N: 7`, so that an error can say where it stood although gaps are closed. */
export interface Numbered {
  readonly [INDEX_MEMBER]: number
}

type Present<I extends Base, T> = I extends { readonly required: true | string } ? T : T | undefined

type ValueOf<I> = I extends StringInput
  ? Present<I, string>
  : I extends IntegerInput
    ? Present<I, number>
    : I extends BooleanInput
      ? Present<I, boolean>
      : I extends JsonListInput
        ? Present<I, readonly string[]>
        : I extends ListInput
          ? readonly string[]
          : I extends StructsInput
            ? readonly (Values<I['fields']> & Numbered)[]
            : never

/** The handler's input type: absent optional scalars are undefined, absent lists are empty. */
export type Values<S extends Readonly<Record<string, Input>>> = { readonly [K in keyof S]: ValueOf<S[K]> }
