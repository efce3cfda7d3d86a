import { ecsError } from '../../errors/ecs.js'
import { ecsRead, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { findGroup } from '../../store/groups.js'
import { referencesOf } from '../../store/rules.js'
import { regionId } from './shared-inputs.js'

/** The most groups that are listed for one, as the reference page says. */
const MOST_REFERENCES = 100

/** That a group nobody names is left out of the answer is our reading. */
export const describeSecurityGroupReferences = ecsRead({
  name: 'DescribeSecurityGroupReferences',
  summary: 'Lists, for each of up to ten security groups, the groups whose rules name it as object.',
  inputs: {
    RegionId: regionId,
    SecurityGroupId: {
      kind: 'list',
      of: { kind: 'string' },
      max: 10,
      required: 'InvalidSecurityGroupId.Malformed#references',
      invalid: 'InvalidSecurityGroupId.Malformed#references',
      doc: 'Ids of groups, N from 1 to 10.',
    },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidSecurityGroupId.Malformed#references',
    'InvalidSecurityGroupId.NotFound#references',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const references: object[] = []
    for (const id of new Set(input.SecurityGroupId)) {
      if (!(await findGroup(session, scope, id))) throw ecsError('InvalidSecurityGroupId.NotFound#references')
      const referrers = await referencesOf(session, id, MOST_REFERENCES)
      if (referrers.length === 0) continue
      references.push({
        SecurityGroupId: id,
        ReferencingSecurityGroups: {
          ReferencingSecurityGroup: referrers.map((group) => ({
            SecurityGroupId: group.id,
            AliUid: group.account_id,
          })),
        },
      })
    }
    return { SecurityGroupReferences: { SecurityGroupReference: references } }
  },
})
