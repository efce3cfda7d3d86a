import { ecsError } from '../errors/ecs.js'
import {
  countClassicLinks,
  deleteClassicLink,
  findClassicLink,
  insertClassicLink,
} from '../store/classic-links.js'
import type { InstanceRow, VpcRow } from '../store/schema.js'
import type { WriteSession } from '../store/session.js'
import type { Quotas } from './context.js'

/**
 * Links an instance of the classic network to a VPC with ClassicLink. An instance has one link; the one that it has may be
 * asked for again.
 */
export async function linkInstance(
  session: WriteSession,
  instance: InstanceRow,
  vpc: VpcRow,
  quotas: Quotas,
): Promise<void> {
  if (vpc.classic_link !== 1) throw ecsError('OperationDenied#no-link')
  const known = await findClassicLink(session, instance.id)
  if (known?.vpc_id === vpc.id) return
  if (known) throw ecsError('OperationDenied#linked')
  if ((await countClassicLinks(session, vpc.id)) >= quotas.classicLinksPerVpc)
    throw ecsError('QuotaExceeded#link')
  await insertClassicLink(session, {
    ...{ instance_id: instance.id, vpc_id: vpc.id },
    ...{ account_id: instance.account_id, region_id: instance.region_id },
    created_revision: session.takeRevision(),
  })
}

/** Takes the link of an instance to a VPC away. Throws 403 OperationDenied when there is none. */
export async function unlinkInstance(
  session: WriteSession,
  instance: InstanceRow,
  vpc: VpcRow,
): Promise<void> {
  const known = await findClassicLink(session, instance.id)
  if (known?.vpc_id !== vpc.id) throw ecsError('OperationDenied#not-linked')
  await deleteClassicLink(session, instance.id)
}
