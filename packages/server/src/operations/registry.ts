import type { AnyOperation } from '../model/context.js'
import { authorizeSecurityGroupEgress } from './ecs/authorize-security-group-egress.js'
import { authorizeSecurityGroup } from './ecs/authorize-security-group.js'
import { createSecurityGroup } from './ecs/create-security-group.js'
import { deleteSecurityGroup } from './ecs/delete-security-group.js'
import { describeSecurityGroupAttribute } from './ecs/describe-security-group-attribute.js'
import { describeSecurityGroups } from './ecs/describe-security-groups.js'
import { revokeSecurityGroupEgress } from './ecs/revoke-security-group-egress.js'
import { revokeSecurityGroup } from './ecs/revoke-security-group.js'

/** An action and its operation. INVARIANT: the key is the operation's name (a test says so). */
type Actions<Names extends string> = Readonly<Record<Names, AnyOperation>>

/** Actions of ECS 2014-05-26. */
type EcsAction =
  | 'AuthorizeSecurityGroup'
  | 'AuthorizeSecurityGroupEgress'
  | 'CreateSecurityGroup'
  | 'DeleteSecurityGroup'
  | 'DescribeSecurityGroupAttribute'
  | 'DescribeSecurityGroups'
  | 'RevokeSecurityGroup'
  | 'RevokeSecurityGroupEgress'

/** An action without an operation does not compile. */
export const ecsOperations: Actions<EcsAction> = {
  AuthorizeSecurityGroup: authorizeSecurityGroup,
  AuthorizeSecurityGroupEgress: authorizeSecurityGroupEgress,
  CreateSecurityGroup: createSecurityGroup,
  DeleteSecurityGroup: deleteSecurityGroup,
  DescribeSecurityGroupAttribute: describeSecurityGroupAttribute,
  DescribeSecurityGroups: describeSecurityGroups,
  RevokeSecurityGroup: revokeSecurityGroup,
  RevokeSecurityGroupEgress: revokeSecurityGroupEgress,
}

/** Everything the endpoint serves. */
export const operations: readonly AnyOperation[] = [...Object.values(ecsOperations)]
