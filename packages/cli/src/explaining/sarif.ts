import { createHash } from 'node:crypto'
import type { Finding, LintReport, Locale, Severity } from '@sallyport/engine'
import { findingIds, findingText } from '@sallyport/engine'

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'note' }

/**
 * Findings as SARIF 2.1.0, which code hosts show beside a change. `file` is where the rules come from, when they come from
 * one; a host that wants a line gets its first, and the logical location names group and rule.
 */
export function sarifText({ findings, complete }: LintReport, locale: Locale, file?: string): string {
  const used = findingIds.filter((id) => findings.some((finding) => finding.id === id))
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Sallyport', rules: used.map((id) => ruleOf(id, locale)) } },
        invocations: [{ executionSuccessful: complete }],
        results: findings.map((finding) => resultOf(finding, used.indexOf(finding.id), locale, file)),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

const ruleOf = (id: Finding['id'], locale: Locale) => ({
  id,
  shortDescription: { text: findingText(locale, { id, params: {} }).title },
})

function resultOf(finding: Finding, ruleIndex: number, locale: Locale, file: string | undefined) {
  const { id, severity, group, rules, interfaces } = finding
  const { why, remedy } = findingText(locale, finding)
  const logical = [...(group === null ? [] : [group]), ...rules]
  return {
    ruleId: id,
    ruleIndex,
    level: levels[severity],
    message: { text: `${why} ${remedy}` },
    locations: [
      {
        ...(file !== undefined && {
          physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: 1 } },
        }),
        logicalLocations: logical.map((name) => ({ fullyQualifiedName: name })),
      },
    ],
    partialFingerprints: {
      'finding/v1': createHash('sha256')
        .update(JSON.stringify([id, group, rules, interfaces]))
        .digest('hex'),
    },
  }
}

/** A path as SARIF has it: with slashes, each part escaped. */
const uriOf = (file: string): string =>
  file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/')
