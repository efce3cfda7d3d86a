import type { ScalarInput, StringInput } from './inputs.js'

/** Reads a non-empty wire value; undefined when it is not what the declaration asks for. */
export type ReadScalar = (text: string) => string | number | boolean | readonly string[] | undefined

/** Compiles one scalar declaration, so that a request pays for no look-up in it. */
export const compileScalar = (name: string, input: ScalarInput): ReadScalar => {
  switch (input.kind) {
    case 'string':
      return compileString(name, input)
    case 'integer': {
      const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = input
      return (text) => readInteger(text, min, max)
    }
    case 'boolean':
      return readBoolean
    case 'json-list': {
      const { max = Infinity } = input
      return (text) => readJsonList(text, max)
    }
  }
}

/** Compiles a text declaration. Throws on a pattern with a memory (flags g, y), which would match every other time. */
export const compileString = (name: string, input: StringInput): ((text: string) => string | undefined) => {
  const { minLength = 0, maxLength = Infinity, pattern, oneOf } = input
  if (pattern && (pattern.global || pattern.sticky)) {
    throw new Error(`the pattern of input ${name} has flags ${pattern.flags}: drop g and y`)
  }
  const spellings = oneOf && new Map(oneOf.map((value) => [value.toLowerCase(), value]))
  return (text) => {
    if (text.length < minLength || text.length > maxLength) return undefined
    if (pattern && !pattern.test(text)) return undefined
    return spellings ? spellings.get(text.toLowerCase()) : text
  }
}

const DECIMAL = /^-?\d{1,16}$/

const readInteger = (text: string, min: number, max: number): number | undefined => {
  if (!DECIMAL.test(text)) return undefined
  const value = Number(text)
  // "-0" becomes 0, which every reader of the value expects.
  return value >= min && value <= max ? value + 0 : undefined
}

const readBoolean = (text: string): boolean | undefined => {
  switch (text.toLowerCase()) {
    case 'true':
      return true
    case 'false':
      return false
    default:
      return undefined
  }
}

const readJsonList = (text: string, max: number): readonly string[] | undefined => {
  const value = parseJson(text)
  if (!Array.isArray(value) || value.length > max) return undefined
  return value.every((item) => typeof item === 'string') ? value : undefined
}

/** JSON.parse that answers undefined, which JSON has no text for, instead of throwing. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
