import type { Settings } from '@sallyport/server'
import type { Command } from 'commander'
import { exitCodeHelp } from './exit-codes.js'
import { addSettingOptions, settingsOf } from './setting-options.js'

type Options = Readonly<Record<string, unknown>>
type Flags = readonly (readonly [flags: string, text: string])[]

/** A command with its arguments, `snapshot save <name>`. */
interface TestCommand {
  readonly words: string
  readonly summary: string
  readonly options?: Flags
  /** Runs without a word after the outer command. */
  readonly isDefault?: true
  readonly run: (
    settings: Settings,
    args: readonly (string | undefined)[],
    options: Options,
  ) => Promise<number>
}

const groups: Readonly<Record<string, string>> = {
  snapshot: 'Keep states of the server under names',
  time: 'Show or move the clock of operations; signatures never go by it',
  fault: 'Let calls fail',
  audit: 'Count what a group drops instead of dropping it; export or clear the recorded calls',
}

const state = () => import('./state-commands.js')
const clock = () => import('./clock-commands.js')
const faults = () => import('./fault-commands.js')
const audit = () => import('./group-audit.js')
const log = () => import('./call-log.js')
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const faultOptions: Flags = [
  ['--code <code>', 'answer this error'],
  ['--status <number>', 'with this HTTP status; default that of the code'],
  ['--message <text>', 'and this text; default that of the code'],
  ['--throttle [duration]', 'answer 400 Throttling.User; clients are told to wait so long, default 1s'],
  ['--drop <when>', 'close the connection without an answer, before or after the call has taken effect'],
  ['--latency <duration>', 'wait first, for example 500ms'],
  ['--count <number>', 'only so many times'],
  ['--probability <number>', 'only so likely, above 0 and at most 1'],
  ['--seed <number>', 'the same seed makes the same choices'],
  ['--account <id>', 'only calls of this account'],
]

const filterOptions: Flags = [
  ['--operation <name>', 'only calls of this operation'],
  ['--account <id>', 'only calls of this account'],
  ['--access-key <id>', 'only calls with this access key'],
  ['--region-id <id>', 'only calls for this region'],
  ['--request-id <id>', 'only the call of this request id'],
  ['--code <code>', 'only calls answered with this error code'],
  ['--status <number>', 'only calls answered with this HTTP status'],
  ['--result <result>', 'only ok, refused or unanswered ones'],
  ['--since <time>', 'only calls that arrived at this time (ISO 8601) or later'],
  ['--until <time>', 'only calls that arrived before this time'],
]

const commands: readonly TestCommand[] = [
  {
    words: 'reset',
    summary: 'Leave every account as it was when it was new; keys stay',
    options: [['--account <id>', 'only this account']],
    run: async (settings, _, options) => (await state()).reset(settings, text(options['account'])),
  },
  {
    words: 'snapshot save <name>',
    summary: 'Keep the state under a name',
    run: async (settings, [name = '']) => (await state()).saveSnapshot(settings, name),
  },
  {
    words: 'snapshot list',
    summary: 'List the snapshots',
    run: async (settings) => (await state()).listSnapshots(settings),
  },
  {
    words: 'snapshot delete <name>',
    summary: 'Delete a snapshot',
    run: async (settings, [name = '']) => (await state()).deleteSnapshot(settings, name),
  },
  {
    words: 'snapshot export <name> <file>',
    summary: 'Write a snapshot to a file, to be imported elsewhere',
    run: async (settings, [name = '', file = '']) => (await state()).exportSnapshot(settings, name, file),
  },
  {
    words: 'snapshot import <name> <file>',
    summary: 'Keep the state of a file under a name',
    run: async (settings, [name = '', file = '']) => (await state()).importSnapshot(settings, name, file),
  },
  {
    words: 'restore <name>',
    summary: 'Put the state of a snapshot in the place of the present one',
    run: async (settings, [name = '']) => (await state()).restore(settings, name),
  },
  {
    words: 'seed <file>',
    summary: 'Make what a YAML file names and the server does not have',
    options: [['--json', 'print JSON']],
    run: async (settings, [file = ''], options) =>
      (await import('./seed.js')).seed(settings, file, options['json'] === true),
  },
  {
    ...{ words: 'time show', summary: 'Show the clock', isDefault: true },
    run: async (settings) => (await clock()).time(settings),
  },
  {
    words: 'time freeze [time]',
    summary: 'Let the clock stand, at a time (ISO 8601) or as it is',
    run: async (settings, [at]) => (await clock()).time(settings, { freeze: at ?? true }),
  },
  {
    words: 'time advance <duration>',
    summary: 'Put the clock forward, for example by 25h',
    run: async (settings, [by = '']) => (await clock()).time(settings, { advance: by }),
  },
  {
    words: 'time release',
    summary: 'Let the clock show the real time again',
    run: async (settings) => (await clock()).time(settings, { release: true }),
  },
  {
    words: 'fault add <operation>',
    summary: 'Let calls of an operation (* for all) fail',
    options: faultOptions,
    run: async (settings, [operation = ''], options) =>
      (await faults()).addFault(settings, operation, options),
  },
  {
    words: 'fault list',
    summary: 'List the faults and how often each fired',
    run: async (settings) => (await faults()).listFaults(settings),
  },
  {
    words: 'fault clear [id]',
    summary: 'Clear one fault, or all',
    run: async (settings, [id]) => (await faults()).clearFaults(settings, id),
  },
  {
    words: 'calls',
    summary: 'List recorded calls, the latest last',
    options: [
      ...filterOptions,
      ['--limit <number>', 'at most so many; default 100'],
      ['--wait <count>', 'wait until so many fit'],
      ['--timeout <seconds>', 'how long to wait; default 10'],
      ['--json', 'print lines of JSON'],
    ],
    run: async (settings, _, options) => (await log()).calls(settings, options),
  },
  {
    words: 'audit set <group> <state>',
    summary: 'Count what a group drops instead of dropping it (on), or drop it again (off)',
    isDefault: true,
    run: async (settings, [group = '', state = '']) => (await audit()).setAudit(settings, group, state),
  },
  {
    words: 'audit list',
    summary: 'List the groups whose drops are only counted',
    run: async (settings) => (await audit()).listAudit(settings),
  },
  {
    words: 'audit export [file]',
    summary: 'Write the recorded calls as lines of JSON, to a new file or standard output',
    options: filterOptions,
    run: async (settings, [file], options) => (await log()).exportCalls(settings, file, options),
  },
  {
    words: 'audit clear',
    summary: 'Forget every recorded call',
    run: async (settings) => (await log()).clearCalls(settings),
  },
]

/** Adds the commands that tests use to the program; `run` takes what becomes the exit code. */
export function addTestCommands(root: Command, run: (code: Promise<number>) => Promise<void>): void {
  const outer = new Map<string, Command>()
  const outerOf = (name: string): Command => {
    const known = outer.get(name)
    if (known) return known
    const made = root
      .command(name)
      .description(groups[name] ?? '')
      .exitOverride()
    outer.set(name, made)
    return made
  }
  for (const declared of commands) {
    const [first = '', ...rest] = declared.words.split(' ')
    const command =
      first in groups
        ? outerOf(first).command(rest.join(' '), { isDefault: declared.isDefault === true })
        : root.command(declared.words)
    command.description(declared.summary).exitOverride().addHelpText('after', exitCodeHelp)
    for (const [flags, help] of declared.options ?? []) command.option(flags, help)
    addSettingOptions(command, ['data'])
    command.action((...received: unknown[]) => {
      const options = (received.at(-1) as Command).opts()
      return run(declared.run(settingsOf(options), (received.at(-1) as Command).args, options))
    })
  }
}
