import { Ecs, type Sdk } from './clients.js'

/** One Authorize call that was sent: what it would create, and whether an answer came. */
export interface Sent {
  readonly group: string
  readonly direction: 'egress' | 'ingress'
  /** Peers of its rules, one address block a rule; no two calls of a run share one. */
  readonly peers: readonly string[]
  readonly token: string | undefined
  acknowledged: boolean
}

const REGION = 'cn-hangzhou'

/** Never gives the same block twice. */
export function createPeers(): () => string {
  let count = 0
  return () => {
    const number = count++
    return `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}/32`
  }
}

/** Creates an empty group in the default VPC. */
export async function createGroup({ ecs }: Sdk): Promise<string> {
  const { body } = await ecs.createSecurityGroup(new Ecs.CreateSecurityGroupRequest({ regionId: REGION }))
  if (body?.securityGroupId === undefined) throw new Error('CreateSecurityGroup gave no id')
  return body.securityGroupId
}

/** Sends, or sends again, an Authorize call: a batch through `Permissions.N`, in either direction. */
export async function authorize({ ecs }: Sdk, { group, direction, peers, token }: Sent): Promise<void> {
  const common = {
    regionId: REGION,
    securityGroupId: group,
    ...(token !== undefined && { clientToken: token }),
  }
  const rule = { ipProtocol: 'TCP', portRange: '22/22' }
  if (direction === 'egress') {
    const permissions = peers.map(
      (destCidrIp) => new Ecs.AuthorizeSecurityGroupEgressRequestPermissions({ ...rule, destCidrIp }),
    )
    await ecs.authorizeSecurityGroupEgress(
      new Ecs.AuthorizeSecurityGroupEgressRequest({ ...common, permissions }),
    )
  } else {
    const permissions = peers.map(
      (sourceCidrIp) => new Ecs.AuthorizeSecurityGroupRequestPermissions({ ...rule, sourceCidrIp }),
    )
    await ecs.authorizeSecurityGroup(new Ecs.AuthorizeSecurityGroupRequest({ ...common, permissions }))
  }
}

/** Takes the rules of an ingress call back. */
export async function revoke({ ecs }: Sdk, { group, peers }: Sent): Promise<void> {
  const permissions = peers.map(
    (sourceCidrIp) =>
      new Ecs.RevokeSecurityGroupRequestPermissions({ ipProtocol: 'TCP', portRange: '22/22', sourceCidrIp }),
  )
  const request = { regionId: REGION, securityGroupId: group, permissions }
  await ecs.revokeSecurityGroup(new Ecs.RevokeSecurityGroupRequest(request))
}

/** The peers of all rules of a group, in no order, page by page. */
export async function peersOf({ ecs }: Sdk, group: string): Promise<string[]> {
  const peers: string[] = []
  let nextToken = ''
  do {
    const { body } = await ecs.describeSecurityGroupAttribute(
      new Ecs.DescribeSecurityGroupAttributeRequest({
        regionId: REGION,
        securityGroupId: group,
        maxResults: 1000,
        ...(nextToken !== '' && { nextToken }),
      }),
    )
    for (const rule of body?.permissions?.permission ?? []) {
      peers.push((rule.direction === 'egress' ? rule.destCidrIp : rule.sourceCidrIp) ?? '')
    }
    nextToken = body?.nextToken ?? ''
  } while (nextToken !== '')
  return peers
}

/** Whether an error is an answer of the server's, and not a connection that broke. */
const isAnswer = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'statusCode' in error && error.statusCode !== undefined

/**
 * Sends calls one after another until the connection breaks: by turns a batch of five rules and a single rule with
 * a ClientToken. Each call enters `ledger` before it is sent. An error answer is thrown: nothing here may fail.
 */
export async function writeUntilBroken(
  clients: Sdk,
  group: string,
  nextPeer: () => string,
  ledger: Sent[],
  onAcknowledged: () => void,
): Promise<void> {
  for (let count = 0; ; count++) {
    const single = count % 2 === 1
    const peers = Array.from({ length: single ? 1 : 5 }, nextPeer)
    const token = single ? `token-${peers[0]}` : undefined
    const sent: Sent = { group, direction: single ? 'ingress' : 'egress', peers, token, acknowledged: false }
    ledger.push(sent)
    try {
      await authorize(clients, sent)
    } catch (error) {
      if (isAnswer(error)) throw error
      return
    }
    sent.acknowledged = true
    onAcknowledged()
  }
}
