/** An expression that is written as it stands, such as a reference. */
export interface Expression {
  readonly expression: string
}

type Value =
  string | number | boolean | Expression | readonly Value[] | { readonly block: Attributes } | Mapping
interface Mapping {
  readonly map: Readonly<Record<string, string>>
}

export type Attributes = Readonly<Record<string, Value | undefined>>

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
    // eslint-disable-next-line no-control-regex -- control characters are what is escaped
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
export const resource = (type: string, label: string, attributes: Attributes): string =>
  `resource ${quoted(type)} ${quoted(label)} {\n${body(attributes, '  ')}}\n`

function body(attributes: Attributes, indent: string): string {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined) as [string, Value][]
  const isBlock = (value: Value): boolean =>
    typeof value === 'object' &&
    ('block' in value || (Array.isArray(value) && value.some((one) => isBlock(one as Value))))
  const plain = given.filter(([, value]) => !isBlock(value))
  const width = Math.max(0, ...plain.map(([name]) => name.length))
  const lines = plain.map(([name, value]) => `${indent}${name.padEnd(width)} = ${valueText(value, indent)}\n`)
  const blocks = given
    .filter(([, value]) => isBlock(value))
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map(
        (one) =>
          `${indent}${name} {\n${body((one as { block: Attributes }).block, `${indent}  `)}${indent}}\n`,
      ),
    )
  return [...lines, ...blocks].join('')
}

function valueText(value: Value, indent: string): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `[${value.map((one) => valueText(one as Value, indent)).join(', ')}]`
  if ('expression' in value) return value.expression
  if (!('map' in value)) throw new Error('a block is no value')
  const pairs = Object.entries(value.map).map(
    ([key, text]) => `${indent}  ${quoted(key)} = ${quoted(text)}\n`,
  )
  return `{\n${pairs.join('')}${indent}}`
}
