import type { Snapshot } from '@sallyport/engine'
import { groupFact } from '../model/group-fact.js'
import { interfaceFacts } from '../model/interfaces.js'
import { listFacts } from '../model/list-fact.js'
import { vpcFacts } from '../model/vpc-blocks.js'
import { ruleFact } from '../model/rule-fact.js'
import { changeHead } from '../store/changes.js'
import { everyGroup } from '../store/groups.js'
import { everyRule } from '../store/rules.js'
import type { Session } from '../store/session.js'

/** All facts that data planes know, of every account and region, as of the store's last revision. */
export async function loadSnapshot(session: Session): Promise<Snapshot> {
  const head = await changeHead(session)
  if (!head) throw new Error('the store was not initialised')
  return {
    epoch: head.epoch,
    revision: head.revision,
    vpcs: await vpcFacts(session),
    groups: (await everyGroup(session)).map(groupFact),
    rules: (await everyRule(session)).map(ruleFact),
    interfaces: await interfaceFacts(session),
    ...(await listFacts(session)),
  }
}
