import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addAccountCommands } from './account-commands.js'
import { addAgentCommands } from './agent-commands.js'
import { addBindingCommands } from './binding-commands.js'
import { exitCodeHelp, exitCodes } from './exit-codes.js'
import { addQuestions } from './question-commands.js'
import { addSourceCommands } from './source-commands.js'
import { addTestCommands } from './test-commands.js'
import { addSettingOptions, settingsOf } from './setting-options.js'

type Options = Record<string, unknown>

/**
 * Runs the command that `argv` names and answers with its exit code. The module of a command is loaded when it runs,
 * so that no command waits for the parts of another.
 */
export async function program(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.ok
  const root = new Command('sallyport')
    .description('Alibaba Cloud security groups on your own machines: emulate, explain, enforce.')
    .version(version())
    .exitOverride()
    .addHelpText('after', exitCodeHelp)
  const add = (name: string, summary: string, run: (options: Options) => Promise<number>): Command =>
    root
      .command(name)
      .description(summary)
      .allowExcessArguments(false)
      .exitOverride()
      .addHelpText('after', exitCodeHelp)
      .action(async (...received: unknown[]) => {
        // Commander passes the command last, after its arguments and options.
        code = await run((received.at(-1) as Command).opts())
      })
  addServers(add)
  addAccountCommands(add, async (running) => {
    code = await running
  })
  addAgentCommands(root, async (running) => {
    code = await running
  })
  addBindingCommands(root, async (running) => {
    code = await running
  })
  addStatus(add)
  addQuestions(add)
  addSourceCommands(root, async (running) => {
    code = await running
  })
  addTestCommands(root, async (running) => {
    code = await running
  })
  await root.parseAsync(argv)
  return code
}

type Add = (name: string, summary: string, run: (options: Options) => Promise<number>) => Command

function addServers(add: Add): void {
  addSettingOptions(
    add(
      'up',
      'Run the server as an ordinary user and, as root on Linux, enforce the rules',
      async (options) => (await import('./up.js')).up(settingsOf(options)),
    ),
    ['server', 'up'],
  )
  addSettingOptions(
    add('serve', 'Run the server only', async (options) =>
      (await import('./serve.js')).serve(settingsOf(options)),
    ),
    ['server'],
  )
  addSettingOptions(
    add('down', 'Remove the namespaces, links and rules that "up" made', async (options) =>
      (await import('./down.js')).down(settingsOf(options)),
    ),
    ['data', 'uplinkNetns'],
  )
}

function addStatus(add: Add): void {
  addSettingOptions(
    add('status', 'Show the endpoint, the revision and what each data plane has applied', async (options) =>
      (await import('./status.js')).status(settingsOf(options), options['json'] === true),
    ),
    ['data'],
  ).option('--json', 'print JSON')
  addHits(add)
  addDrops(add)
  addHistory(add)
  addCall(add)
}

function addHits(add: Add): void {
  const command = add('hits', 'Show how often each rule of a group decided a new flow', async (options) =>
    (await import('./hits.js')).hits(settingsOf(options), command.args[0] ?? '', options['json'] === true),
  )
  addSettingOptions(command, ['data']).argument('<group>', 'sg-...').option('--json', 'print JSON')
}

function addDrops(add: Add): void {
  addSettingOptions(
    add('drops', 'Show the flows that were denied lately, and what denied them', async (options) =>
      (await import('./drops.js')).drops(settingsOf(options), {
        instance: options['instance'] as string | undefined,
        follow: options['follow'] === true,
        json: options['json'] === true,
      }),
    ),
    ['data'],
  )
    .option('--instance <id>', 'only those that this instance denied')
    .option('--follow', 'go on with what is to come')
    .option('--json', 'print lines of JSON')
}

function addHistory(add: Add): void {
  const command = add('history', 'Show what changed, with who called, the newest first', async (options) =>
    (await import('./history.js')).history(settingsOf(options), command.args[0], options),
  )
  addSettingOptions(command, ['data'])
    .argument('[id]', 'of a group (with its rules, members and lists), list, interface or instance')
    .option('--limit <number>', 'so many revisions at most, default 50')
    .option('--before <revision>', 'only what is older than this revision')
    .option('--json', 'print JSON')
}

/** Everything after the action belongs to the API, whose parameters are not known here. */
function addCall(add: Add): void {
  const command = add(
    'call',
    'Make one signed API call to the running server and print the answer',
    async (options) => {
      const [action = '', ...words] = command.args
      return (await import('./call.js')).call(settingsOf(options), {
        action,
        words,
        query: options['query'] as string,
        product: options['product'] as string | undefined,
        accessKey: options['accessKey'] as string | undefined,
      })
    },
  )
  addSettingOptions(command, ['data', 'region'])
    .argument('<action>', 'for example CreateSecurityGroup')
    .argument('[parameters...]', 'as --Name value; RegionId is the region and Format JSON unless given')
    .option(
      '--access-key <id>',
      'sign with this key of any account; default the first of the default account',
    )
    .option('--product <name>', 'which product, for example Vpc, where several have the action')
    .option('--query <path>', 'print only this member, for example SecurityGroupId')
    .allowUnknownOption()
    .allowExcessArguments()
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
