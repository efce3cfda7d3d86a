import type { AccountChange } from '@sallyport/server'
import type { Command } from 'commander'
import { exitCodeHelp } from './exit-codes.js'
import { addSettingOptions, settingsOf } from './setting-options.js'

type Options = Readonly<Record<string, unknown>>

/** Adds a command to the program; what `run` answers becomes the exit code. */
type Add = (name: string, summary: string, run: (options: Options) => Promise<number>) => Command

/** A change that a command makes, from its arguments and options. */
interface ChangeCommand {
  readonly name: string
  readonly summary: string
  readonly options: readonly (readonly [flags: string, text: string])[]
  readonly change: (argument: string, options: Options) => Promise<AccountChange>
}

const ofAccount = ['--account <id>', 'the account; default the default one'] as const
const withPolicy = [
  '--policy <policy>',
  'full (default), read-only, a policy as JSON, or @FILE that holds one',
] as const

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Members that are given; the others are left out. */
const given = <T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never

const policyOf = async (options: Options): Promise<string | object | undefined> =>
  (await import('./change-accounts.js')).readPolicyOption(text(options['policy']))

const keyChange = (action: 'remove-key' | 'disable-key' | 'enable-key', summary: string): ChangeCommand => ({
  ...{ name: `${action} <access-key-id>`, summary, options: [] },
  change: (id) => Promise.resolve({ action, id }),
})

const changes: readonly ChangeCommand[] = [
  {
    name: 'add <account-id>',
    summary: 'Add an account with its default networks and an access key',
    options: [
      ['--name <login>', 'its login name, as in SourceGroupOwnerAccount; required'],
      ['--service', 'it is the account of a cloud service, which may act for others'],
      ['--classic', 'it has the classic network'],
      ['--vpc-disabled', 'it may not make rules in security groups of VPCs'],
    ],
    change: (id, options) => {
      const account = {
        id,
        name: text(options['name']) ?? '',
        ...(options['service'] ? { service: true } : {}),
        ...(options['classic'] ? { classic: true } : {}),
        ...(options['vpcDisabled'] ? { vpc: false } : {}),
      }
      return Promise.resolve({ action: 'add', account })
    },
  },
  {
    name: 'add-key [access-key-id]',
    summary: 'Make an access key; its id is made too unless given',
    options: [
      ofAccount,
      ['--user <name>', 'the user that signs with it; default the account itself'],
      withPolicy,
    ],
    change: async (id, options) => ({
      action: 'add-key',
      ...given({ account: text(options['account']) }),
      key: given({ id: text(id), user: text(options['user']), policy: await policyOf(options) }),
    }),
  } as ChangeCommand,
  keyChange('disable-key', 'Let an access key sign no longer'),
  keyChange('enable-key', 'Let a disabled access key sign again'),
  keyChange('remove-key', 'Remove an access key'),
  {
    name: 'add-role <name>',
    summary: 'Add a role to assume with AssumeRole, or change it',
    options: [
      ofAccount,
      withPolicy,
      ['--trust <account-ids...>', 'the accounts whose users may assume it; default its own'],
    ],
    change: async (name, options) => ({
      action: 'add-role',
      ...given({ account: text(options['account']) }),
      role: given({
        name,
        policy: await policyOf(options),
        trusts: options['trust'] as string[] | undefined,
      }),
    }),
  } as ChangeCommand,
  {
    name: 'remove-role <name>',
    summary: 'Remove a role; its temporary keys stop working',
    options: [ofAccount],
    change: (name, options) =>
      Promise.resolve({ action: 'remove-role', ...given({ account: text(options['account']) }), name }),
  },
]

/** Adds `account`, which shows an account, and its sub-commands. */
export function addAccountCommands(add: Add, run: (code: Promise<number>) => Promise<void>): void {
  const account = add(
    'account',
    'Show the access key, the endpoint and a program to paste',
    async (options) =>
      (await import('./account.js')).account(
        ...([settingsOf(options), options['json'] === true, text(options['account'])] as const),
      ),
  )
  // What is given to a sub-command as well belongs here: commander looks at the outer command first.
  addSettingOptions(account, ['data', 'regions'])
    .option(...ofAccount)
    .option('--json', 'print JSON')
  const sub = (name: string, summary: string): Command =>
    account.command(name).description(summary).exitOverride().addHelpText('after', exitCodeHelp)
  sub('list', 'List the accounts with their keys and roles, without secrets').action((_, command: Command) =>
    run(listed(command.optsWithGlobals())),
  )
  for (const { name, summary, options, change } of changes) {
    const command = sub(name, summary)
    for (const [flags, help] of options) if (flags !== ofAccount[0]) command.option(flags, help)
    command.action((argument: string) => run(changed(change, argument, command.optsWithGlobals())))
  }
}

const listed = async (options: Options): Promise<number> =>
  (await import('./change-accounts.js')).listAccounts(settingsOf(options), options['json'] === true)

const changed = async (
  change: ChangeCommand['change'],
  argument: string,
  options: Options,
): Promise<number> =>
  (await import('./change-accounts.js')).changeAccounts(
    ...([settingsOf(options), await change(argument, options), options['json'] === true] as const),
  )
