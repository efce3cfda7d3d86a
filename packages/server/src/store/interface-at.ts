import type { InterfaceRow } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

const selectAt = statement<{ vpcId: string; address: string }>()((db, p) =>
  db
    .selectFrom('interface_addresses')
    .innerJoin('interfaces', 'interfaces.id', 'interface_addresses.interface_id')
    .selectAll('interfaces')
    .where('interface_addresses.vpc_id', '=', p.vpcId)
    .where('interface_addresses.address', '=', p.address),
)

/** The interface that has the address, in canonical text, in the VPC. */
export const interfaceAt = (
  session: Session,
  vpcId: string,
  address: string,
): Promise<InterfaceRow | undefined> => session.first(selectAt, { vpcId, address })
