import { parseArgs } from 'node:util'
import { fault, operations } from './answers.mjs'
import { createIds, makeCall } from './calls.mjs'
import { mutateBytes, mutateParameters, mutateSigned } from './mutations.mjs'
import { createRandom } from './random.mjs'
import { sendBytes, sendRequest } from './send.mjs'
import { startServer } from './server-process.mjs'
import { bytesOf, sign, styles } from './signing.mjs'

/**
 * Fuzzes a server: calls of every operation, right ones and such that are wrong in their values, their signature or
 * their bytes. The process must stay alive, answer only what is documented and never 500, and not grow: state is reset
 * once an epoch, and memory after the last epoch may exceed memory after the second by the bound at most, in which the
 * nonces remembered for the time window are included. A run in which few right calls succeed has tried nothing.
 *
 *     node conformance/fuzz/run.mjs [--requests 200000] [--seed N] [--bound-mib 64]
 */

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    'bound-mib': { type: 'string', default: '64' },
  },
})
const total = Number(values.requests)
const seed = Number(values.seed)
const bound = Number(values['bound-mib']) * 1024 * 1024
const EPOCHS = 10
const LANES = 16
const SHOWN = 20
/** Share of right calls that must succeed, so that answers come from operations and not from the gate before them. */
const LEAST_SUCCESSES = 0.1

const random = createRandom(seed)
const ids = createIds()
const server = await startServer()
const counts = { right: 0, values: 0, signature: 0, bytes: 0 }
const codes = new Map()
const problems = []

const report = (what, call) => {
  if (problems.length < SHOWN)
    problems.push(`${what}\n    ${call.operation.name} ${JSON.stringify(call.parameters)}`)
}

/** One request of a random kind, and what its answer says. */
async function one() {
  const operation = random.pick(operations)
  const kind = random.pick(['right', 'right', 'values', 'values', 'values', 'signature', 'bytes'])
  const parameters = makeCall(random, ids, operation)
  const call = {
    operation,
    parameters: kind === 'values' ? mutateParameters(random, parameters) : parameters,
  }
  const signed = sign(random.pick(styles), { host: server.url.host, key: server.key, ...call })
  counts[kind]++
  const request = kind === 'signature' ? mutateSigned(random, signed) : signed
  const raw = kind === 'bytes' ? mutateBytes(random, bytesOf(signed)) : undefined
  let answer
  try {
    answer = raw ? await sendBytes(server.url, raw) : await sendRequest(server.url, request)
  } catch (error) {
    if (error.code !== 'ERR_INVALID_CHAR') report(`no answer (${kind}): ${error.message}`, call)
    return
  }
  if (answer === null) return
  ids.learn(answer.text)
  // Values can hold an Action of their own; bytes and signatures can turn one operation into another.
  const same =
    kind === 'right' || (kind === 'values' && !('Action' in call.parameters || 'Version' in call.parameters))
  const wrong = fault(same ? operation : undefined, answer.status, answer.type, answer.text)
  if (wrong) report(`${kind}: ${wrong}`, call)
  const key =
    answer.status === 200
      ? 'success'
      : (/"Code":"([^"]+)"|<Code>([^<]+)/.exec(answer.text) ?? []).slice(1).join('')
  codes.set(key, (codes.get(key) ?? 0) + 1)
}

const memories = []
for (let epoch = 0; epoch < EPOCHS; epoch++) {
  let left = Math.ceil(total / EPOCHS)
  const lane = async () => {
    while (left-- > 0 && server.isAlive()) await one()
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  if (!server.isAlive()) break
  await server.reset()
  ids.forget()
  memories.push(server.memory())
}

const mib = (bytes) => `${Math.round(bytes / 1024 / 1024)} MiB`
// The first epoch warms up what grows once: compiled code, statements, pages.
const growth = (memories.at(-1) ?? 0) - (memories[1] ?? 0)
if (!server.isAlive()) problems.push(`the server died:\n${server.log()}`)
if (growth > bound)
  problems.push(`memory grew by ${mib(growth)} from the second epoch to the last; bound ${mib(bound)}`)
if (/a request failed/.test(server.log()))
  problems.push(`the log has failures:\n${server.log().slice(0, 3000)}`)
const successes = codes.get('success') ?? 0
if (successes < counts.right * LEAST_SUCCESSES)
  problems.push(`only ${successes} of ${counts.right} right calls succeeded`)
await server.stop()

const sent = Object.values(counts).reduce((sum, count) => sum + count, 0)
console.log(`seed ${seed}: ${sent} requests`, counts)
console.log(`answers: ${successes} successes, ${codes.size - 1} different codes`)
const most = [...codes].sort((a, b) => b[1] - a[1]).slice(0, 8)
console.log(`most often: ${most.map(([code, count]) => `${code} ${count}`).join(', ')}`)
console.log(`memory after each epoch: ${memories.map(mib).join(', ')}`)
if (problems.length > 0) {
  console.error(`${problems.length} problems:\n${problems.join('\n')}`)
  process.exitCode = 1
}
process.exit()
