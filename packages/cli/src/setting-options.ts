import type { Scope, SettingName, Settings } from '@sallyport/server'
import { resolveSettings, rowsFor, settingRows } from '@sallyport/server'
import type { Command } from 'commander'
import { Option } from 'commander'
import { readConfigFile } from './config-file.js'

const attributeOf = (flag: string): string => new Option(`${flag} <value>`).attributeName()

/** Adds `--config` and the flags of the settings in the given scopes, or of the named settings only. */
export function addSettingOptions(
  command: Command,
  what: readonly Scope[] | readonly SettingName[],
): Command {
  command.option(
    '--config <file>',
    'YAML or JSON file of settings; "none" for none (env SALLYPORT_CONFIG; default ./sallyport.yaml if there). It may hold secrets: let only its owner read it',
  )
  const rows = [
    ...rowsFor(...(what as Scope[])),
    ...settingRows.filter(({ name }) => (what as string[]).includes(name)),
  ]
  for (const { name, flag, variable, setting } of rows) {
    // A switch needs no value; every other flag does.
    const value = setting.default === false ? '[value]' : '<value>'
    const fallback = setting.default
    const shown = ['string', 'number', 'boolean'].includes(typeof fallback)
      ? `; default ${String(fallback)}`
      : ''
    command.option(`${flag} ${value}`, `${setting.doc}; ${setting.allowed} (env ${variable}${shown})`)
    if (name === 'enforce') command.option('--no-enforce', 'The same as --enforce off')
  }
  return command
}

/** Resolves the settings of a command from its parsed options, the environment and the configuration file. */
export function settingsOf(
  options: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv = process.env,
  cwd: string = process.cwd(),
): Settings {
  const wished = options['config'] ?? env['SALLYPORT_CONFIG']
  const file = readConfigFile(typeof wished === 'string' && wished !== '' ? wished : undefined, cwd)
  const flags: Partial<Record<SettingName, string>> = {}
  for (const { name, flag } of settingRows) {
    const value = options[attributeOf(flag)]
    if (typeof value === 'string') flags[name] = value
    else if (typeof value === 'boolean') flags[name] = name === 'enforce' ? 'off' : String(value)
  }
  return resolveSettings({ flags, env, cwd, ...(file ? { file } : {}) })
}
