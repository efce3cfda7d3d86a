import type { Settings } from './resolve.js'
import { rowsFor } from './rows.js'

/**
 * Variables that make another process resolve the same server settings, defaults left to it. Secrets travel in the
 * environment, not in arguments, which every user of the host can list.
 */
export function environmentOf(settings: Settings): Record<string, string> {
  const variables: Record<string, string> = {}
  for (const { name, variable } of rowsFor('server')) {
    const value = valueAt(settings, name)
    // The folder is passed even as a default: the other process may run in another folder.
    if (value === null || (settings.sources[name] === 'default' && name !== 'data')) continue
    variables[variable] = typeof value === 'string' ? value : JSON.stringify(value)
  }
  return variables
}

const valueAt = (settings: Settings, name: string): unknown =>
  name.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], settings)
