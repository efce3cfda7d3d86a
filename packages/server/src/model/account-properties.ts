import type { AccountRow } from '../store/schema.js'

/** What an account is beyond its name. */
export interface AccountProperties {
  /** A cloud service's own account: it may act for other accounts, and make groups that only it may change. */
  readonly service?: boolean
  /** It may make groups and instances in the classic network. */
  readonly classic?: boolean
  /** False when it may not make rules in the security groups of VPCs. */
  readonly vpc?: boolean
}

/** What a stored account is beyond its name. */
export const propertiesOf = ({ properties }: Pick<AccountRow, 'properties'>): AccountProperties =>
  JSON.parse(properties) as AccountProperties
