import type { Finding, FindingId, Severity } from './answers.js'
import type { Rule } from './rule.js'

/** A finding with nothing but what is given. */
export const finding = (
  id: FindingId,
  severity: Severity,
  params: Finding['params'],
  more: Partial<Pick<Finding, 'group' | 'rules' | 'interfaces' | 'evidence'>> = {},
): Finding => ({ id, severity, group: null, rules: [], interfaces: [], evidence: null, ...more, params })

/** A finding about one rule, which its texts name together with its group. */
export const ruleFinding = (
  id: FindingId,
  severity: Severity,
  rule: Pick<Rule, 'id' | 'group'>,
  params: Finding['params'] = {},
  more: Partial<Pick<Finding, 'rules' | 'interfaces' | 'evidence'>> = {},
): Finding =>
  finding(
    id,
    severity,
    { rule: rule.id, group: rule.group, ...params },
    { ...more, group: rule.group, rules: [rule.id, ...(more.rules ?? [])] },
  )

/** Ids for a text: all, or the first few and how many more. */
export const namesOf = (ids: readonly string[], most = 5): string =>
  ids.length <= most ? ids.join(', ') : `${ids.slice(0, most).join(', ')} (+${ids.length - most})`
