import type { ModelSettings } from '../model/context.js'
import { setGroupAudit } from '../model/group-audit.js'
import { everyAccount } from '../store/accounts.js'
import type { Store } from '../store/database.js'
import { findGroupOfAnyone } from '../store/groups.js'
import type { AccountRow } from '../store/schema.js'
import type { Step } from '../store/series.js'
import { seedInstances } from './instances.js'
import { seedInterfaces } from './interfaces.js'
import { seedPortList, seedPrefixList } from './lists.js'
import { seedVpc } from './networks.js'
import type { Place, SeededResource } from './place.js'
import { SeedProblem, type SeedPath, shapeProblem } from './problem.js'
import { operationRunner } from './run-operation.js'
import { seedRules } from './rules.js'
import { type Seed, type SeedAccount, seedSchema } from './schema.js'

/** What seeding needs of a server. */
export interface SeedTarget {
  readonly store: Pick<Store, 'read' | 'series'>
  readonly settings: ModelSettings & { readonly accountId: string }
  readonly now: () => Date
}

/** Checks a document against the schema. Throws a SeedProblem. */
export function readSeed(document: unknown): Seed {
  const result = seedSchema.safeParse(document)
  if (result.success) return result.data
  throw shapeProblem(result.error.issues[0])
}

/**
 * Makes everything that a document names and the server does not have, by calling the operations that a client would
 * call: the same checks, quotas and ids. All of it or, when anything is refused, nothing. What is there under its name
 * stays; rules and entries that it lacks are added, and none is removed. Throws a SeedProblem.
 */
export async function applySeed(
  document: unknown,
  { store, settings, now }: SeedTarget,
): Promise<SeededResource[]> {
  const seed = readSeed(document)
  const accounts = await store.read(everyAccount)
  const at = now()
  return store.series(async (step) => {
    const places = new Map<string, Place>()
    const placeOf = (account: AccountRow, region: string): Place => {
      const key = `${account.id} ${region}`
      const known = places.get(key)
      if (known) return known
      const run = operationRunner(step, settings, account, region, at)
      const setAudit = auditSetter(step, account.id)
      const made: Place = { account: account.id, region, run, setAudit, resources: new Map() }
      places.set(key, made)
      return made
    }
    const parts = seed.accounts.map((part, index) => {
      const path: SeedPath = ['accounts', index]
      const account = accountOf(accounts, part.account ?? settings.accountId, [...path, 'account'])
      return { part, path, place: placeOf(account, part.region ?? settings.region) }
    })
    for (const one of parts) await seedFirst(one)
    for (const { part, place, path } of parts) {
      const find = (name: string, where: SeedPath): Place => {
        const { id } = accountOf(accounts, name, where)
        const found = places.get(`${id} ${place.region}`)
        if (found) return found
        throw new SeedProblem(where, `the file seeds nothing of account ${name} in ${place.region}`)
      }
      for (const [index, vpc] of part.vpcs.entries())
        await seedRules(place, vpc, [...path, 'vpcs', index], find)
    }
    for (const { part, place, path } of parts) {
      for (const [index, vpc] of part.vpcs.entries()) {
        await seedInstances(place, vpc, [...path, 'vpcs', index])
        await seedInterfaces(place, vpc, [...path, 'vpcs', index])
      }
    }
    return [...places.values()].flatMap(({ resources }) => [...resources.values()])
  })
}

const auditSetter = (step: Step, accountId: string): Place['setAudit'] => {
  const by = { accountId, principal: '', operation: 'seed', requestId: '' }
  return (id, audited) =>
    step(by, async (session) => {
      const row = await findGroupOfAnyone(session, id)
      if (row) await setGroupAudit(session, row, audited)
    })
}

/** What rules and instances name. */
async function seedFirst({
  part,
  place,
  path,
}: {
  part: SeedAccount
  place: Place
  path: SeedPath
}): Promise<void> {
  for (const [index, list] of part.prefixLists.entries()) {
    await seedPrefixList(place, list, [...path, 'prefixLists', index])
  }
  for (const [index, list] of part.portLists.entries()) {
    await seedPortList(place, list, [...path, 'portLists', index])
  }
  for (const [index, vpc] of part.vpcs.entries()) await seedVpc(place, vpc, [...path, 'vpcs', index])
}

function accountOf(accounts: readonly AccountRow[], name: string, path: SeedPath): AccountRow {
  const found = accounts.find(
    ({ id, name: login }) => id === name || login.toLowerCase() === name.toLowerCase(),
  )
  if (found) return found
  throw new SeedProblem(path, `this server has no account ${name}`)
}
