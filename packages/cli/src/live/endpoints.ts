import { UserError } from '@sallyport/server'

/** The products that an account is read from, with their versions. */
export const versions = { ecs: '2014-05-26', vpc: '2016-04-28' } as const

export type Product = keyof typeof versions

/** Regions whose address is not PRODUCT.REGION.aliyuncs.com (the tables of the SDKs for ECS and VPC). */
const others: Readonly<Record<string, Readonly<Record<Product, string>>>> = {
  'cn-hangzhou': { ecs: 'ecs-cn-hangzhou.aliyuncs.com', vpc: 'vpc.aliyuncs.com' },
  'cn-hangzhou-finance': { ecs: 'ecs.aliyuncs.com', vpc: 'vpc.aliyuncs.com' },
  'cn-shanghai-finance-1': { ecs: 'ecs-cn-hangzhou.aliyuncs.com', vpc: 'vpc.aliyuncs.com' },
  'cn-shenzhen-finance-1': { ecs: 'ecs-cn-hangzhou.aliyuncs.com', vpc: 'vpc.aliyuncs.com' },
  'cn-north-2-gov-1': { ecs: 'ecs.aliyuncs.com', vpc: 'vpc.aliyuncs.com' },
}

/** Where a product answers: at the endpoint given, else at its public address in the region, over HTTPS. */
export function endpointOf(product: Product, region: string, endpoint: string | undefined): URL {
  if (endpoint !== undefined) return readEndpoint(endpoint)
  if (!/^[a-z][a-z0-9-]{1,62}$/.test(region)) {
    throw new UserError(
      `${JSON.stringify(region)} is no region`,
      'Give one such as cn-hangzhou with --region.',
    )
  }
  return new URL(`https://${others[region]?.[product] ?? `${product}.${region}.aliyuncs.com`}/`)
}

function readEndpoint(text: string): URL {
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `https://${text}`)
  if (url !== null && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '')
    return url
  throw new UserError(
    `--endpoint is ${JSON.stringify(text)}`,
    'Give an address such as https://ecs.cn-beijing.aliyuncs.com, without a path.',
  )
}
