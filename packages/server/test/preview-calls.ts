import { flattenParameters } from '../src/operations/flatten-parameters.js'
import { region } from './group-calls.js'
import { signedQuery, type TestKey, type TestServer } from './harness.js'

export interface PreviewAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  /** The header with the summary; null when there is none. */
  readonly summary: string | null
  /** The id in it; empty when there is none. */
  readonly id: string
}

/** Sends a call with the header that asks for a preview. */
export async function previewCall(
  { running }: TestServer,
  action: string,
  parameters: object = {},
  { header = '1', key }: { readonly header?: string; readonly key?: TestKey } = {},
): Promise<PreviewAnswer> {
  const flat = flattenParameters({ Action: action, Version: '2014-05-26', RegionId: region, ...parameters })
  const response = await fetch(`${running.endpoint}/?${signedQuery(Object.fromEntries(flat), key)}`, {
    headers: { 'x-sallyport-preview': header },
  })
  const summary = response.headers.get('x-sallyport-diff')
  return {
    ...{ status: response.status, body: (await response.json()) as PreviewAnswer['body'], summary },
    id: /^id=(pv-[a-z0-9]+);/.exec(summary ?? '')?.[1] ?? '',
  }
}
