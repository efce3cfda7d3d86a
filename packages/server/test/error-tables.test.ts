import { gatewayErrors, type Input, type Inputs } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorRows, productTables } from '../src/errors/raise.js'
import type { AnyOperation } from '../src/model/context.js'
import { operations } from '../src/operations/registry.js'
import { declaredKeys } from './declared-errors.js'
import { caseOf, ownKeys } from './error-cases/all-cases.js'
import { signerOf, validCallOf } from './error-cases/valid-calls.js'
import { closeWorld, openWorld, type World } from './error-cases/world.js'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => closeWorld(world))

const tables = productTables.flatMap((table) => Object.keys(table))
const nameOf = ({ name, version }: AnyOperation): string => `${name} ${version}`

describe('the error tables', () => {
  it('hold no key that no operation lists', () => {
    const listed = new Set(operations.flatMap(declaredKeys))
    expect(tables.filter((key) => !listed.has(key))).toEqual([])
  })

  it('hold no key twice: a shared row is written once', () => {
    expect(tables.filter((key, index) => tables.indexOf(key) !== index)).toEqual([])
  })

  it('say of one code and one status only what can be told apart', () => {
    const texts = tables.map(
      (key) => `${key.split('#', 1)[0]} ${errorRows[key]?.status} ${errorRows[key]?.message}`,
    )
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([])
  })
})

const isGateway = (key: string): boolean => Object.hasOwn(gatewayErrors, key)

function inputKeys(inputs: Inputs): string[] {
  return Object.values(inputs).flatMap((input: Input) => [
    ...(typeof input.required === 'string' ? [input.required] : []),
    ...(input.invalid === undefined ? [] : [input.invalid]),
    ...(input.kind === 'structs' ? inputKeys(input.fields) : []),
    ...(input.kind === 'list' ? inputKeys({ of: input.of }) : []),
  ])
}

describe.each(operations.map((operation) => [nameOf(operation), operation] as const))(
  '%s',
  (_, operation) => {
    const declared = declaredKeys(operation)

    it('lists each key once, and only keys that a table has', () => {
      expect(new Set(declared).size).toBe(declared.length)
      expect(declared.filter((key) => !tables.includes(key))).toEqual([])
    })

    it('lists what its inputs raise', () => {
      expect(inputKeys(operation.inputs).filter((key) => !declared.includes(key) && !isGateway(key))).toEqual(
        [],
      )
    })

    it('has a case for each key that it lists, and none for others', () => {
      const without = declared.filter((key) => caseOf(operation, key) === undefined)
      expect(without, 'add a case to error-cases/ for each').toEqual([])
      expect(ownKeys(operation).filter((key) => !declared.includes(key))).toEqual([])
    })

    it('accepts the valid call that the cases start from', async () => {
      const parameters = await validCallOf(operation)(world)
      const { status, body } = await signerOf(operation, world).call(
        ...([operation.name, parameters, operation.version] as const),
      )
      expect(status, JSON.stringify(body)).toBe(200)
    })

    it.each(declared)('raises %s', async (key) => {
      const answer = await caseOf(operation, key)?.(
        (parameters, on = signerOf(operation, world)) =>
          on.call(operation.name, parameters, operation.version),
        world,
      )
      expect(answer?.key, JSON.stringify(answer?.body)).toBe(key)
    })
  },
)
