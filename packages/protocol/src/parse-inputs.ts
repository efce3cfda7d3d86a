import type { WireError } from './errors.js'
import {
  INDEX_MEMBER,
  type Input,
  type Inputs,
  type ListInput,
  type ScalarInput,
  type StructsInput,
  type Values,
} from './inputs.js'
import type { Parameters } from './parameters.js'
import { compileScalar, compileString, parseJson, type ReadScalar } from './parse-scalar.js'

/** Makes the error of a key: an operation's own, or the gateway's `MissingParameter` and `InvalidParameter`. */
export type Raise = (key: string, ...args: readonly string[]) => WireError

/** What the parameters of one request hold for the declared inputs, by input number. */
type Collected = (string | Items | undefined)[]

/** A list or structs input: index to value, and whether a name under it was malformed. */
interface Items {
  readonly byIndex: Map<number, string | Collected>
  /** The value of the bare name, which has to be a JSON array. */
  json: string | undefined
  /** The first name whose index cannot be: zero, not decimal, beyond the maximum. */
  malformed: string | undefined
}

interface Scalar {
  readonly kind: 'scalar'
  readonly name: string
  readonly input: ScalarInput
  readonly read: ReadScalar
}
interface List {
  readonly kind: 'list'
  readonly name: string
  readonly input: ListInput
  readonly read: (text: string) => string | undefined
}
interface Structs {
  readonly kind: 'structs'
  readonly name: string
  readonly input: StructsInput
  readonly fields: Plan
}

/** A compiled declaration: the inputs in check order, and which of them a name belongs to. */
interface Plan {
  readonly slots: readonly (Scalar | List | Structs)[]
  readonly numbers: ReadonlyMap<string, number>
  /** What a request without any of them gives: copied for each request, so that only what is given is set. */
  readonly absent: Readonly<Record<string, unknown>>
}

/** Parses the parameters of one request. */
export type Parse<S extends Inputs> = (parameters: Parameters, raise: Raise) => Values<S>

/**
 * Compiles a declaration into a parser that passes once over a request's parameters and then checks the inputs in
 * declared order: the first one that is missing or malformed decides the error. Every input is in the result; absent
 * scalars are undefined, absent lists empty. Unknown parameters are ignored, as the real service does.
 *
 * An error key of the declaration is raised with the wire name as its argument, for example `Permissions.2.Priority`.
 */
export const compileInputs = <const S extends Inputs>(inputs: S): Parse<S> => {
  const plan = compilePlan(inputs)
  return (parameters, raise) => {
    const collected: Collected = new Array<undefined>(plan.slots.length).fill(undefined)
    for (const [name, value] of parameters) {
      if (value !== '') collect(plan, collected, name, value)
    }
    return check(plan, collected, '', raise) as Values<S>
  }
}

const compiled = new WeakMap<Inputs, Parse<Inputs>>()

/** compileInputs for one request; the compiled form of a declaration is kept. */
export const parseInputs = <const S extends Inputs>(
  inputs: S,
  parameters: Parameters,
  raise: Raise,
): Values<S> => {
  let parse = compiled.get(inputs)
  if (parse === undefined) {
    parse = compileInputs<Inputs>(inputs)
    compiled.set(inputs, parse)
  }
  return parse(parameters, raise) as Values<S>
}

const compileFields = (fields: StructsInput['fields']): Plan => {
  const plan = compilePlan(fields)
  return { ...plan, absent: { ...plan.absent, [INDEX_MEMBER]: 0 } }
}

const compilePlan = (inputs: Inputs): Plan => {
  const slots = Object.entries(inputs).map(([name, input]) => compileSlot(name, input))
  return {
    slots,
    numbers: new Map(slots.map((slot, number) => [slot.name, number])),
    absent: Object.fromEntries(
      slots.map(({ kind, name }) => [name, kind === 'scalar' ? undefined : NO_ITEMS]),
    ),
  }
}

/** Shared by all requests, hence frozen. */
const NO_ITEMS: readonly never[] = Object.freeze([])

const compileSlot = (name: string, input: Input): Scalar | List | Structs => {
  switch (input.kind) {
    case 'list':
      return { kind: 'list', name, input, read: compileString(name, input.of) }
    case 'structs':
      return { kind: 'structs', name, input, fields: compileFields(input.fields) }
    case 'string':
    case 'integer':
    case 'boolean':
    case 'json-list':
      return { kind: 'scalar', name, input, read: compileScalar(name, input) }
  }
}

/** Puts one parameter where it belongs; false when no input has that name. */
const collect = (plan: Plan, into: Collected, name: string, value: string): boolean => {
  const number = plan.numbers.get(name)
  if (number !== undefined) {
    if (plan.slots[number]?.kind === 'scalar') into[number] = value
    else itemsAt(into, number).json = value
    return true
  }
  const dot = name.indexOf('.')
  if (dot < 0) return false
  const head = plan.numbers.get(name.slice(0, dot))
  const slot = head === undefined ? undefined : plan.slots[head]
  if (head === undefined || slot === undefined || slot.kind === 'scalar') return false
  collectItem(slot, itemsAt(into, head), name, name.slice(dot + 1), value)
  return true
}

const itemsAt = (collected: Collected, number: number): Items => {
  const present = collected[number]
  if (typeof present === 'object') return present
  const items: Items = { byIndex: new Map(), json: undefined, malformed: undefined }
  collected[number] = items
  return items
}

const collectItem = (slot: List | Structs, items: Items, name: string, rest: string, value: string): void => {
  const dot = slot.kind === 'structs' ? rest.indexOf('.') : rest.length
  const index = readIndex(dot < 0 ? rest : rest.slice(0, dot), slot.input.max)
  if (index === undefined || dot < 0) {
    items.malformed ??= name
  } else if (slot.kind === 'list') {
    items.byIndex.set(index, value)
  } else {
    const item = items.byIndex.get(index)
    const fields = typeof item === 'object' ? item : emptyFields(slot)
    const known = collect(slot.fields, fields, rest.slice(dot + 1), value)
    if (known) items.byIndex.set(index, fields)
  }
}

const emptyFields = (slot: Structs): Collected =>
  new Array<undefined>(slot.fields.slots.length).fill(undefined)

const INDEX = /^[1-9]\d{0,8}$/

const readIndex = (text: string, max: number): number | undefined => {
  if (!INDEX.test(text)) return undefined
  const index = Number(text)
  return index <= max ? index : undefined
}

const check = (plan: Plan, collected: Collected, prefix: string, raise: Raise): Record<string, unknown> => {
  const values = { ...plan.absent }
  const { slots } = plan
  for (let number = 0; number < slots.length; number++) {
    const slot = slots[number] as Plan['slots'][number]
    const given = collected[number]
    if (given === undefined && slot.input.required === undefined) continue
    values[slot.name] = checkSlot(slot, given, prefix + slot.name, raise)
  }
  return values
}

const checkSlot = (
  slot: Scalar | List | Structs,
  given: string | Items | undefined,
  name: string,
  raise: Raise,
): unknown => {
  if (given === undefined) {
    if (slot.input.required !== undefined) throw missing(slot.input.required, name, raise)
    return slot.kind === 'scalar' ? undefined : NO_ITEMS
  }
  if (slot.kind === 'scalar') {
    const value = typeof given === 'string' ? slot.read(given) : undefined
    if (value === undefined) throw invalid(slot.input.invalid, name, raise)
    return value
  }
  const items = typeof given === 'string' ? undefined : given
  if (items === undefined || items.malformed !== undefined) {
    throw invalid(slot.input.invalid, items?.malformed ?? name, raise)
  }
  return slot.kind === 'list' ? checkList(slot, items, name, raise) : checkStructs(slot, items, name, raise)
}

const checkList = (slot: List, items: Items, name: string, raise: Raise): readonly string[] => {
  if (items.json !== undefined && !addJsonList(slot, items, items.json)) {
    throw invalid(slot.input.invalid, name, raise)
  }
  const elements = inOrder(items)
  if (elements.length === 0 && slot.input.required !== undefined) {
    throw missing(slot.input.required, name, raise)
  }
  return elements.map(([index, text]) => {
    const value = typeof text === 'string' ? slot.read(text) : undefined
    if (value === undefined)
      throw invalid(slot.input.of.invalid ?? slot.input.invalid, `${name}.${index}`, raise)
    return value
  })
}

const checkStructs = (slot: Structs, items: Items, name: string, raise: Raise): readonly unknown[] => {
  if (items.json !== undefined && !addJson(slot, items, items.json)) {
    throw invalid(slot.input.invalid, name, raise)
  }
  const elements = inOrder(items)
  if (elements.length === 0 && slot.input.required !== undefined) {
    throw missing(slot.input.required, name, raise)
  }
  return elements.map(([index, fields]) => {
    const values = check(slot.fields, typeof fields === 'string' ? [] : fields, `${name}.${index}.`, raise)
    values[INDEX_MEMBER] = index
    return values
  })
}

const inOrder = (items: Items): readonly [number, string | Collected][] => {
  const entries = [...items.byIndex]
  return entries.length < 2 ? entries : entries.sort(([left], [right]) => left - right)
}

/**
 * Adds the elements of a JSON array, which command-line users send in one parameter instead of numbered ones. False
 * when it is none, is too long, or comes together with numbered parameters.
 */
const addJsonList = (slot: List, items: Items, json: string): boolean => {
  const list = readJsonArray(slot, items, json)
  return list?.every((item, at) => addText(items.byIndex, at + 1, item)) === true
}

const addText = (into: Items['byIndex'], index: number, item: unknown): boolean => {
  if (typeof item !== 'string') return false
  if (item !== '') into.set(index, item)
  return true
}

/** The same for objects; also false when an element holds what no field can. */
const addJson = (slot: Structs, items: Items, json: string): boolean => {
  const list = readJsonArray(slot, items, json)
  if (list === undefined) return false
  return list.every((element, at) => {
    if (typeof element !== 'object' || element === null || Array.isArray(element)) return false
    const fields = emptyFields(slot)
    items.byIndex.set(at + 1, fields)
    return Object.entries(element).every(([field, value]) => addJsonField(slot.fields, fields, field, value))
  })
}

const readJsonArray = (slot: List | Structs, items: Items, json: string): readonly unknown[] | undefined => {
  const list = parseJson(json)
  return Array.isArray(list) && list.length <= slot.input.max && items.byIndex.size === 0 ? list : undefined
}

const addJsonField = (plan: Plan, fields: Collected, field: string, value: unknown): boolean => {
  const number = plan.numbers.get(field)
  const slot = number === undefined ? undefined : plan.slots[number]
  if (slot === undefined || value === null || value === '') return true
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return collect(plan, fields, field, String(value))
    default: {
      const listed = slot.kind === 'list' || (slot.kind === 'scalar' && slot.input.kind === 'json-list')
      return listed && collect(plan, fields, field, JSON.stringify(value))
    }
  }
}

const missing = (required: true | string, name: string, raise: Raise): WireError =>
  required === true ? raise('MissingParameter', name) : raise(required, name)

const invalid = (key: string | undefined, name: string, raise: Raise): WireError =>
  raise(key ?? 'InvalidParameter', name)
