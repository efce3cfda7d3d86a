import { text } from 'node:stream/consumers'
import { openConnection } from './connection.mjs'
import { createRequests, slot } from './signed-request.mjs'

/**
 * Sends signed calls over keep-alive connections, each with one request in flight, and prints one JSON object:
 * count, seconds, errors, p50 and p99 in ms, and one answer. The task comes as JSON on stdin:
 *
 *     {host, port, accessKeyId, accessKeySecret, connections, version, parameters, ...}
 *
 * with `{calls}` to send a number of calls, `{seconds, warmupSeconds}` to send the same call for a time, or
 * `{seconds, warmupSeconds, groups, rulesPerGroup}` to authorize distinct rules in the groups for a time (with `again`,
 * from the first group anew when all have been used); what is answered in the warm-up is not counted.
 */

const UUID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/
/** Every so many answers, the body is read too. */
const SAMPLE = 64

/** Values for the slots of distinct rules: each connection fills its groups one after another. */
function createRules({ groups, rulesPerGroup, connections, again }) {
  const next = new Array(connections).fill(0)
  return (connection) => {
    const count = next[connection]++
    const index = connection + connections * Math.floor(count / rulesPerGroup)
    const group = groups[again ? index % groups.length : index]
    if (group === undefined) return undefined
    const rule = count % rulesPerGroup
    return { group, address: `10.0.${rule >> 8}.${rule & 255}` }
  }
}

function checkBody(body) {
  const answer = JSON.parse(body)
  if (!UUID.test(answer.RequestId) || 'Code' in answer) throw new Error(`not a success: ${body}`)
}

/** Every answer must be a 200; throws on a body that says otherwise. */
function createRecord() {
  const record = { latencies: [], errors: 0, firstError: null, bodies: [], sample: null }
  let seen = 0
  return {
    record,
    add({ status, head, body }, milliseconds, counted, keepBody) {
      if (status !== 200) {
        record.errors++
        record.firstError ??= `${status} ${body}`
        return
      }
      if (seen++ % SAMPLE === 0) {
        checkBody(body)
        record.sample = { head, body }
      }
      if (keepBody) record.bodies.push(body)
      if (counted) record.latencies.push(milliseconds)
    },
  }
}

async function drive(task, connection, index, { values, request, add, start }) {
  const warm = start + (task.warmupSeconds ?? 0) * 1000
  const end = task.seconds === undefined ? Infinity : warm + task.seconds * 1000
  for (;;) {
    const began = performance.now()
    if (began >= end) return
    const filled = values(index)
    if (filled === undefined) return
    const answer = await connection.send(request(filled))
    const now = performance.now()
    add(answer, now - began, began >= warm && now < end, task.calls !== undefined)
  }
}

function valuesOf(task) {
  if (task.groups !== undefined) return createRules(task)
  if (task.calls === undefined) return () => ({})
  let left = task.calls
  return () => (left-- > 0 ? {} : undefined)
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null

async function run(task) {
  const parameters = Object.fromEntries(
    Object.entries(task.parameters).map(([name, value]) => [
      name,
      value === null ? slot(slotNames[name]) : value,
    ]),
  )
  const request = createRequests({ ...task, parameters })
  const values = valuesOf(task)
  const { record, add } = createRecord()
  const connections = await Promise.all(Array.from({ length: task.connections }, () => openConnection(task)))
  const start = performance.now()
  await Promise.all(
    connections.map((connection, index) => drive(task, connection, index, { values, request, add, start })),
  )
  const elapsed = (performance.now() - start) / 1000
  for (const connection of connections) connection.close()
  if (task.seconds !== undefined && elapsed < task.seconds + (task.warmupSeconds ?? 0)) {
    throw new Error(
      `the ${task.groups.length} groups were full after ${elapsed.toFixed(1)} s: give more groups`,
    )
  }
  const sorted = Float64Array.from(record.latencies).sort()
  return {
    count: sorted.length,
    seconds: task.seconds ?? elapsed,
    errors: record.errors,
    firstError: record.firstError,
    p50: at(sorted, 0.5),
    p99: at(sorted, 0.99),
    sample: record.sample,
    bodies: record.bodies,
  }
}

/** Parameters given as null are filled at each call. */
const slotNames = { SecurityGroupId: 'group', 'Permissions.1.DestCidrIp': 'address' }

process.stdout.write(`${JSON.stringify(await run(JSON.parse(await text(process.stdin))))}\n`)
