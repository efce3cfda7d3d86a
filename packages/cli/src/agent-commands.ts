import type { Command } from 'commander'
import { exitCodeHelp } from './exit-codes.js'
import { addSettingOptions, settingsOf } from './setting-options.js'

type Options = Readonly<Record<string, unknown>>
type Run = (running: Promise<number>) => Promise<void>

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const flagsOf = (options: Options) => ({
  server: text(options['server']),
  ca: text(options['ca']),
  tokenFile: text(options['tokenFile']),
  state: text(options['state']),
  mark: text(options['mark']),
  host: text(options['host']),
  metricsPort: text(options['metricsPort']),
  metricsHost: text(options['metricsHost']),
})

/** Adds `agent`, `agent install`, `agent remove`, `agent-token ...` and `exec`. */
export function addAgentCommands(root: Command, run: Run): void {
  addAgent(root, run)
  addTokens(root, run)
  addExec(root, run)
}

const described = (command: Command, summary: string): Command =>
  command.description(summary).allowExcessArguments(false).exitOverride().addHelpText('after', exitCodeHelp)

function addAgent(root: Command, run: Run): void {
  const agent = described(root.command('agent'), 'Enforce what a server says, on this host or another')
  addSettingOptions(agent, ['data', 'uplinkNetns', 'uplinkRoutes', 'keepTracked', 'boundOnly', 'logLevel'])
    .option('--server <url>', 'its admin listener, or unix:/PATH; default the server of the data folder')
    .option('--ca <file>', "certificates (PEM) to trust for https, instead of the system's")
    .option('--token-file <file>', 'file with the token of this host (or env SALLYPORT_AGENT_TOKEN)')
    .option('--state <folder>', 'keeps the last known state; default /var/lib/sallyport/agent')
    .option('--mark <hex>', 'what all that it makes carries; default derived from the state folder')
    .option('--host <name>', 'its name in reports; default the name of the host')
    .option('--metrics-port <port>', 'serves /metrics (Prometheus) and /v1/health of the agent there')
    .option('--metrics-host <address>', 'listens here for that; default 127.0.0.1')
    .option('--once', 'put the last known state in force, without a server, and end')
    .action((options: Options) =>
      run(
        import('./agent.js').then((module) =>
          module.agent(settingsOf(options), { ...flagsOf(options), once: options['once'] === true }),
        ),
      ),
    )
  const install = described(agent.command('install'), 'Write a systemd unit for the agent')
    .option('--print', 'print it instead')
    .option('--unit <file>', 'write it here; default /etc/systemd/system/sallyport-agent.service')
  install.action(() => run(installed(install.optsWithGlobals())))
  const remove = described(
    agent.command('remove'),
    'Remove what an agent made on this host, and what it kept: give --state, --mark and --uplink-netns as it had them',
  )
  remove.action(() => run(removed(remove.optsWithGlobals())))
}

async function removed(options: Options): Promise<number> {
  return (await import('./agent-remove.js')).removeAgent(settingsOf(options), flagsOf(options))
}

async function installed(options: Options): Promise<number> {
  return (await import('./agent-install.js')).installAgent({
    ...flagsOf(options),
    settings: settingsOf(options),
    unit: text(options['unit']),
    print: options['print'] === true,
  })
}

function addTokens(root: Command, run: Run): void {
  const tokens = described(root.command('agent-token'), 'Tokens with which agents of other hosts follow')
  addSettingOptions(tokens, ['data'])
  const load = () => import('./agent-token.js')
  const add = described(tokens.command('add <host>'), 'Make the token of a host and print it, once')
  add.action((host: string) =>
    run(load().then(({ addAgentToken }) => addAgentToken(settingsOf(add.optsWithGlobals()), host))),
  )
  const list = described(tokens.command('list'), 'List the hosts that have a token')
  list.action(() =>
    run(load().then(({ listAgentTokens }) => listAgentTokens(settingsOf(list.optsWithGlobals())))),
  )
  const remove = described(tokens.command('remove <host>'), 'Remove the token of a host, cutting it off')
  remove.action((host: string) =>
    run(load().then(({ removeAgentToken }) => removeAgentToken(settingsOf(remove.optsWithGlobals()), host))),
  )
}

function addExec(root: Command, run: Run): void {
  // What stands after the instance is the command's, options and all.
  root
    .enablePositionalOptions()
    .command('exec')
    .description('Run a command inside a running instance; the exit code is its own')
    .exitOverride()
    .addHelpText('after', exitCodeHelp)
    .argument('<instance>', 'id of the instance')
    .argument('<command...>', 'after --')
    .passThroughOptions()
    .action((instance: string, command: readonly string[]) =>
      run(import('./exec.js').then(({ exec }) => exec(instance, command))),
    )
}
