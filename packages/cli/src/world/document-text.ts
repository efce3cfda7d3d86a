import type { SeedDocument } from '@sallyport/server'
import { Document, isMap, isSeq, visit } from 'yaml'

/** Lists whose members are one line each. */
const inLines = new Set(['ingress', 'egress', 'entries', 'instances', 'interfaces', 'vswitches'])

/** A document as YAML, a rule a line. What is read from it is the same document. */
export function documentText(document: SeedDocument): string {
  const yaml = new Document(document)
  visit(yaml, {
    Pair(_, { key, value }) {
      if (!inLines.has(String(key)) || !isSeq(value)) return
      for (const item of value.items) if (isMap(item)) item.flow = true
    },
  })
  return yaml.toString({ lineWidth: 0, flowCollectionPadding: true })
}
