import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/**
 * Measures how long an acknowledged Authorize or Revoke takes to be enforced: from the SDK's answer to the agent's
 * report of that revision, and to the first packet that obeys. One VPC, 20 interfaces, 200 rules.
 * As root on Linux, after `npm run build`: node conformance/measure-enforcement.mjs [CHANGES] [--json]
 */

const changes = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 200)
const asJson = process.argv.includes('--json')
const interfaces = 20
const rules = 200
const regionId = 'cn-hangzhou'
const key = { accessKeyId: 'measure-key', accessKeySecret: 'measure-secret' }
const outside = `spt-measure-${process.pid}`
const address = '203.0.113.1'
const port = 9

const require = createRequire(import.meta.url)
const { default: Ecs, ...requests } = require('@alicloud/ecs20140526')
const { default: Vpc, ...vpcRequests } = require('@alicloud/vpc20160428')
const { $OpenApiUtil } = require('@alicloud/openapi-core')
const command = fileURLToPath(new URL('../packages/cli/bin/sallyport.js', import.meta.url))
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function run(...words) {
  const { status, stderr } = spawnSync(words[0], words.slice(1), { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${words.join(' ')} failed: ${stderr}`)
}

/** Sends a datagram from a new port every millisecond, so that each is judged anew. */
const sender = `
import socket, sys, time
address = (sys.argv[1], int(sys.argv[2]))
while True:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"x", address)
    time.sleep(0.001)
`
/** Prints when each datagram arrived, in milliseconds of the wall clock. */
const receiver = `
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], int(sys.argv[2])))
print("ready", flush=True)
while True:
    s.recv(10)
    print(time.time() * 1000, flush=True)
`
const python = (namespace, program) =>
  spawn('ip', ['netns', 'exec', namespace, 'python3', '-c', program, address, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

/** Milliseconds of the wall clock with fractions, as the receiver's. */
const now = () => performance.timeOrigin + performance.now()

async function startProduct(data, own) {
  const where = ['--data', data, '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0', '--log-level', 'warn']
  const up = spawn(process.execPath, [command, 'up', ...where, '--uplink-netns', outside], {
    env: {
      ...process.env,
      SALLYPORT_CONFIG: 'none',
      SALLYPORT_ACCESS_KEY_ID: key.accessKeyId,
      SALLYPORT_ACCESS_KEY_SECRET: key.accessKeySecret,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  own.push(up)
  let banner = ''
  up.stdout.on('data', (text) => (banner += text))
  while (!/enforcement .*\n/.test(banner)) {
    if (up.exitCode !== null) throw new Error(`"up" ended with ${up.exitCode}`)
    await sleep(20)
  }
  if (!/enforcement +on/.test(banner)) throw new Error(`"up" does not enforce: ${banner}`)
  return JSON.parse(readFileSync(join(data, 'endpoints.json'), 'utf8'))
}

const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)]

function show(name, values) {
  const sorted = [...values].sort((a, b) => a - b)
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((part) => Number(quantile(sorted, part).toFixed(1)))
  const most = Number(sorted.at(-1).toFixed(1))
  if (asJson)
    process.stdout.write(
      `${JSON.stringify({ name, unit: 'ms', count: values.length, p50, p90, p99, most })}\n`,
    )
  else
    process.stdout.write(
      `${name.padEnd(34)} p50 ${p50}  p90 ${p90}  p99 ${p99}  most ${most} ms (${values.length})\n`,
    )
}

/** Waits until the agent reports the revision; asks every 4 ms. */
async function reported({ admin, token }, revision) {
  for (;;) {
    const response = await fetch(`${admin}/v1/status`, { headers: { authorization: `Bearer ${token}` } })
    const { agents, revision: newest } = await response.json()
    if (agents.some(({ applied, errors }) => applied >= (revision ?? newest) && errors.length === 0))
      return now()
    await sleep(4)
  }
}

/** One VPC with the interfaces, in one group with rules that a probe has to pass: one of them is to be changed. */
async function furnish(host) {
  const config = new $OpenApiUtil.Config({ ...key, endpoint: host, protocol: 'http', regionId })
  const [ecs, vpc] = [new Ecs(config), new Vpc(config)]
  const { vpcId } = (
    await vpc.createVpc(new vpcRequests.CreateVpcRequest({ regionId, cidrBlock: '10.60.0.0/16' }))
  ).body
  const vSwitch = { regionId, vpcId, zoneId: 'cn-hangzhou-h', cidrBlock: '10.60.1.0/24' }
  const { vSwitchId } = (await vpc.createVSwitch(new vpcRequests.CreateVSwitchRequest(vSwitch))).body
  const { securityGroupId } = (
    await ecs.createSecurityGroup(new requests.CreateSecurityGroupRequest({ regionId, vpcId }))
  ).body
  const permissions = Array.from({ length: rules - 1 }, (_, index) => ({
    ...{ ipProtocol: 'TCP', portRange: `${1000 + index}/${1000 + index}`, priority: '1', policy: 'drop' },
    destCidrIp: `198.51.${index}.0/24`,
  }))
  for (const part of [permissions.slice(0, 100), permissions.slice(100)])
    await ecs.authorizeSecurityGroupEgress(
      new requests.AuthorizeSecurityGroupEgressRequest({ regionId, securityGroupId, permissions: part }),
    )
  const any = { imageId: 'any', instanceType: 'any' }
  const { body } = await ecs.runInstances(
    new requests.RunInstancesRequest({ regionId, securityGroupId, vSwitchId, amount: interfaces, ...any }),
  )
  return { ecs, securityGroupId, instances: body.instanceIdSets.instanceIdSet }
}

async function measure(product) {
  const { ecs, securityGroupId, instances } = await furnish(new URL(product.endpoint).host)
  await reported(product)
  const arrivals = []
  const [inbox, flood] = [python(outside, receiver), python(`sp-${instances[0]}`, sender)]
  product.own.push(inbox, flood)
  await new Promise((resolve) =>
    createInterface(inbox.stdout).on('line', (text) =>
      text === 'ready' ? resolve() : arrivals.push(Number(text)),
    ),
  )
  const permissions = [
    { ipProtocol: 'UDP', portRange: `${port}/${port}`, destCidrIp: address, policy: 'drop', priority: '1' },
  ]
  const change = { regionId, securityGroupId, permissions }
  const times = { authorizeReport: [], authorizePacket: [], revokeReport: [], revokePacket: [] }
  for (let index = 0; index < changes; index++) {
    await ecs.authorizeSecurityGroupEgress(new requests.AuthorizeSecurityGroupEgressRequest(change))
    const dropped = now()
    times.authorizeReport.push((await reported(product)) - dropped)
    await sleep(150)
    // The last packet that passed; every later one was dropped.
    times.authorizePacket.push(Math.max(0, arrivals.at(-1) - dropped))
    await ecs.revokeSecurityGroupEgress(new requests.RevokeSecurityGroupEgressRequest(change))
    const allowed = now()
    times.revokeReport.push((await reported(product)) - allowed)
    await sleep(150)
    // Nothing arrived for 150 ms before the revocation, which may be in force before its answer is read.
    const first = arrivals.find((at) => at > allowed - 50)
    if (first === undefined) throw new Error('no packet passes after the rule was revoked')
    times.revokePacket.push(Math.max(0, first - allowed))
    arrivals.splice(0, arrivals.length - 1)
  }
  return times
}

if (process.getuid?.() !== 0 || process.platform !== 'linux') {
  process.stderr.write('measure-enforcement: needs root on Linux, because it makes network namespaces\n')
  process.exit(2)
}
const folder = mkdtempSync(join(tmpdir(), 'sallyport-measure-'))
const data = join(folder, 'data')
const own = []
let failure
try {
  run('ip', 'netns', 'add', outside)
  run('ip', '-n', outside, 'link', 'set', 'lo', 'up')
  run('ip', '-n', outside, 'addr', 'add', `${address}/32`, 'dev', 'lo')
  const { admin, endpoint } = await startProduct(data, own)
  const token = readFileSync(join(data, 'admin-token'), 'utf8').trim()
  const times = await measure({ admin, endpoint, token, own })
  if (!asJson)
    process.stdout.write(
      `${interfaces} interfaces, ${rules} rules; from the SDK's answer, ${changes} of each\n`,
    )
  show('authorize: agent reports', times.authorizeReport)
  show('authorize: last packet that passed', times.authorizePacket)
  show('revoke: agent reports', times.revokeReport)
  show('revoke: first packet that passes', times.revokePacket)
} catch (error) {
  failure = error
} finally {
  for (const child of own.reverse()) {
    const exit = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.kill('SIGTERM')) await exit
  }
  if (existsSync(data)) run(process.execPath, command, 'down', '--data', data, '--config', 'none')
  spawnSync('ip', ['netns', 'del', outside])
  rmSync(folder, { recursive: true, force: true })
}
if (failure) throw failure
