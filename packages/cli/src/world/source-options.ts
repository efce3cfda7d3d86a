import type { Settings } from '@sallyport/server'

/** Where a question gets its world from: at most one of `file` and `account`; the running server without either. */
export interface WorldOptions {
  readonly settings: Pick<Settings, 'data' | 'region'>
  /** A world file, or what `terraform show -json` wrote; `-` is standard input. */
  readonly file?: string | undefined
  /** Read a live account, in the region of the settings. */
  readonly account?: boolean | undefined
  /** Where the account is; default its public addresses. */
  readonly endpoint?: string | undefined
  /** The state of the server at a revision or a time; only of the running server. */
  readonly at?: string | undefined
}

/** The flags of these options, beside `--data`, `--region` and `--config`. */
export const sourceOptions: readonly (readonly [flags: string, text: string])[] = [
  [
    '--file <file>',
    'ask of this world file (docs/world-files.md), - for standard input, not of the running server',
  ],
  ['--account', 'ask of the live account of the standard credentials, in --region; it is only read'],
  ['--endpoint <url>', 'where the account is; default the public addresses of the region'],
  ['--at <place>', 'ask of the state of the server at this revision or time (ISO 8601)'],
]

/** Reads the flags as Commander gives them. */
export function worldOptions(settings: Settings, options: Readonly<Record<string, unknown>>): WorldOptions {
  const text = (name: string): string | undefined =>
    typeof options[name] === 'string' ? options[name] : undefined
  return {
    ...{ settings, file: text('file'), account: options['account'] === true },
    ...{ endpoint: text('endpoint'), at: text('at') },
  }
}
