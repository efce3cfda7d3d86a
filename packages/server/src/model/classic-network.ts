import { storedCidr } from '@sallyport/engine'
import { ecsError } from '../errors/ecs.js'
import { freeCounts, insertFreeRange } from '../store/free-ranges.js'
import type { VSwitchRow } from '../store/schema.js'
import type { WriteSession } from '../store/session.js'
import { insertVSwitch, vswitchesOf } from '../store/vswitches.js'
import { freeNetwork, usableOffsets } from './address-space.js'
import { type Scope, secondsText } from './context.js'
import { newId } from './ids.js'
import { instanceCodes } from './interface-addresses.js'

/** Where the classic network gives internal addresses from. No two instances of any account share one. */
const internal = storedCidr('10.0.0.0/8')

/** Mask of the part that an account's instances in a zone are in. */
const PART = 20

/**
 * The part of the classic network that instances of an account in a zone get their addresses from: a vSwitch that nobody
 * sees, with room for so many more. Made when there is none.
 */
export async function classicPart(
  session: WriteSession,
  { accountId, regionId }: Scope,
  zoneId: string,
  amount: number,
  now: Date,
): Promise<VSwitchRow> {
  const parts = await vswitchesOf(session, '')
  const own = parts.filter((part) => part.account_id === accountId && part.zone_id === zoneId)
  const free = await freeCounts(
    session,
    own.map(({ id }) => id),
  )
  const roomy = own.find(({ id }) => (free.get(id) ?? 0) >= amount)
  if (roomy) return roomy
  const taken = parts.map(({ cidr_block }) => storedCidr(cidr_block))
  const block = freeNetwork([internal], PART, taken)
  if (block === undefined) throw ecsError(instanceCodes.full)
  const row: VSwitchRow = {
    ...{ id: newId('vsw', regionId), account_id: accountId, region_id: regionId, zone_id: zoneId },
    ...{ created_at: secondsText(now), created_revision: session.takeRevision(), vpc_id: '' },
    ...{ cidr_block: block, ipv6_cidr_block: '', name: '', description: '', is_default: 0 },
  }
  await insertVSwitch(session, row)
  await insertFreeRange(session, { vswitch_id: row.id, ...usableOffsets(block) })
  return row
}
