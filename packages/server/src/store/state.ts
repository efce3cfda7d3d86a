import { runSql } from './replace.js'
import type { Session } from './session.js'
import { accountTables, partTables, stateTables } from './state-tables.js'

/** Removes every resource of every account; accounts and keys stay. */
export async function clearState(session: Session): Promise<void> {
  for (const table of stateTables) await runSql(session, `delete from ${table}`)
}

/** Removes every resource of an account, and the rules of others that name one of its groups. */
export async function clearAccount(session: Session, accountId: string): Promise<void> {
  for (const table of accountTables)
    await runSql(session, `delete from ${table} where account_id = ?`, accountId)
  for (const { name, parent, by } of partTables) {
    await runSql(session, `delete from ${name} where ${by} not in (select id from ${parent})`)
  }
  await runSql(
    session,
    `delete from rules where peer_kind = 'group' and peer not in (select id from security_groups)`,
  )
  await runSql(
    session,
    `update security_groups set
      rule_count = (select count(*) from rules where group_id = security_groups.id),
      rule_weight = (select coalesce(sum(weight), 0) from rules where group_id = security_groups.id)`,
  )
}

/** Begins a new epoch of the feed: all its revisions so far are forgotten. */
export async function beginEpoch(session: Session, epoch: string): Promise<void> {
  await runSql(session, 'delete from changes')
  await runSql(session, 'update feed set epoch = ? where id = 1', epoch)
}

/** Puts the state of the attached snapshot in the place of this one's. */
export async function copySnapshot(session: Session): Promise<void> {
  await clearState(session)
  for (const table of stateTables) {
    // By name: a column that came with a migration lies elsewhere in a table that was made with it.
    const columns = await runSql(session, `select name from pragma_table_info('${table}')`)
    const names = columns.map(({ name }) => `"${String(name)}"`).join(', ')
    await runSql(session, `insert into main.${table} (${names}) select ${names} from snapshot.${table}`)
  }
}

/** Accounts that have resources in the attached snapshot and are not here. */
export async function unknownAccounts(session: Session): Promise<string[]> {
  const found = new Set<string>()
  for (const table of accountTables) {
    const rows = await runSql(
      session,
      `select distinct account_id as id from snapshot.${table} where account_id not in (select id from main.accounts)`,
    )
    for (const { id } of rows) found.add(String(id))
  }
  return [...found].sort()
}
