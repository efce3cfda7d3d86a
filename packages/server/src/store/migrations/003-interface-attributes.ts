import type { Kysely } from 'kysely'

/** Before, every interface was the primary one of an instance, with the defaults of the reference pages. */
const columns: Readonly<Record<string, number>> = {
  device_index: 0,
  delete_on_release: 1,
  source_dest_check: 0,
  queue_number: 0,
  tcp_established_timeout: 910,
  tcp_closed_timeout: 3,
  udp_timeout: 30,
}

/** Gives interfaces what only secondary ones need, and what can be modified. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [name, fallback] of Object.entries(columns)) {
    await db.schema
      .alterTable('interfaces')
      .addColumn(name, 'integer', (column) => column.notNull().defaultTo(fallback))
      .execute()
  }
}
