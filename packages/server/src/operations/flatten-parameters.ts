/** Parameters as on the wire: `{Permissions: [{Policy: 'drop'}]}` is `Permissions.1.Policy`. What is undefined or null is left out. */
export function flattenParameters(parameters: object): Map<string, string> {
  const flat = new Map<string, string>()
  flatten(parameters, '', flat)
  return flat
}

function flatten(value: unknown, name: string, into: Map<string, string>): void {
  if (value === undefined || value === null) return
  if (Array.isArray(value)) value.forEach((item, index) => flatten(item, `${name}.${index + 1}`, into))
  else if (typeof value === 'object') {
    for (const [key, member] of Object.entries(value))
      flatten(member, name === '' ? key : `${name}.${key}`, into)
  } else into.set(name, textOf(value as string | number | boolean))
}

const textOf = (value: string | number | boolean): string => String(value)
