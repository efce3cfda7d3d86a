import type { ConfigModule, Resource } from './plan-format.js'

/** The instances of resources that an attribute of a resource refers to, as far as the configuration says it. */
export type Resolve = (from: Resource, attribute: string, type: string) => readonly string[]

/** `module.net["a"].alicloud_vpc.main[0]` in its parts. */
export interface Address {
  /** Calls of modules with their keys: `module.net["a"]`. */
  readonly modules: readonly { readonly name: string; readonly text: string }[]
  /** `alicloud_vpc.main`. */
  readonly resource: string
  /** `[0]`, `["a"]` or nothing. */
  readonly key: string
}

const step = /^module\.([^.[]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\./

/** Takes an address apart. */
export function readAddress(text: string): Address {
  const modules: { name: string; text: string }[] = []
  let rest = text
  for (let match = step.exec(rest); match; match = step.exec(rest)) {
    modules.push({ name: match[1] ?? '', text: match[0].slice(0, -1) })
    rest = rest.slice(match[0].length)
  }
  const bracket = rest.indexOf('[')
  return bracket < 0
    ? { modules, resource: rest, key: '' }
    : { modules, resource: rest.slice(0, bracket), key: rest.slice(bracket) }
}

/** Deepest chain of variables and outputs that is followed. */
const DEPTH = 20

/**
 * Finds what attributes refer to that are known only when the plan is applied: a group that is yet to be made has no
 * id, but the configuration says which group a rule is of. Variables of modules and their outputs are followed. Local
 * values are not in the plan, so what goes through one is not found.
 */
export function resolverFor(configuration: ConfigModule, resources: readonly Resource[]): Resolve {
  const byBase = new Map<string, Resource[]>()
  for (const resource of resources) {
    const { modules, resource: base } = readAddress(resource.address)
    const key = [...modules.map(({ text }) => text), base].join('.')
    const known = byBase.get(key)
    if (known) known.push(resource)
    else byBase.set(key, [resource])
  }
  const moduleOf = (path: Address['modules']): ConfigModule | undefined =>
    path.reduce<ConfigModule | undefined>(
      (module, { name }) => module?.module_calls?.[name]?.module,
      configuration,
    )

  const follow = (
    references: readonly string[],
    path: Address['modules'],
    context: { readonly key: string; readonly type: string },
    depth: number,
  ): string[] => {
    if (depth > DEPTH) return []
    const repeated = references.some((one) => /^(count\.index|each\.(key|value))/.test(one))
    return longest(references).flatMap((reference) => {
      const parts = reference.split('.')
      if (parts[0] === 'var' && path.length > 0) {
        const caller = path.slice(0, -1)
        const call = moduleOf(caller)?.module_calls?.[path.at(-1)?.name ?? '']
        const inner = call?.expressions?.[bare(parts[1])]?.references ?? []
        return follow(inner, caller, context, depth + 1)
      }
      if (parts[0] === 'module') {
        const text = /^module\.[^.[]+(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?/.exec(reference)?.[0] ?? ''
        const output = bare(reference.slice(text.length + 1).split('.')[0])
        const inner = [...path, { name: bare(parts[1]), text }]
        return follow(
          moduleOf(inner)?.outputs?.[output]?.expression?.references ?? [],
          inner,
          context,
          depth + 1,
        )
      }
      if (bare(parts[0]) !== context.type) return []
      const [, name = '', key = ''] = /^[^.]+\.([^.[]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?/.exec(reference) ?? []
      const instances =
        byBase.get([...path.map(({ text }) => text), `${context.type}.${name}`].join('.')) ?? []
      return pick(instances, key, repeated ? context.key : '').map(({ address }) => address)
    })
  }

  return (from, attribute, type) => {
    const { modules, resource, key } = readAddress(from.address)
    const declared = moduleOf(modules)?.resources?.find(({ address }) => address === resource)
    const references = declared?.expressions?.[attribute]?.references ?? []
    return [...new Set(follow(references, modules, { key, type }, 0))]
  }
}

/** `x[0]` and `x` as `x`. */
const bare = (text: string | undefined): string => (text ?? '').replace(/\[.*$/, '')

/** Terraform lists `a.b.id` and `a.b` for one use of it: only the longest says what is meant. */
const longest = (references: readonly string[]): string[] =>
  references.filter(
    (one) =>
      !references.some(
        (other) => other !== one && (other.startsWith(`${one}.`) || other.startsWith(`${one}[`)),
      ),
  )

/** Of the instances of a resource the one with the key, or with the key of who refers to it, else all. */
function pick(instances: readonly Resource[], key: string, own: string): readonly Resource[] {
  const wanted = key === '' ? own : key
  if (wanted === '') return instances
  const same = instances.filter(({ address }) => readAddress(address).key === wanted)
  return same.length > 0 || key !== '' ? same : instances
}
