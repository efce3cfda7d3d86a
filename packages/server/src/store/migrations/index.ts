import type { Migration } from 'kysely'
import * as firstTables from './001-first-tables.js'
import * as lists from './002-lists.js'
import * as interfaceAttributes from './003-interface-attributes.js'
import * as instances from './004-instances.js'
import * as vpcAttributes from './005-vpc-attributes.js'
import * as resourceGroups from './006-resource-groups.js'
import * as accounts from './007-accounts.js'
import * as groupCounts from './010-group-counts.js'
import * as classicNetwork from './011-classic-network.js'
import * as changeHistory from './012-change-history.js'
import * as routerNames from './013-router-names.js'
import * as networkPaths from './014-network-paths.js'
import * as groupAudit from './016-group-audit.js'
import * as ruleHits from './017-rule-hits.js'

/** Every migration by its name, run in the order of the names. One that was published is never changed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001-first-tables': firstTables,
  '002-lists': lists,
  '003-interface-attributes': interfaceAttributes,
  '004-instances': instances,
  '005-vpc-attributes': vpcAttributes,
  '006-resource-groups': resourceGroups,
  '007-accounts': accounts,
  '010-group-counts': groupCounts,
  '011-classic-network': classicNetwork,
  '012-change-history': changeHistory,
  '013-router-names': routerNames,
  '014-network-paths': networkPaths,
  '016-group-audit': groupAudit,
  '017-rule-hits': ruleHits,
}
