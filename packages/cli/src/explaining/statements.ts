import type { Statement, World } from '@sallyport/engine'
import { UserError } from '@sallyport/server'
import { parse } from 'yaml'
import { z } from 'zod'
import { readEnds } from './ends.js'
import { queryOf } from './query.js'

const flow = z.strictObject({
  from: z.string().min(1),
  to: z.string().min(1),
  protocol: z.union([z.string(), z.number()]).optional(),
  ports: z.union([z.string(), z.number()]).optional(),
  sourcePorts: z.union([z.string(), z.number()]).optional(),
})

const schema = z.strictObject({
  statements: z
    .array(
      z.union([
        z.strictObject({ permit: flow, name: z.string().optional() }),
        z.strictObject({ deny: flow, name: z.string().optional() }),
      ]),
    )
    .min(1, 'has no statement')
    .max(10_000),
})

type Flow = z.infer<typeof flow>

/** A statement of a file, with how it is called there. */
export interface NamedStatement extends Statement {
  readonly text: string
}

const hint =
  'A file of statements is "statements:" with items such as ' +
  '{ permit: { from: web-1, to: db-1, protocol: tcp, ports: 5432 } } or { deny: { from: internet, to: db-1 } }.'

/** Reads statements and finds the ends that they name. Throws a `UserError` that says which item is wrong. */
export function readStatements(
  file: string,
  text: string,
  world: World,
  names: ReadonlyMap<string, string>,
): NamedStatement[] {
  const result = schema.safeParse(parsed(file, text))
  if (!result.success) {
    const [issue] = result.error.issues
    throw new UserError(`${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`, hint)
  }
  return result.data.statements.map((item, index) => {
    const [must, wanted] =
      'permit' in item ? (['permit', item.permit] as const) : (['deny', item.deny] as const)
    try {
      return { must, ...statementOf(wanted, world, names), text: item.name ?? textOf(must, wanted) }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      throw new UserError(`${file}: statement ${index + 1}: ${error.message}`, error.hint)
    }
  })
}

function parsed(file: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 }) as unknown
  } catch (error) {
    throw new UserError(`${file} is no YAML: ${(error as Error).message}`, hint)
  }
}

function statementOf(
  { from, to, protocol, ports, sourcePorts }: Flow,
  world: World,
  names: ReadonlyMap<string, string>,
): Omit<Statement, 'must'> {
  const [start, end] = readEnds(world, names, from, to)
  const given = (value: string | number | undefined): string | undefined =>
    value === undefined ? undefined : String(value)
  const options = { protocol: given(protocol), port: given(ports), sourcePort: given(sourcePorts) }
  return { from: start.end, to: end.end, query: queryOf(options) }
}

const textOf = (must: string, { from, to, protocol, ports }: Flow): string =>
  [must, protocol ?? 'all', from, '->', ports === undefined ? to : `${to}:${ports}`].join(' ')
