/** A small reader of Terraform's language, made for tests apart from the writer: resources with literal arguments. */

export interface HclResource {
  readonly type: string
  readonly label: string
  readonly arguments: Readonly<Record<string, unknown>>
}

/** An expression that is no literal. */
export interface HclReference {
  readonly reference: string
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }

/** Reads resources; throws on whatever it does not know, a template in a string for one. */
export function readHcl(text: string): HclResource[] {
  let at = 0
  const fail = (what: string): never => {
    throw new Error(`${what} at ${JSON.stringify(text.slice(at, at + 40))}`)
  }
  const skip = (): void => {
    for (;;) {
      const match = /^(?:\s+|#[^\n]*\n)/.exec(text.slice(at))
      if (!match) return
      at += match[0].length
    }
  }
  const token = (pattern: RegExp): string => {
    skip()
    const match = new RegExp(`^(?:${pattern.source})`).exec(text.slice(at))
    if (!match) return fail(`no ${pattern.source}`)
    at += match[0].length
    return match[0]
  }
  const next = (): string => {
    skip()
    return text[at] ?? ''
  }
  const string = (): string => {
    token(/"/)
    let value = ''
    for (;;) {
      const char = text[at++] ?? fail('an open string')
      if (char === '"') return value
      if (char === '\n') fail('a line break in a string')
      if ((char === '$' || char === '%') && text[at] === '{') fail('a template')
      if ((char === '$' || char === '%') && text.startsWith(`${char}{`, at)) {
        value += `${char}{`
        at += 2
      } else if (char === '\\') {
        const escape = text[at++] ?? ''
        if (escape === 'u') {
          value += String.fromCharCode(Number.parseInt(text.slice(at, at + 4), 16))
          at += 4
        } else value += escapes[escape] ?? fail('an escape')
      } else value += char
    }
  }
  const value = (): unknown => {
    const char = next()
    if (char === '"') return string()
    if (char === '[') {
      token(/\[/)
      const list: unknown[] = []
      while (next() !== ']') {
        list.push(value())
        if (next() === ',') token(/,/)
      }
      token(/\]/)
      return list
    }
    if (char === '{') {
      token(/\{/)
      const pairs: Record<string, unknown> = {}
      while (next() !== '}') {
        const key = string()
        token(/=/)
        pairs[key] = value()
      }
      token(/\}/)
      return pairs
    }
    const word = token(/[A-Za-z0-9_.-]+/)
    if (word === 'true' || word === 'false') return word === 'true'
    return /^\d+$/.test(word) ? Number(word) : { reference: word }
  }
  const body = (): Record<string, unknown> => {
    const found: Record<string, unknown> = {}
    token(/\{/)
    while (next() !== '}') {
      const name = token(/[a-z0-9_]+/)
      if (next() === '=') {
        token(/=/)
        if (name in found) fail(`${name} twice`)
        found[name] = value()
      } else found[name] = [...((found[name] as unknown[] | undefined) ?? []), body()]
    }
    token(/\}/)
    return found
  }
  const resources: HclResource[] = []
  while (next() !== '') {
    token(/resource/)
    resources.push({ type: string(), label: string(), arguments: body() })
  }
  return resources
}
