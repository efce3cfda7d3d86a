import type { Scope, Setting } from './table.js'
import { table } from './table.js'

/** A setting with the names it has on the command line, in the environment and in the configuration file. */
export interface SettingRow {
  /** Dotted path, the same in the configuration file. */
  readonly name: SettingName
  readonly flag: string
  readonly variable: string
  readonly setting: Setting<unknown>
}

type Table = typeof table
type Names<T> = {
  [K in keyof T & string]: T[K] extends Setting<unknown> ? K : `${K}.${keyof T[K] & string}`
}[keyof T & string]

/** `listen`, `quotas.rulesPerGroup`, ... */
export type SettingName = Names<Table>

type Values<T> = {
  readonly [K in keyof T]: T[K] extends Setting<infer V> ? V : Values<T[K]>
}

/** The values of all settings, by name; quotas are nested. */
export type SettingValues = Values<Table>

const words = (name: string): string[] =>
  name.split('.').flatMap((part) => part.split(/(?=[A-Z])/).map((word) => word.toLowerCase()))

const row = (name: string, setting: Setting<unknown>): SettingRow => ({
  name: name as SettingName,
  flag: `--${words(name).join('-')}`,
  variable: `SALLYPORT_${words(name).join('_').toUpperCase()}`,
  setting,
})

const isSetting = (value: object): value is Setting<unknown> => 'schema' in value

/** The table as a list, in its order. */
export const settingRows: readonly SettingRow[] = Object.entries(table).flatMap(([name, value]) =>
  isSetting(value)
    ? [row(name, value)]
    : Object.entries(value).map(([inner, quota]) => row(`${name}.${inner}`, quota)),
)

/** Rows that matter to commands of the given scopes. */
export const rowsFor = (...scopes: readonly Scope[]): readonly SettingRow[] =>
  settingRows.filter(({ setting }) => scopes.includes(setting.scope))
