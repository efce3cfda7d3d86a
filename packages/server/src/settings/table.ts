import { z } from 'zod'
import type { NewAccount } from '../model/accounts.js'
import { errorGenerations } from '../model/rule-mistakes.js'
import { accessKeyId, accessKeySecret, accountId, loginName, newAccount } from './accounts.js'
import { flag, hostPort, integer, json } from './kinds.js'
import { logLevels } from './log.js'
import { defaultRegions } from './regions.js'

/** `server` settings matter wherever a server runs; `up` settings only where the `up` command enforces. */
export type Scope = 'server' | 'up'

/** One row of the table. */
export interface Setting<T> {
  readonly schema: z.ZodType<T>
  readonly default: T
  /** What is allowed, in words: part of the error and of the help text. */
  readonly allowed: string
  readonly doc: string
  readonly scope: Scope
  /** Its value is never shown. */
  readonly secret: boolean
}

type Extra = Partial<Pick<Setting<unknown>, 'scope' | 'secret'>>

const setting = <T>(
  schema: z.ZodType<T>,
  fallback: NoInfer<T>,
  allowed: string,
  doc: string,
  extra: Extra = {},
): Setting<T> => ({ schema, default: fallback, allowed, doc, scope: 'server', secret: false, ...extra })

const quota = (fallback: number, doc: string): Setting<number> =>
  setting(integer(1, 1_000_000), fallback, 'a whole number from 1 to 1000000', doc)

const text = (pattern: RegExp) => z.string().regex(pattern)

/** Each zone takes a part of the block of its region's default VPC, which has room for 256. */
const region = z.strictObject({
  id: text(/^[a-z0-9-]{2,32}$/),
  zones: z
    .array(text(/^[a-z0-9-]{2,40}$/))
    .min(1)
    .max(100),
})

/**
 * Every setting, once. A setting `fooBar` is the flag `--foo-bar`, the variable `SALLYPORT_FOO_BAR` and the key
 * `fooBar` of the configuration file; `quotas.rulesPerGroup` is `--quotas-rules-per-group`,
 * `SALLYPORT_QUOTAS_RULES_PER_GROUP` and the key `rulesPerGroup` under `quotas`.
 *
 * Quota defaults are those of Alibaba's security group limits and VPC quotas pages; where the page and the API reference disagree,
 * the larger of today's figures.
 */
export const table = {
  listen: setting(
    hostPort(),
    '127.0.0.1:8765',
    'HOST:PORT',
    'Where the API listens; port 0 picks a free one',
  ),
  data: setting(z.string().min(1), './.sallyport', 'a folder', 'Folder that holds all state'),
  tls: setting(
    z.enum(['off', 'self-signed']),
    'off',
    'off or self-signed',
    'Also speak HTTPS on the port of the API, with a certificate of an own authority kept in the data folder',
  ),
  tlsNames: setting<readonly string[]>(
    json(z.array(text(/^[A-Za-z0-9.:-]{1,253}$/)).max(100)),
    [],
    'a list of at most 100 host names and addresses, as JSON in a flag or variable',
    'Names in the self-signed certificate beside localhost, 127.0.0.1 and ::1',
  ),
  tlsCert: setting<string | null>(
    z.string().min(1).nullable(),
    null,
    'a file',
    'Also speak HTTPS on the port of the API, with this certificate and its chain, PEM',
  ),
  tlsKey: setting<string | null>(z.string().min(1).nullable(), null, 'a file', 'Key of tlsCert, PEM'),
  accessKeyId: setting<string | null>(
    accessKeyId.nullable(),
    null,
    '3 to 128 letters, digits, ".", "_" or "-", not beginning with "STS."',
    'Access key id of the account; made at the first start when absent',
  ),
  accessKeySecret: setting<string | null>(
    accessKeySecret.nullable(),
    null,
    '3 to 256 printable ASCII characters without blanks',
    'Its secret. A flag shows in the process list; prefer the variable, or a file that only you can read',
    { secret: true },
  ),
  accountId: setting(accountId, '1234567890123456', '1 to 20 digits', 'Numeric id of the account'),
  accountName: setting(
    loginName,
    'sallyport@local',
    '1 to 128 printable ASCII characters without blanks',
    'Login name of the account, as in SourceGroupOwnerAccount',
  ),
  accounts: setting<readonly NewAccount[]>(
    json(z.array(newAccount)),
    [],
    'a list of {id, name, service, classic, vpc, keys: [{id, secret, active, user, policy}], roles: [{name, policy, trusts}]}, as JSON in a flag or variable',
    'Further accounts, and further keys and roles of the first one. A flag shows in the process list; prefer a file that only you can read',
    { secret: true },
  ),
  classicNetwork: setting(
    flag(),
    false,
    'true or false',
    'Whether the first account has the classic network: groups and instances outside of VPCs',
  ),
  region: setting(
    text(/^[a-z0-9-]{2,32}$/),
    'cn-hangzhou',
    'the id of one of the regions',
    'Region of calls that name none',
  ),
  regions: setting<readonly { readonly id: string; readonly zones: readonly string[] }[]>(
    json(z.array(region).min(1)),
    defaultRegions,
    'a list of {"id": "...", "zones": ["...", ...]} with 1 to 100 zones each, as JSON in a flag or variable',
    'Regions and their zones',
  ),
  admin: setting(
    z.union([z.literal('none'), hostPort()]),
    '127.0.0.1:8766',
    'HOST:PORT or none',
    'Where the admin listener listens; the control socket in the data folder is always there',
  ),
  adminToken: setting<string | null>(
    text(/^[\x21-\x7e]{1,256}$/).nullable(),
    null,
    '1 to 256 printable ASCII characters without blanks; make it long',
    'Bearer token of the admin listener; made at the first start when absent, and kept in the data folder',
    { secret: true },
  ),
  signatureWindowMinutes: setting(
    integer(1, 1440),
    15,
    'a whole number from 1 to 1440',
    'How far the time of a request may lie from the clock',
  ),
  nonceLimit: setting(
    integer(1, 100_000_000),
    1_048_576,
    'a whole number from 1 to 100000000',
    'Signature nonces remembered at most',
  ),
  quotas: {
    securityGroupsPerRegion: quota(100, 'Security groups in a region'),
    rulesPerGroup: quota(
      200,
      'Rules of a group, both directions together; one that names lists counts as their MaxEntries',
    ),
    rulesPerInterface: quota(1000, 'Rules over all groups of an interface'),
    groupsPerInterface: quota(10, 'Groups that an interface may join'),
    groupObjectsPerGroup: quota(20, 'Distinct groups named as objects in the rules of a basic group'),
    privateAddressesPerGroup: quota(6000, 'Private addresses in a basic group'),
    prefixListsPerRegion: quota(100, 'Prefix lists in a region'),
    entriesPerPrefixList: quota(200, 'The greatest MaxEntries of a prefix list'),
    associationsPerPrefixList: quota(1000, 'Security groups whose rules name one prefix list'),
    portListsPerRegion: quota(100, 'Port lists in a region'),
    entriesPerPortList: quota(2000, 'The greatest MaxEntries of a port list'),
    resourceGroups: quota(30, 'Resource groups of an account, the default one aside'),
    tagsPerResource: quota(20, 'Tags on one resource'),
    interfacesPerRegion: quota(1000, 'Secondary network interfaces in a region'),
    vpcsPerRegion: quota(10, 'VPCs in a region; the default one does not count'),
    vswitchesPerVpc: quota(150, 'vSwitches in a VPC; default ones do not count'),
    secondaryBlocksPerVpc: quota(5, 'Secondary blocks of a VPC, IPv4 and IPv6 counted apart'),
    classicLinksPerVpc: quota(1000, 'Instances of the classic network linked to a VPC'),
    networkPaths: quota(100, 'Saved network paths of an account'),
    pathAnalyses: quota(1000, 'Analyses of saved network paths that an account keeps'),
  },
  errorGeneration: setting(
    z.enum(errorGenerations),
    'seed',
    errorGenerations.join(' or '),
    'Error codes of the AuthorizeSecurityGroupEgress page (seed), or of the newest documents (current)',
  ),
  revokeAbsent: setting(
    z.enum(['error', 'success']),
    'error',
    'error or success',
    'What revoking an absent rule and leaving a group not joined answer; success is the behaviour before July 2024',
  ),
  feedRetention: setting(
    integer(1, 100_000_000),
    100_000,
    'a whole number from 1 to 100000000',
    'Revisions of the change feed kept: the history that can be asked for, and what followers that were away catch up with',
  ),
  audit: setting(
    z.enum(['on', 'off']),
    'on',
    'on or off',
    'Whether every API call is recorded in the data folder, without secrets',
  ),
  auditCalls: setting(
    integer(1, 100_000_000),
    100_000,
    'a whole number from 1 to 100000000',
    'Calls that the audit trail holds at most; the oldest go first',
  ),
  auditBytes: setting(
    integer(1_048_576, 1_000_000_000_000),
    67_108_864,
    'a whole number from 1048576 to 1000000000000',
    'Bytes that the audit trail takes at most',
  ),
  faultLimit: setting(
    integer(1, 1_000_000),
    1000,
    'a whole number from 1 to 1000000',
    'Faults that the admin listener holds at most, spent ones included',
  ),
  snapshotBytes: setting(
    integer(1_048_576, 1_000_000_000_000),
    1_073_741_824,
    'a whole number from 1048576 to 1000000000000',
    'Bytes of a snapshot file that the admin listener takes at most',
  ),
  logLevel: setting(z.enum(logLevels), 'info', logLevels.join(', '), 'Least severe messages logged'),
  uplinkNetns: setting<string | null>(
    text(/^[^\s/]{1,64}$/).nullable(),
    null,
    'the name of a network namespace',
    'Network namespace through which instances reach the outside; the one of the command when absent',
    { scope: 'up' },
  ),
  uplinkRoutes: setting(
    flag(),
    false,
    'true or false',
    'Also route to the private addresses of instances from the uplink namespace',
    { scope: 'up' },
  ),
  keepTracked: setting(
    flag(),
    false,
    'true or false',
    'Let connections that were accepted go on when rules change, even where the new ones would refuse them',
    { scope: 'up' },
  ),
  boundOnly: setting(
    flag(),
    false,
    'true or false',
    'Make no namespaces for running instances on this host: enforce on links that "bind" names only',
    { scope: 'up' },
  ),
  enforce: setting(
    z.enum(['auto', 'off']),
    'auto',
    'auto or off',
    'Whether to make instances and enforce their rules where the host can',
    { scope: 'up' },
  ),
}
