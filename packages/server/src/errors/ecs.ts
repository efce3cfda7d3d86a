import { raiser } from '@sallyport/protocol'
import { catalogueErrors } from './ecs/catalogue.js'
import { classicErrors } from './ecs/classic.js'
import { groupErrors } from './ecs/groups.js'
import { instanceErrors } from './ecs/instances.js'
import { interfaceErrors } from './ecs/interfaces.js'
import { listErrors } from './ecs/lists.js'
import { membershipErrors } from './ecs/memberships.js'
import { requestErrors } from './ecs/requests.js'
import { ruleErrors } from './ecs/rules.js'
import { tagErrors } from './ecs/tags.js'

/**
 * What ECS 2014-05-26 operations answer when they refuse. Where the AuthorizeSecurityGroupEgress reference page has a
 * row that fits, its status, code and text hold, misspellings included; other rows come from the pages of the other
 * operations. One file a subject; a row that several share stands in `requests`. `Code#variant` tells rows of one code apart.
 */
export const ecsErrors = {
  ...requestErrors,
  ...groupErrors,
  ...ruleErrors,
  ...classicErrors,
  ...listErrors,
  ...membershipErrors,
  ...instanceErrors,
  ...catalogueErrors,
  ...interfaceErrors,
  ...tagErrors,
} as const

export type EcsErrorKey = keyof typeof ecsErrors

/** Makes an ECS error to throw: `throw ecsError('InvalidDestGroupId.NotFound')`. */
export const ecsError = raiser(ecsErrors)
