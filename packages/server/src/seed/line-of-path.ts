import type { SeedPath } from './problem.js'

/** A node of a parsed YAML document, as far as it is looked at; the nodes of the package `yaml` fit. */
interface YamlNode {
  readonly range?: readonly [start: number, value: number, end: number] | null
  /** Of a sequence its nodes, of a mapping its pairs. */
  readonly items?: readonly unknown[]
  readonly value?: unknown
  /** Of an alias. */
  readonly resolve?: (document: never) => unknown
}

interface YamlPair {
  readonly key: YamlNode
  readonly value: unknown
}

/** The line (from 1) of a path in a YAML text, or of the nearest place above it that is there. */
export function lineOfPath(text: string, document: { readonly contents: unknown }, path: SeedPath): number {
  let node = asNode(document, document.contents)
  let offset = node?.range?.[0] ?? 0
  for (const part of path) {
    const found = child(document, node, part)
    if (!found) break
    offset = found.offset ?? offset
    node = found.node
  }
  return text.slice(0, offset).split('\n').length
}

interface Child {
  readonly node: YamlNode | undefined
  readonly offset: number | undefined
}

function child(document: object, node: YamlNode | undefined, part: string | number): Child | undefined {
  if (typeof part === 'number') {
    const item = asNode(document, node?.items?.[part])
    return item && { node: item, offset: item.range?.[0] }
  }
  const pair = (node?.items as readonly YamlPair[] | undefined)?.find(({ key }) => key?.value === part)
  return pair && { node: asNode(document, pair.value), offset: pair.key.range?.[0] }
}

function asNode(document: object, value: unknown): YamlNode | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const node = value as YamlNode
  return node.resolve ? asNode(document, node.resolve(document as never)) : node
}
