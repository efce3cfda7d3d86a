import type { StatementAnswer } from '@sallyport/engine'
import { assertStatements, say } from '@sallyport/engine'
import { exitCodes } from '../exit-codes.js'
import { readText } from '../world/read-file.js'
import type { Source } from '../world/source.js'
import { budgetOf } from './budget.js'
import { packetText } from './flow-text.js'
import { jsonText } from './json.js'
import { type NamedStatement, readStatements } from './statements.js'
import { lines, percentOf, sideText, type Style } from './texts.js'

type Options = Readonly<Record<string, unknown>>

/** Checks the statements of a file; exit code 1 when one fails, 4 when none fails and one is unknown. */
export function assertCommand(
  { world, names }: Source,
  file: string,
  options: Options,
  style: Style,
): number {
  const statements = readStatements(file, readText(file), world, names)
  const answers = assertStatements(world, statements, { budget: budgetOf(options['budget']) })
  const both = statements.map((statement, index) => ({ statement, answer: answers[index] }))
  process.stdout.write(
    options['json'] === true
      ? jsonText(both.map(({ statement: { must, text }, answer }) => ({ must, text, ...answer })))
      : both.map(({ statement, answer }) => (answer ? statementText(statement, answer, style) : '')).join(''),
  )
  if (answers.some(({ result }) => result === 'fails')) return exitCodes.drop
  return answers.every(({ result }) => result === 'holds') ? exitCodes.ok : exitCodes.unknown
}

/** One statement and what became of it; a failure with a packet that shows it and what decides it. */
export function statementText({ must, text }: NamedStatement, answer: StatementAnswer, style: Style): string {
  const { locale, paint } = style
  switch (answer.result) {
    case 'holds':
      return lines([`${paint.good('✓')} ${text}: ${say(locale, 'assert.holds')}`])
    case 'unknown': {
      const unknown = say(locale, 'assert.unknown', { percent: percentOf(answer.covered) })
      return lines([`${paint.warn('?')} ${text}: ${unknown}`])
    }
    case 'fails': {
      const flow = packetText(answer.counterexample.example)
      const sides = answer.blockers.length > 0 ? answer.blockers : answer.counterexample.sides
      return (
        lines([`${paint.bad('✗')} ${text}: ${say(locale, `assert.fails.${must}`, { flow })}`]) +
        lines(
          sides.map((side) => sideText(style, side)),
          '    ',
        )
      )
    }
  }
}
