import { framingErrors, gatewayErrors } from '@sallyport/protocol'

const built = (path) => import(new URL(`../../packages/server/dist/${path}`, import.meta.url).href)
const { tokenErrors } = await built('model/idempotency.js')
export const { operations } = await built('operations/registry.js')

const codeOf = (key) => key.split('#', 1)[0]
/** What may be answered before an operation is known, or instead of it. A defect of ours is never what was asked for. */
const common = new Set([...Object.keys(gatewayErrors), ...Object.keys(framingErrors)].map(codeOf))
common.delete('InternalError')

const declared = new Map(
  operations.map(({ name, version, errors, idempotent }) => [
    `${name} ${version}`,
    new Set([...errors, ...(idempotent ? tokenErrors : [])].map(codeOf)),
  ]),
)
const all = new Set([...declared.values()].flatMap((codes) => [...codes]))

/**
 * What is wrong with an answer; undefined when nothing is. `operation` is what was asked for; undefined when a
 * mutation may have made it another one.
 */
export function fault(operation, status, type, text) {
  const code = readCode(type, text)
  if (code === undefined) return `no envelope of ours: ${status} ${type} ${text.slice(0, 300)}`
  if (status === 200) return code === '' ? undefined : `200 with the code ${code}`
  if (status < 400 || status > 599) return `status ${status}`
  const own = operation && declared.get(`${operation.name} ${operation.version}`)
  if (common.has(code) || (own ?? all).has(code)) return undefined
  return `${operation?.name ?? 'some operation'} answered ${status} ${code}, which it does not declare: ${text.slice(0, 300)}`
}

/** The code of an answer in either format, empty for a success; undefined when it is not one of ours. */
function readCode(type, text) {
  if (type === 'application/json;charset=utf-8') {
    try {
      const body = JSON.parse(text)
      return typeof body.RequestId === 'string' ? (body.Code ?? '') : undefined
    } catch {
      return undefined
    }
  }
  if (type !== 'text/xml;charset=utf-8' || !/<RequestId>[0-9A-F-]{36}<\/RequestId>/.test(text))
    return undefined
  if (!text.includes('<Error>')) return ''
  return /<Code>([^<]*)<\/Code>/.exec(text)?.[1]
}
