import { ecsError } from '../errors/ecs.js'

/**
 * Refuses parameters that ask for something this server does not do: 400 UnsupportedParameter names the first that is
 * given. `false`, zero and empty lists ask for nothing.
 */
export function refuseUnsupported(given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) {
    const asks = Array.isArray(value)
      ? value.length > 0
      : value !== undefined && value !== false && value !== 0
    if (asks) throw ecsError('UnsupportedParameter', `${name} is not supported by this server.`)
  }
}
