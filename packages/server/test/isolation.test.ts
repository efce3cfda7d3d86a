import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operations } from '../src/operations/registry.js'
import { signerOf, validCallOf } from './error-cases/valid-calls.js'
import { closeWorld, openWorld, stranger, type World } from './error-cases/world.js'
import { worldState } from './world-state.js'

/** Parameters that name a resource; a call without any is about the caller's own. */
const ids = /Id(s)?(\.\d+)?$/
/** Names that are about no resource of an account. */
const ofNobody = new Set(['Id', 'RegionId', 'ZoneId', 'ImageId'])

/** The codes of what is not there. */
const absent = /NotFound|NotExist|^InvalidVpc.NotBelong|^IllegalParam\.(Source|Target)Id$/

const named = (parameters: object): readonly string[] =>
  Object.keys(parameters).filter((name) => ids.test(name) && !ofNobody.has(name))

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => closeWorld(world))

/** The lists and objects of an answer that are not empty, whatever their depth. */
function holdsAnything(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsAnything)
}

describe('what an account has is not there for another:', () => {
  it.each(operations.map((operation) => [`${operation.name} ${operation.version}`, operation] as const))(
    '%s',
    async (_, operation) => {
      const parameters = await validCallOf(operation)(world)
      // AssumeRole is how one account lets another in.
      if (named(parameters).length === 0 || operation.name === 'AssumeRole') return
      const before = await worldState(world.roomy)
      const foreign = await world.roomy.as(stranger).call(operation.name, parameters, operation.version)
      if (operation.access === 'read' && foreign.status === 200) {
        expect(holdsAnything(foreign.body), JSON.stringify(foreign.body)).toBe(false)
      } else {
        // The last ones are what is answered of a VPC or of an end of a path that nobody has, too.
        expect(foreign.key, JSON.stringify(foreign.body)).toMatch(absent)
        expect(foreign.status).toBeGreaterThanOrEqual(400)
      }
      expect(await worldState(world.roomy)).toEqual(before)
      // It was the stranger that was refused, not the call.
      const own = await signerOf(operation, world).call(operation.name, parameters, operation.version)
      expect(own.status, JSON.stringify(own.body)).toBe(200)
    },
  )
})

describe('lists without a filter', () => {
  it('hold nothing of another account', async () => {
    const lists = operations.filter(({ name }) => /^(Describe|List)/.test(name))
    const mine = new Set<string>()
    for (const operation of lists) collect((await everything(world.roomy, operation)) ?? {}, mine)
    expect(mine.size).toBeGreaterThan(100)
    for (const operation of lists) {
      const theirs = new Set<string>()
      collect((await everything(world.roomy.as(stranger), operation)) ?? {}, theirs)
      expect(
        [...theirs].filter((id) => mine.has(id)),
        operation.name,
      ).toEqual([])
    }
  })
})

type Caller = ReturnType<World['roomy']['as']>

async function everything(
  caller: Caller,
  { name, version }: { readonly name: string; readonly version: string },
): Promise<unknown> {
  const { status, body } = await caller
    .call(name, { RegionId: 'cn-hangzhou', MaxResults: 100 }, version)
    .catch(() => ({ status: 400, body: {} }))
  return status === 200 ? body : undefined
}

/** Ids of resources, which have a prefix and a code of the region. */
const resourceId = /^(sg|sgr|i|eni|vpc|vsw|vrt|vtb|pl|prl|rg)-[a-z0-9]{12,}$/

function collect(value: unknown, into: Set<string>): void {
  if (typeof value === 'string' && resourceId.test(value)) into.add(value)
  else if (typeof value === 'object' && value !== null)
    for (const one of Object.values(value)) collect(one, into)
}
