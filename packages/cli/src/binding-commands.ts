import type { Command } from 'commander'
import type { AgentPlace } from './bindings.js'
import { exitCodeHelp } from './exit-codes.js'
import { addSettingOptions, settingsOf } from './setting-options.js'

type Options = Readonly<Record<string, unknown>>
type Run = (running: Promise<number>) => Promise<void>

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const placeOf = (options: Options): AgentPlace => ({
  settings: settingsOf(options),
  state: text(options['state']),
})

const load = () => import('./bindings.js')

/** Adds a command that speaks to the agent of this host. */
function toAgent(root: Command, name: string, summary: string): Command {
  const command = root
    .command(name)
    .description(summary)
    .allowExcessArguments(false)
    .exitOverride()
    .addHelpText('after', exitCodeHelp)
  return addSettingOptions(command, ['data']).option(
    '--state <folder>',
    'the state folder of the agent; default that of "up" on the data folder, else /var/lib/sallyport/agent',
  )
}

/** Adds `bind`, `unbind`, `confirm` and `bindings`. */
export function addBindingCommands(root: Command, run: Run): void {
  toAgent(root, 'bind <interface>', 'Enforce the groups of an interface on a link of your own')
    .requiredOption('--link <name>', 'the link that leads to it: a tap, the host end of a veth pair')
    .option('--netns <name>', 'the network namespace of the link; default that of the agent')
    .option('--mac <address>', "the MAC of what is at the other end, where it is not the interface's")
    .option('--host', 'the link is the interface itself: protect this machine, or the namespace, from inside')
    .option('--confirm-within <time>', 'undo it after this time, 60s or 5m, unless "sallyport confirm" comes')
    .action((id: string, options: Options) =>
      run(
        load().then(({ bind }) =>
          bind(placeOf(options), id, {
            link: text(options['link']) ?? '',
            netns: text(options['netns']),
            host: options['host'] === true,
            mac: text(options['mac']),
            confirmWithin: text(options['confirmWithin']),
          }),
        ),
      ),
    )
  toAgent(root, 'unbind <interface>', 'Take a binding back; the link is as it was before').action(
    (id: string, options: Options) => run(load().then(({ unbind }) => unbind(placeOf(options), id))),
  )
  toAgent(root, 'confirm <interface>', 'Keep a binding that was made with --confirm-within').action(
    (id: string, options: Options) => run(load().then(({ confirm }) => confirm(placeOf(options), id))),
  )
  toAgent(root, 'bindings', 'List the links that are bound on this host')
    .option('--json', 'print JSON')
    .action((options: Options) =>
      run(load().then(({ bindings }) => bindings(placeOf(options), options['json'] === true))),
    )
}
