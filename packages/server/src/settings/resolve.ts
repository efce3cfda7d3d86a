import { dirname, resolve } from 'node:path'
import type { SettingName, SettingRow, SettingValues } from './rows.js'
import { settingRows } from './rows.js'
import { UserError } from './user-error.js'

/** Where a value came from; the first that has one wins, in this order. */
export type Source = 'flag' | 'environment' | 'file' | 'default'

/**
 * Everything that can be set, frozen. Paths are absolute. `sources` says where each value came from, because a
 * default that does not fit the host (a port that is taken) is treated more gently than a wish.
 */
export type Settings = SettingValues & { readonly sources: Readonly<Record<SettingName, Source>> }

/** What to resolve settings from. `file` is the parsed content of the configuration file at `path`. */
export interface SettingInputs {
  /** Values of flags by setting name; undefined where the flag was not given. */
  readonly flags: Readonly<Partial<Record<SettingName, string | undefined>>>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly file?: { readonly path: string; readonly content: unknown }
  readonly cwd: string
}

interface Found {
  readonly source: Source
  readonly value: unknown
  /** The flag, variable or key that gave the value, for errors. */
  readonly where: string
}

/** Resolves every setting: flags, then environment, then configuration file, then defaults. Throws `UserError`. */
export function resolveSettings(inputs: SettingInputs): Settings {
  const file = readFile(inputs.file)
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  const sources: Record<string, Source> = {}
  for (const row of settingRows) {
    const found = find(row, inputs, file)
    sources[row.name] = found.source
    put(values, row.name, check(row, found, problems))
  }
  refuse(problems)
  const settings = { ...values, sources } as Settings
  refuse(crossChecks(settings))
  return deepFreeze({ ...settings, ...absolutePaths(settings, inputs) })
}

function find(
  row: SettingRow,
  { flags, env, file }: SettingInputs,
  keys: ReadonlyMap<string, unknown>,
): Found {
  const flag = flags[row.name]
  if (flag !== undefined) return { source: 'flag', value: flag, where: row.flag }
  // An empty variable is how many process runners say "not set".
  const variable = env[row.variable]
  if (variable !== undefined && variable !== '') {
    return { source: 'environment', value: variable, where: row.variable }
  }
  if (keys.has(row.name)) {
    return { source: 'file', value: keys.get(row.name), where: `${row.name} in ${file?.path ?? 'the file'}` }
  }
  return { source: 'default', value: row.setting.default, where: 'the default' }
}

function check({ name, setting }: SettingRow, found: Found, problems: string[]): unknown {
  if (found.source === 'default') return setting.default
  const result = setting.schema.safeParse(found.value)
  if (result.success) return result.data
  const shown = setting.secret ? 'has a value that is not allowed' : `is ${JSON.stringify(found.value)}`
  const [issue] = result.error.issues
  // Inside a list the place says more than the value, and what a schema says of it never quotes the value.
  const place = issue && issue.path.length > 0 ? ` (${issue.path.join('.')}: ${issue.message})` : ''
  problems.push(`setting ${name} (from ${found.where}) ${shown}${place}; allowed: ${setting.allowed}`)
  return undefined
}

/** The file's keys by dotted name. Throws on keys that no setting has. */
function readFile(file: SettingInputs['file']): ReadonlyMap<string, unknown> {
  const keys = new Map<string, unknown>()
  if (!file || file.content === null || file.content === undefined) return keys
  if (!isRecord(file.content)) {
    throw new UserError(
      `configuration file ${file.path} is not a mapping of settings`,
      'Write one "name: value" a line.',
    )
  }
  for (const [name, value] of Object.entries(file.content)) {
    if (isGroup(name) && isRecord(value)) {
      for (const [inner, item] of Object.entries(value)) keys.set(`${name}.${inner}`, item)
    } else keys.set(name, value)
  }
  const unknown = [...keys.keys()].filter((key) => !settingRows.some(({ name }) => name === key))
  if (unknown.length > 0) {
    throw new UserError(
      `configuration file ${file.path} has unknown keys: ${unknown.join(', ')}`,
      `Known keys: ${settingRows.map(({ name }) => name).join(', ')}.`,
    )
  }
  return keys
}

const isGroup = (name: string): boolean => settingRows.some((row) => row.name.startsWith(`${name}.`))

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What no single value shows. */
function crossChecks(settings: Settings): string[] {
  const { accessKeyId, accessKeySecret, region, regions, tls, tlsCert, tlsKey } = settings
  const problems = accountProblems(settings)
  if ((accessKeyId === null) !== (accessKeySecret === null)) {
    const [given, missing] = accessKeyId === null ? ['Secret', 'Id'] : ['Id', 'Secret']
    problems.push(`setting accessKey${given} is given without accessKey${missing}; allowed: both or neither`)
  }
  if ((tlsCert === null) !== (tlsKey === null)) {
    const [given, missing] = tlsCert === null ? ['Key', 'Cert'] : ['Cert', 'Key']
    problems.push(`setting tls${given} is given without tls${missing}; allowed: both or neither`)
  }
  if (tls === 'self-signed' && tlsCert !== null) {
    problems.push('setting tls is self-signed, and tlsCert is given; allowed: one of them')
  }
  const ids = regions.map(({ id }) => id)
  for (const names of [ids, ...regions.map(({ zones }) => zones)]) {
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined)
      problems.push(`setting regions names ${JSON.stringify(twice)} twice; allowed: once`)
  }
  if (!ids.includes(region)) {
    problems.push(`setting region is ${JSON.stringify(region)}; allowed: one of ${ids.join(', ')}`)
  }
  return problems
}

/** Rules name accounts by their login names, and a key belongs to one account: neither may be there twice. */
function accountProblems({ accountId, accountName, accessKeyId, accounts }: Settings): string[] {
  const others = accounts.filter(({ id }) => id !== accountId)
  const own = accounts.find(({ id }) => id === accountId)
  const keys = accounts.flatMap((account) => (account.keys ?? []).map(({ id }) => id))
  const lists = [
    ['id', accounts.map(({ id }) => id)],
    ['name', [accountName, ...others.map(({ name }) => name)].map((name) => name.toLowerCase())],
    ['access key', accessKeyId === null ? keys : [accessKeyId, ...keys]],
  ] as const
  const problems = lists.flatMap(([what, values]) => {
    const twice = values.find((value, index) => values.indexOf(value) !== index)
    return twice === undefined
      ? []
      : [`setting accounts gives the ${what} ${JSON.stringify(twice)} twice; allowed: once`]
  })
  if (own && own.name !== accountName) {
    problems.push(
      `setting accounts names ${accountId} ${own.name}; allowed: ${accountName}, as accountName says`,
    )
  }
  return problems
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return
  throw new UserError(
    problems.join('\n'),
    'Run "sallyport serve --help" for every setting with its flag and variable.',
  )
}

type Paths = Pick<Settings, 'data' | 'tlsCert' | 'tlsKey'>

/** A relative path in a file is meant from where the file lies, elsewhere from where the command runs. */
function absolutePaths({ data, tlsCert, tlsKey, sources }: Settings, { cwd, file }: SettingInputs): Paths {
  const absolute = (name: keyof Paths, path: string): string =>
    resolve(sources[name] === 'file' && file ? dirname(resolve(cwd, file.path)) : cwd, path)
  return {
    data: absolute('data', data),
    tlsCert: tlsCert === null ? null : absolute('tlsCert', tlsCert),
    tlsKey: tlsKey === null ? null : absolute('tlsKey', tlsKey),
  }
}

function put(values: Record<string, unknown>, name: SettingName, value: unknown): void {
  const [group, inner] = name.split('.') as [string, string | undefined]
  if (inner === undefined) values[group] = value
  else values[group] = { ...(values[group] as object | undefined), [inner]: value }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
