import { randomUUID } from 'node:crypto'
import {
  type Answer,
  type Caller,
  compileInputs,
  type Inputs,
  type Parse,
  WrittenJson,
} from '@sallyport/protocol'
import { raiseDeclared } from '../errors/raise.js'
import { propertiesOf } from '../model/account-properties.js'
import type { AnswerContext, AnyOperation, ModelSettings, WriteContext } from '../model/context.js'
import type { Remember } from '../model/remembered.js'
import { flattenParameters } from '../operations/flatten-parameters.js'
import { operations } from '../operations/registry.js'
import type { AccountRow } from '../store/schema.js'
import type { Step } from '../store/series.js'

/** Calls operations for one account and region, without a signature: `run('CreateVpc', {...})`. */
export type RunOperation = (name: string, parameters: object) => Promise<Answer>

/** Everything here is found under one name in one product. */
const found = new Map<string, { operation: AnyOperation; parse: Parse<Inputs> }>()

function operationOf(name: string) {
  const known = found.get(name)
  if (known) return known
  const candidates = operations.filter((operation) => operation.name === name)
  const operation = candidates.find(({ product }) => product === (/Vpc|VSwitch/.test(name) ? 'Vpc' : 'Ecs'))
  if (!operation) throw new Error(`there is no operation ${name}`)
  const made = { operation, parse: compileInputs(operation.inputs) }
  found.set(name, made)
  return made
}

/** Makes the way to call operations within a series of writes. */
export function operationRunner(
  step: Step,
  settings: ModelSettings,
  account: AccountRow,
  region: string,
  now: Date,
): RunOperation {
  const properties = propertiesOf(account)
  return (name, parameters) => {
    const { operation, parse } = operationOf(name)
    const flat = new Map([['RegionId', region], ...flattenParameters(parameters)])
    return step({ accountId: account.id, principal: '', operation: name, requestId: '' }, (session) => {
      const context: WriteContext & AnswerContext = {
        session,
        settings,
        account: properties,
        remember: afresh,
      }
      return operation.handle(parse(flat, raiseDeclared), callerOf(account, now), context).then(readable)
    })
  }
}

/** What a series of writes sees is not what was committed. */
const afresh: Remember = (_, make) => make()

/** An answer whose members are all values: some are written out already. */
const readable = (answer: Answer): Answer =>
  Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      name,
      value instanceof WrittenJson ? value.toJSON() : value,
    ]),
  )

const callerOf = ({ id, name }: AccountRow, now: Date): Caller => ({
  ...{ accountId: id, accountName: name, accessKeyId: '', now, host: '' },
  requestId: randomUUID().toUpperCase(),
  principal: { type: 'Account', accountId: id, id, arn: `acs:ram::${id}:root`, service: false },
})
