/** The text of one operation's page. */

const cell = (text) => String(text).replaceAll('|', '\\|').replace(/\s+/g, ' ').trim()
const row = (...cells) => `| ${cells.map(cell).join(' | ')} |`
const table = (heads, rows) => [row(...heads), row(...heads.map(() => '---')), ...rows]

/** `CreateVSwitch` as file names have it: `create-vswitch`. */
export const slug = (name) =>
  name
    .replace(/VSwitch/g, 'Vswitch')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()

const types = {
  string: 'text',
  integer: 'integer',
  boolean: 'true or false',
  'json-list': 'JSON list of text',
}

/** The default as the sentence says it: `Default 10.`, `Default: the default VPC.`, `normal (basic, default)`. */
function defaultIn(doc) {
  const sentence = /\bDefault:? (.+?)\.(?=\s|$)/.exec(doc)
  if (sentence) return sentence[1]
  return /\b([\w.-]+) \((?:[^()]*, )?default\)/.exec(doc)?.[1] ?? ''
}

function rangeOf(input) {
  const parts = []
  if (input.oneOf) parts.push(input.oneOf.join(', '))
  if (input.min !== undefined && input.max !== undefined) parts.push(`${input.min} to ${input.max}`)
  else if (input.min !== undefined) parts.push(`from ${input.min}`)
  else if (input.max !== undefined)
    parts.push(input.kind === 'json-list' ? `up to ${input.max} items` : `up to ${input.max}`)
  if (input.minLength !== undefined) parts.push(`at least ${input.minLength} characters`)
  if (input.maxLength !== undefined) parts.push(`up to ${input.maxLength} characters`)
  return parts.join('; ')
}

/** One row a parameter; `Tag` with fields becomes `Tag.N.Key` and so on. */
function parameterRows(inputs, prefix = '', numbers = '') {
  return Object.entries(inputs).flatMap(([name, input]) => {
    const path = `${prefix}${name}`
    if (input.kind === 'structs') {
      const bound = `${numbers}N up to ${input.max}`
      const rows = parameterRows(input.fields, `${path}.N.`, `${bound}; `)
      return input.doc === undefined
        ? rows
        : [row(`\`${path}.N\``, 'list', '', '', bound, input.doc), ...rows]
    }
    const list = input.kind === 'list'
    const scalar = list ? { ...input.of, doc: input.doc ?? input.of.doc, required: input.required } : input
    const range = [list ? `${numbers}N up to ${input.max}` : '', rangeOf(scalar)].filter(Boolean).join('; ')
    const doc = scalar.doc ?? ''
    return [
      row(
        `\`${path}${list ? '.N' : ''}\``,
        types[scalar.kind],
        scalar.required ? 'yes' : '',
        defaultIn(doc),
        range,
        doc,
      ),
    ]
  })
}

const codeOf = (key) => key.split('#', 1)[0]

const link = (path, up) => `[\`${path}\`](${up}${path})`

/** `{ operation, keys, rows, source, cases, tests, calls }` as Markdown; `up` leads from the page to the project's root. */
export function page({ operation, keys, rows, source, cases, tests, calls }, up) {
  const { name, product, version, access, idempotent, summary, inputs } = operation
  const parameters = parameterRows(inputs)
  if (idempotent) {
    const doc =
      'Up to 64 ASCII characters: the same request again under it has the same answer and no second effect.'
    parameters.push(row('`ClientToken`', 'text', '', '', '', doc))
  }
  const errors = keys.map((key) => {
    const { status, message, when } = rows[key]
    return row(`\`${codeOf(key)}\``, status, message, when, cases.get(key))
  })
  return [
    `# ${name}`,
    '',
    `${product} ${version}. ${access === 'read' ? 'Reads.' : 'Changes something.'} ${summary}`,
    '',
    ...(source ? [`Declared in ${link(source, up)}.`, ''] : []),
    '## Parameters',
    '',
    ...(parameters.length > 0
      ? table(['name', 'type', 'required', 'default', 'range', 'meaning'], parameters)
      : ['None.']),
    '',
    '## Errors',
    '',
    ...(errors.length > 0
      ? [
          `Beside these, [what the gateway answers](../gateway.md). Each is raised by the test \`${name} ${version} raises\` of`,
          `${link('packages/server/test/error-tables.test.ts', up)}; the last column names the file in \`error-cases/\` that has`,
          'the request. `%s` stands for what the answer names.',
          '',
          ...table(['code', 'status', 'text', 'when', 'case'], errors),
        ]
      : ['Only [what the gateway answers](../gateway.md).']),
    '',
    '## Tests',
    '',
    ...(tests.length > 0 ? tests.map((path) => `- ${link(path, up)}`) : ['No test of the server names it.']),
    '',
    '## Real clients',
    '',
    ...(calls.length > 0
      ? calls.map(({ path, title }) => `- ${link(path, up)}${title === undefined ? '' : `: ${title}`}`)
      : ['No real client test.']),
    '',
  ].join('\n')
}

/** The errors of the gateway. */
export const gatewayPage = (rows, up) =>
  [
    '# What the gateway answers',
    '',
    'Any operation can be answered with these, before it runs. Each is raised by a test of',
    `${link('packages/protocol/test/gateway-errors.test.ts', up)}.`,
    '',
    ...table(
      ['code', 'status', 'text', 'when'],
      Object.entries(rows).map(([key, { status, message, when }]) =>
        row(`\`${codeOf(key)}\``, status, message, when),
      ),
    ),
    '',
  ].join('\n')

/** The list of all pages: `{ product, version, operations: [{ name, summary, path, calls }] }` each. */
export const indexPage = (products) =>
  [
    '# Operations',
    '',
    'Written by `npm run docs` from the declarations that the server runs; `npm run lint` fails when a page is stale. An',
    'operation of these products that is not listed is refused with 400 `UnsupportedOperation`.',
    '',
    ...products.flatMap(({ product, version, operations }) => [
      `## ${product} ${version}`,
      '',
      ...table(
        ['operation', 'what it does', 'real clients'],
        operations.map(({ name, summary, path, calls }) =>
          row(`[${name}](${path})`, summary, calls.length > 0 ? 'yes' : 'none'),
        ),
      ),
      '',
    ]),
    'Errors that any of them can be answered with: [what the gateway answers](gateway.md).',
    '',
  ].join('\n')
