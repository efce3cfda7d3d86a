import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { enforcementCommands, isRoot, packagesOf, prepareMachine, provide, root } from './prepare-machine.mjs'

/**
 * Shows a rule deciding real packets, driven through Alibaba's own SDK: two instances, a connection, a Drop rule, a
 * stronger Accept, and its revocation. Needs root on Linux. Makes everything in a temporary folder and removes it.
 */

const PORT = 8080
const command = join(root, 'packages', 'cli', 'bin', 'sallyport.js')
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const say = (text) => process.stdout.write(`${text}\n`)

function fail(message) {
  process.stderr.write(`demo: ${message}\n`)
  process.exit(2)
}

if (process.platform !== 'linux' || !isRoot())
  fail('needs root on Linux, because it makes network namespaces')
prepareMachine()
const lacking = provide(enforcementCommands)
if (lacking.length > 0) fail(`not found: ${lacking.join(', ')}; install ${packagesOf(lacking)}`)

const data = join(mkdtempSync(join(tmpdir(), 'sallyport-demo-')), 'data')
const own = []

async function startProduct() {
  const flags = ['--data', data, '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0', '--log-level', 'warn']
  const env = {
    ...process.env,
    SALLYPORT_ACCESS_KEY_ID: 'demo-key',
    SALLYPORT_ACCESS_KEY_SECRET: randomBytes(18).toString('base64url'),
  }
  const up = spawn(process.execPath, [command, 'up', ...flags], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  own.push(up)
  const endpoints = join(data, 'endpoints.json')
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (up.exitCode !== null) throw new Error(`the product ended with ${up.exitCode}`)
    if (existsSync(endpoints)) return JSON.parse(readFileSync(endpoints, 'utf8'))
    await sleep(50)
  }
  throw new Error('the product did not start within 20 s')
}

function sallyport(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args, '--data', data, '--json'])
  if (status !== 0) throw new Error(`sallyport ${args.join(' ')} failed: ${stderr}`)
  return JSON.parse(stdout)
}

function sdk(endpoint) {
  // The conformance suite holds the SDK; it is no dependency of the product.
  const require = createRequire(join(root, 'conformance', 'package.json'))
  const { default: Ecs, ...requests } = require('@alicloud/ecs20140526')
  const [key] = sallyport('account').keys
  const { host } = new URL(endpoint)
  return { ecs: new Ecs({ endpoint: host, protocol: 'http', regionId: 'cn-hangzhou', ...key }), requests }
}

/** Waits until the kernel holds everything that was acknowledged, and says how long that took. */
async function enforced(ask) {
  const began = performance.now()
  for (;;) {
    const { revision, agents } = await ask()
    if (agents.some(({ applied, errors }) => applied >= revision && errors.length === 0))
      return Math.round(performance.now() - began)
    if (performance.now() - began > 10_000) {
      const errors = agents.flatMap((agent) => agent.errors).join('; ') || 'no error reported'
      throw new Error(`the agent did not follow within 10 s: ${errors}`)
    }
    await sleep(5)
  }
}

/** Tries a TCP connection inside an instance. A dropped one gives no answer at all, so it times out. */
function connect(instance, address) {
  const program = `
    const socket = require('node:net').connect({ host: process.argv[1], port: Number(process.argv[2]), timeout: 1500 })
    const end = (text) => { console.log(text); process.exit() }
    socket.on('connect', () => end('connected'))
    socket.on('timeout', () => end('timed out'))
    socket.on('error', (error) => end(error.code))`
  const words = ['netns', 'exec', `sp-${instance}`, process.execPath, '-e', program, address, String(PORT)]
  return spawnSync('ip', words, { encoding: 'utf8' }).stdout.trim()
}

function listen(instance) {
  const program = `require('node:net').createServer((socket) => socket.end()).listen(${PORT}, '0.0.0.0', () => console.log('up'))`
  const child = spawn('ip', ['netns', 'exec', `sp-${instance}`, process.execPath, '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  own.push(child)
  return new Promise((resolve) => child.stdout.once('data', resolve))
}

async function show(endpoints) {
  const { ecs, requests } = sdk(endpoints.endpoint)
  const token = readFileSync(join(data, 'admin-token'), 'utf8').trim()
  const status = async () =>
    (await fetch(`${endpoints.admin}/v1/status`, { headers: { authorization: `Bearer ${token}` } })).json()
  const regionId = 'cn-hangzhou'
  let problems = 0

  say('1. An SDK that knows nothing of Sallyport creates a group and two instances')
  const group = await ecs.createSecurityGroup(
    new requests.CreateSecurityGroupRequest({ regionId, securityGroupName: 'demo' }),
  )
  const securityGroupId = group.body.securityGroupId
  const run = await ecs.runInstances(
    new requests.RunInstancesRequest({
      regionId,
      securityGroupId,
      amount: 2,
      imageId: 'any',
      instanceType: 'any',
    }),
  )
  const [client, server] = run.body.instanceIdSets.instanceIdSet
  const described = await ecs.describeInstances(
    new requests.DescribeInstancesRequest({ regionId, instanceIds: JSON.stringify([server]) }),
  )
  const address = described.body.instances.instance[0].vpcAttributes.privateIpAddress.ipAddress[0]
  say(`   group ${securityGroupId}, namespaces sp-${client} and sp-${server} (${address})`)
  say(`   in the kernel ${await enforced(status)} ms after the answer`)
  await listen(server)

  const expect = (wanted) => {
    const seen = connect(client, address)
    const right = seen === wanted
    if (!right) problems++
    say(`   tcp ${client} -> ${address}:${PORT}: ${seen}${right ? '' : `   EXPECTED ${wanted}`}`)
  }
  const rule = { ipProtocol: 'TCP', portRange: `${PORT}/${PORT}` }
  const change = async (text, call) => {
    say(text)
    await call()
    say(`   in the kernel ${await enforced(status)} ms after the answer`)
  }
  const authorize = (permission) =>
    ecs.authorizeSecurityGroupEgress(
      new requests.AuthorizeSecurityGroupEgressRequest({
        regionId,
        securityGroupId,
        permissions: [permission],
      }),
    )
  const accept = { ...rule, destCidrIp: address, policy: 'accept', priority: '1' }

  say('2. No rule yet: a basic group lets traffic out, and its members reach one another')
  expect('connected')
  await change(`3. Drop TCP ${PORT} to everywhere, priority 2`, () =>
    authorize({ ...rule, destCidrIp: '0.0.0.0/0', policy: 'drop', priority: '2' }),
  )
  expect('timed out')
  await change(`4. Accept it to ${address}, priority 1: the smaller number is stronger`, () =>
    authorize(accept),
  )
  expect('connected')
  await change('5. Revoke the Accept: the Drop is back', () =>
    ecs.revokeSecurityGroupEgress(
      new requests.RevokeSecurityGroupEgressRequest({ regionId, securityGroupId, permissions: [accept] }),
    ),
  )
  expect('timed out')
  say('6. And why')
  const why = spawnSync(
    process.execPath,
    [
      command,
      'explain',
      '--data',
      data,
      '--from',
      client,
      '--to',
      address,
      '--protocol',
      'tcp',
      '--port',
      String(PORT),
    ],
    { encoding: 'utf8' },
  )
  say(why.stdout.trimEnd().replaceAll(/^/gm, '   '))
  return problems
}

async function cleanUp() {
  for (const child of own.reverse()) {
    if (child.exitCode !== null) continue
    child.kill('SIGTERM')
    await new Promise((resolve) => child.once('exit', resolve))
  }
  spawnSync(process.execPath, [command, 'down', '--data', data])
  rmSync(join(data, '..'), { recursive: true, force: true })
}

let problems = 1
try {
  problems = await show(await startProduct())
} finally {
  await cleanUp()
}
say(problems === 0 ? 'Every step went as the rules say.' : `${problems} steps did not go as the rules say.`)
process.exitCode = problems === 0 ? 0 : 1
