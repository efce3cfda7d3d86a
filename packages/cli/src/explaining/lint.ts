import type { Finding, LintReport, Locale, Severity, World } from '@sallyport/engine'
import { findingText, lint, say } from '@sallyport/engine'
import { UserError } from '@sallyport/server'
import { exitCodes } from '../exit-codes.js'
import type { Source } from '../world/source.js'
import { budgetOf } from './budget.js'
import { flowText } from './flow-text.js'
import { jsonText } from './json.js'
import { sarifText } from './sarif.js'
import { called, lines, percentOf, type Style } from './texts.js'

type Options = Readonly<Record<string, unknown>>

/** From the gravest. */
const severities: readonly Severity[] = ['error', 'warning', 'note']

/** Prints what is wrong with the rules; exit code 1 when something as grave as `--fail-on` is. */
export function lintCommand({ world, names }: Source, options: Options, style: Style): number {
  if (options['sarif'] === true && options['json'] === true) {
    throw new UserError('--sarif and --json are both given', 'Give one of them.')
  }
  const failOn = severityOf(options['failOn'] ?? 'warning')
  const report = lint(world, { budget: budgetOf(options['budget']) })
  process.stdout.write(textOf(report, world, options, { ...style, names }))
  const grave = report.findings.some(
    ({ severity }) => severities.indexOf(severity) <= severities.indexOf(failOn),
  )
  if (grave) return exitCodes.drop
  return report.complete ? exitCodes.ok : exitCodes.unknown
}

function severityOf(text: unknown): Severity {
  const found = severities.find((severity) => severity === text)
  if (!found) throw new UserError(`--fail-on is ${JSON.stringify(text)}`, `Give ${severities.join(', ')}.`)
  return found
}

function textOf(report: LintReport, world: World, options: Options, style: Style): string {
  if (options['sarif'] === true) {
    const file = options['file'] as string | undefined
    return sarifText(report, style.locale, file === '-' ? undefined : file)
  }
  if (options['json'] === true) return jsonText(withTexts(report, style.locale))
  return lintText(report, world, style)
}

const withTexts = (report: LintReport, locale: Locale) => ({
  ...report,
  findings: report.findings.map((finding) => ({ ...finding, ...findingText(locale, finding) })),
})

/** The findings in text: what, where, why, what to do; the gravest first, and how many there are last. */
export function lintText(report: LintReport, world: World, style: Style): string {
  const { locale, paint } = style
  const { findings, complete, covered } = report
  const counts = severities
    .map((severity) => [severity, findings.filter((one) => one.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${say(locale, `severity.${severity}`)}`)
  const unknown = say(locale, 'path.unknown', { percent: percentOf(covered) })
  return (
    findings.map((finding) => findingLines(finding, world, style)).join('\n') +
    lines(findings.length > 0 ? ['', counts.join(', ')] : complete ? [say(locale, 'lint.clean')] : []) +
    lines(complete ? [] : [paint.warn(unknown)])
  )
}

function findingLines(finding: Finding, world: World, style: Style): string {
  const { locale, paint } = style
  const { title, why, remedy } = findingText(locale, finding)
  const colour = { error: paint.bad, warning: paint.warn, note: paint.faint }[finding.severity]
  const direction = directionOf(finding, world)
  const where = finding.group === null ? '' : `  ${called(style, finding.group)}`
  return (
    lines([
      `${colour(say(locale, `severity.${finding.severity}`))}  ${paint.strong(title)}${where}  ${paint.faint(finding.id)}`,
    ]) +
    lines(
      [
        why,
        remedy,
        ...(finding.evidence && direction ? [paint.faint(flowText(finding.evidence, direction))] : []),
        ...(finding.interfaces.length > 0 ? [paint.faint(some(finding.interfaces))] : []),
      ],
      '  ',
    )
  )
}

/** The direction of the first rule that a finding names. */
function directionOf({ rules }: Finding, world: World) {
  const [rule] = rules
  const group = rule === undefined ? undefined : world.ruleGroup.get(rule)
  return group === undefined || rule === undefined ? undefined : world.rules.get(group)?.get(rule)?.direction
}

const SHOWN = 4

const some = (ids: readonly string[]): string =>
  ids.length <= SHOWN ? ids.join(', ') : `${ids.slice(0, SHOWN).join(', ')} +${ids.length - SHOWN}`
