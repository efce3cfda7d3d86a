import type { AgentHost, Settings } from '@sallyport/server'
import { columns } from './columns.js'
import { connectControl } from './control-client.js'
import { exitCodes } from './exit-codes.js'

const print = (text: string): number => {
  process.stdout.write(text)
  return exitCodes.ok
}

/** Makes the token of a host's agent and prints it, the only time. */
export async function addAgentToken({ data }: Settings, host: string): Promise<number> {
  const { token } = (await connectControl(data)('POST', '/v1/agent-tokens', { host })) as { token: string }
  return print(`${token}\n`)
}

/** Lists the hosts whose agents have a token. */
export async function listAgentTokens({ data }: Settings): Promise<number> {
  const { hosts } = (await connectControl(data)('GET', '/v1/agent-tokens')) as {
    hosts: readonly AgentHost[]
  }
  return print(
    hosts.length === 0 ? 'no tokens\n' : columns(hosts.map(({ host, createdAt }) => [host, createdAt])),
  )
}

/** Forgets the token of a host; its agent is cut off. */
export async function removeAgentToken({ data }: Settings, host: string): Promise<number> {
  await connectControl(data)('DELETE', `/v1/agent-tokens?host=${encodeURIComponent(host)}`)
  return print(`removed the token of ${host}\n`)
}
