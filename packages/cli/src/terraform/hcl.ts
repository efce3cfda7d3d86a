/** An expression that is written as it stands, such as a reference. */
export interface Expression {
  readonly expression: string
}

type Scalar = string | number | boolean | Expression

type Value =
  Scalar | { readonly list: readonly Scalar[] } | { readonly pairs: Readonly<Record<string, string>> }

export type Attributes = Readonly<Record<string, Value | undefined>>

/** A nested block of a resource. */
export interface Block {
  readonly name: string
  readonly attributes: Attributes
}

/**
 * A quoted string of Terraform's language: nothing in it ends the string or begins a template
 * (the HCL native syntax specification, on quoted templates).
 */
export function quoted(text: string): string {
  const escaped = text
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/\$\{/g, '$$$${')
    .replace(/%\{/g, '%%{')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(
      /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
  return `"${escaped}"`
}

/** A line of comment, whatever the text. */
export const comment = (text: string): string => `# ${text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')}\n`

/** A label that Terraform takes, made of a name. */
export function labelOf(name: string, taken: Set<string>): string {
  const base = name.replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^(?![A-Za-z_])/, '_')
  let label = base
  for (let number = 2; taken.has(label); number++) label = `${base}_${number}`
  taken.add(label)
  return label
}

/** One resource; attributes that are undefined are left out. */
export function resource(
  type: string,
  label: string,
  attributes: Attributes,
  blocks: readonly Block[] = [],
): string {
  const nested = blocks.map(({ name, attributes: own }) => `  ${name} {\n${body(own, '    ')}  }\n`)
  return `resource ${quoted(type)} ${quoted(label)} {\n${body(attributes, '  ')}${nested.join('')}}\n`
}

function body(attributes: Attributes, indent: string): string {
  const given = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  )
  const width = Math.max(0, ...given.map(({ name }) => name.length))
  return given
    .map(({ name, value }) => `${indent}${name.padEnd(width)} = ${valueText(value, indent)}\n`)
    .join('')
}

function valueText(value: Value, indent: string): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object') return String(value)
  if ('expression' in value) return value.expression
  if ('list' in value) return `[${value.list.map((one) => valueText(one, indent)).join(', ')}]`
  const pairs = Object.entries(value.pairs).map(
    ([key, text]) => `${indent}  ${quoted(key)} = ${quoted(text)}\n`,
  )
  return `{\n${pairs.join('')}${indent}}`
}
