import type { IncomingMessage, ServerResponse } from 'node:http'
import { AdminError } from './answer.js'

export type Method = 'DELETE' | 'GET' | 'POST' | 'PUT'

/** One admin route and method. */
export interface Route {
  /** Whether it answers without the token. */
  readonly open?: true
  /** Whether it answers the token of an agent too. */
  readonly agents?: true
  /** Names of the query parameters that it takes. */
  readonly query?: readonly string[]
  handle(exchange: RouteExchange): void | Promise<void>
}

export interface RouteExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: URLSearchParams
  /** What stands in the place of the `*` of the route's path; else empty. */
  readonly name: string
  /** The host whose agent asks with its token; null for who has the admin token. */
  readonly agent: string | null
}

/** Routes by path and method. A path may end with `/*`, which stands for one name. */
export type Routes = Readonly<Record<string, Readonly<Partial<Record<Method, Route>>>>>

/** A route that takes the request, or why there is none. */
type Found =
  | { readonly route: Route; readonly query: URLSearchParams; readonly name: string }
  | { readonly route?: undefined; readonly refusal: AdminError }

/** Finds the route of a request. */
export function findRoute(routes: Routes, { url = '', method = '' }: IncomingMessage): Found {
  const [path = '', search = ''] = url.split(/\?(.*)/s, 2)
  const [, parent = '', name = ''] = /^(.*\/)([A-Za-z0-9._-]{1,128})$/.exec(path) ?? []
  const isNamed = !Object.hasOwn(routes, path) && Object.hasOwn(routes, `${parent}*`)
  const methods = isNamed ? routes[`${parent}*`] : Object.hasOwn(routes, path) ? routes[path] : undefined
  if (!methods) {
    return { refusal: new AdminError(404, `no route ${path}`, `Routes: ${Object.keys(routes).join(', ')}.`) }
  }
  const route = Object.hasOwn(methods, method) ? methods[method as Method] : undefined
  if (!route) {
    const allow = Object.keys(methods).join(', ')
    return { refusal: new AdminError(405, `${path} does not take ${method}`, `Use ${allow}.`, { allow }) }
  }
  const query = new URLSearchParams(search)
  const unknown = [...query.keys()].find((key) => !(route.query ?? []).includes(key))
  if (unknown === undefined) return { route, query, name: isNamed ? name : '' }
  const known = route.query ? `Parameters: ${route.query.join(', ')}.` : 'It takes none.'
  return {
    refusal: new AdminError(400, `${path} has no query parameter ${JSON.stringify(unknown)}`, known),
  }
}
