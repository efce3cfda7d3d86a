import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realOperations } from '../src/operations/real-operations.js'
import { operations } from '../src/operations/registry.js'
import { expectRefusal } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe('the list of operations that the products have', () => {
  it('is the one that the installed SDKs give', () => {
    const script = fileURLToPath(new URL('../../../scripts/list-real-operations.mjs', import.meta.url))
    const { status, stdout } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, ''])
  })

  it('has every operation that is served', () => {
    for (const { name, product, version } of operations) {
      const real = realOperations.find((one) => one.version === version)
      if (real) expect([product, real.names.includes(name)], name).toEqual([real.product, true])
    }
  })
})

describe('an operation of a product that is not served', () => {
  it('is refused by its name, once the signature holds', async () => {
    const text = 'The operation DescribeDisks of Ecs 2014-05-26 is not supported by this server.'
    expectRefusal(await server.call('DescribeDisks'), 400, 'UnsupportedOperation', text)
    expectRefusal(await server.call('CreateNatGateway', {}, '2016-04-28'), 400, 'UnsupportedOperation')
    const unsigned = await server.call('DescribeDisks', { SignatureNonce: '' })
    expectRefusal(unsigned, 400, 'MissingSignatureNonce')
  })

  it('is not found when the product does not have it', async () => {
    expectRefusal(await server.call('DescribeDiscs'), 404, 'InvalidAction.NotFound')
    expectRefusal(await server.call('DescribeDisks', {}, '2016-04-28'), 404, 'InvalidAction.NotFound')
  })
})
