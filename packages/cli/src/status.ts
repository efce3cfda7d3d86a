import { shortcomingsOf } from '@sallyport/dataplane'
import type { AgentStatus, Settings } from '@sallyport/server'
import { readEndpoints } from '@sallyport/server'
import { columns } from './columns.js'
import { connectControl } from './control-client.js'
import { exitCodes } from './exit-codes.js'

interface Status {
  readonly epoch: string
  readonly revision: number
  readonly agents: readonly AgentStatus[]
}

/** Prints where the server of a data folder answers and how far each data plane has followed it. */
export async function status(settings: Settings, json: boolean): Promise<number> {
  const ask = connectControl(settings.data)
  const answer = (await ask('GET', '/v1/status')) as Status
  const endpoints = readEndpoints(settings.data)
  const view = { endpoint: endpoints?.endpoint ?? null, admin: endpoints?.admin ?? null, ...answer }
  process.stdout.write(json ? `${JSON.stringify(view, null, 2)}\n` : statusText(view))
  return exitCodes.ok
}

/** The same in aligned text: an agent that follows another epoch is behind by definition. */
export function statusText(view: Status & { endpoint: string | null; admin: string | null }): string {
  const agents = view.agents.map((agent) => [
    `agent ${agent.host}`,
    agent.epoch === view.epoch
      ? `applied ${agent.applied} of ${view.revision} at ${agent.at}`
      : `follows another epoch (${agent.epoch})`,
    [...abilityText(agent), ...errorsText(agent.errors), ...driftsText(agent.drifts)].join('; '),
  ])
  return columns([
    ['endpoint', view.endpoint ?? 'unknown'],
    ['admin', view.admin ?? 'control socket only'],
    ['revision', String(view.revision)],
    ...(agents.length > 0 ? agents : [['agents', 'none']]),
  ])
}

const abilityText = ({ enforces, can, bound }: AgentStatus): string[] => [
  ...(enforces ? [] : ['enforces nothing']),
  ...(bound === 0 ? [] : [`${bound} bound ${bound === 1 ? 'link' : 'links'}`]),
  ...shortcomingsOf(can ?? {}).map((lack) => `its kernel lacks ${lack}`),
]

const errorsText = (errors: AgentStatus['errors']): string[] =>
  errors.length === 0 ? [] : [`errors: ${errors.join('; ')}`]

const driftsText = ({ count, last }: AgentStatus['drifts']): string[] =>
  last === null
    ? []
    : [
        `rules changed by another hand and put back: ${count}, last in ${last.vpc} at ${last.at} (${last.what})`,
      ]
