import { afterAll, beforeAll, expect, it } from 'vitest'
import { operations } from '../src/operations/registry.js'
import { expectRefusal } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

const version = '2015-06-12'
let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const endpoints = async (query: object) => {
  const body = await server.ok('DescribeEndpoints', { Id: 'cn-hangzhou', ...query }, version)
  return (body.Endpoints as { Endpoint: Record<string, unknown>[] }).Endpoint
}

it('DescribeEndpoints answers the address that the client called', async () => {
  const body = await server.ok('DescribeEndpoints', { Id: 'cn-hangzhou', ServiceCode: 'ecs' }, version)
  expect(body).toEqual({
    RequestId: expect.any(String) as string,
    Success: true,
    Endpoints: {
      Endpoint: [
        {
          Endpoint: new URL(server.running.endpoint).host,
          Id: 'cn-hangzhou',
          SerivceCode: 'ecs',
          Namespace: '26842',
          Type: 'openAPI',
          Protocols: { Protocols: ['HTTP', 'HTTPS'] },
        },
      ],
    },
  })
})

it('DescribeEndpoints knows every product that is served, and no other', async () => {
  const products = new Set(operations.map(({ product }) => product.toLowerCase()))
  expect((await endpoints({})).map(({ SerivceCode }) => SerivceCode).sort()).toEqual([...products].sort())
  expect(await endpoints({ ServiceCode: 'VPC', Type: 'openAPI' })).toMatchObject([{ SerivceCode: 'vpc' }])
  expect(await endpoints({ ServiceCode: 'rds' })).toEqual([])
  expect(await endpoints({ ServiceCode: 'ecs', Type: 'innerAPI' })).toEqual([])
})

it('DescribeEndpoint answers the same of one product, flat, and refuses one that is not served', async () => {
  const [one] = await endpoints({ ServiceCode: 'vpc' })
  const body = await server.ok('DescribeEndpoint', { Id: 'cn-hangzhou', ServiceCode: 'Vpc' }, version)
  expect(body).toEqual({ RequestId: expect.any(String) as string, ...one })
  const refused = await server.call('DescribeEndpoint', { Id: 'cn-hangzhou', ServiceCode: 'rds' }, version)
  expectRefusal(refused, 400, 'Illegal Parameter', 'Please check the parameters')
})

it('DescribeEndpoints has to be signed', async () => {
  const response = await fetch(
    `${server.running.endpoint}/?Format=JSON&Action=DescribeEndpoints&Version=${version}&Id=cn-hangzhou`,
  )
  const body = (await response.json()) as Record<string, unknown>
  expectRefusal({ status: response.status, key: undefined, body }, 400, 'MissingAccessKeyId')
})
