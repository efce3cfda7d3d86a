import type { Answer, StringInput } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import type { Scope, WriteContext } from '../../model/context.js'
import type { VpcRow } from '../../store/schema.js'
import { findVpc, updateVpc } from '../../store/vpcs.js'
import { regionId } from '../ecs/shared-inputs.js'

/** What both operations on the ClassicLink of a VPC take. */
export const classicLinkInputs = {
  RegionId: regionId,
  VpcId: { kind: 'string', required: true, doc: 'Id of the VPC.' },
} as const satisfies Record<string, StringInput>

/** Stores the flag, once `check` had its say. To set it as it is changes nothing. */
export async function setClassicLink(
  { session }: WriteContext,
  scope: Scope,
  vpcId: string,
  enabled: boolean,
  check: (vpc: VpcRow) => Promise<void> | void,
): Promise<Answer> {
  const vpc = await findVpc(session, scope, vpcId)
  if (!vpc) throw ecsError('InvalidVpcId.NotFound')
  await check(vpc)
  await updateVpc(session, { ...vpc, classic_link: enabled ? 1 : 0 })
  return {}
}
