import type { VpcBlockRow } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

const selectOfVpc = statement<{ vpcId: string }>()((db, p) =>
  db
    .selectFrom('vpc_blocks')
    .selectAll()
    .where('vpc_id', '=', p.vpcId)
    .orderBy('created_revision')
    .orderBy('cidr_block'),
)

const selectEvery = statement()((db) =>
  db.selectFrom('vpc_blocks').selectAll().orderBy('created_revision').orderBy('cidr_block'),
)

const selectByBlock = statement<{ block: string }>()((db, p) =>
  db.selectFrom('vpc_blocks').select('vpc_id').where('cidr_block', '=', p.block).limit(1),
)

const insertRow = statement<VpcBlockRow>()((db, p) =>
  db.insertInto('vpc_blocks').values({
    vpc_id: p.vpc_id,
    cidr_block: p.cidr_block,
    family: p.family,
    created_revision: p.created_revision,
  }),
)

const deleteRow = statement<{ vpcId: string; block: string }>()((db, p) =>
  db.deleteFrom('vpc_blocks').where('vpc_id', '=', p.vpcId).where('cidr_block', '=', p.block),
)

const deleteOfVpc = statement<{ vpcId: string }>()((db, p) =>
  db.deleteFrom('vpc_blocks').where('vpc_id', '=', p.vpcId),
)

/** The secondary blocks of a VPC, both families, oldest first. */
export const secondaryBlocksOf = (session: Session, vpcId: string): Promise<VpcBlockRow[]> =>
  session.all(selectOfVpc, { vpcId })

/** The secondary blocks of each VPC, oldest first; VPCs without any are absent. */
export async function secondaryBlocksByVpc(
  session: Session,
  vpcIds: readonly string[],
): Promise<Map<string, VpcBlockRow[]>> {
  if (vpcIds.length === 0) return new Map()
  const rows = await session.query((db) =>
    db
      .selectFrom('vpc_blocks')
      .selectAll()
      .where('vpc_id', 'in', vpcIds)
      .orderBy('created_revision')
      .orderBy('cidr_block'),
  )
  return byVpc(rows)
}

/** The secondary blocks of every VPC of every account, by VPC. */
export const everySecondaryBlock = async (session: Session): Promise<Map<string, VpcBlockRow[]>> =>
  byVpc(await session.all(selectEvery, {}))

function byVpc(rows: readonly VpcBlockRow[]): Map<string, VpcBlockRow[]> {
  const blocks = new Map<string, VpcBlockRow[]>()
  for (const row of rows) {
    const present = blocks.get(row.vpc_id)
    if (present) present.push(row)
    else blocks.set(row.vpc_id, [row])
  }
  return blocks
}

/** Whether any VPC has the block, given in canonical text, as a secondary one. */
export const secondaryBlockTaken = async (session: Session, block: string): Promise<boolean> =>
  (await session.first(selectByBlock, { block })) !== undefined

export async function insertSecondaryBlock(session: Session, row: VpcBlockRow): Promise<void> {
  await session.run(insertRow, row)
}

export async function deleteSecondaryBlock(session: Session, vpcId: string, block: string): Promise<void> {
  await session.run(deleteRow, { vpcId, block })
}

/** Forgets the secondary blocks of a VPC that goes away. */
export async function deleteSecondaryBlocks(session: Session, vpcId: string): Promise<void> {
  await session.run(deleteOfVpc, { vpcId })
}
