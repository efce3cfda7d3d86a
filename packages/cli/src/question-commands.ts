import type { Command } from 'commander'
import { UserError } from '@sallyport/server'
import { addSettingOptions, settingsOf } from './setting-options.js'
import type { Style } from './explaining/texts.js'
import { sourceOptions, worldOptions } from './world/source-options.js'
import type { Source } from './world/source.js'

type Options = Record<string, unknown>
type Add = (name: string, summary: string, run: (options: Options) => Promise<number>) => Command

/** Adds the commands that answer questions about rules: of the running server, of a file, or of a live account. */
export function addQuestions(add: Add): void {
  addExplain(add)
  addReach(add)
  addDiff(add)
  addLint(add)
  addAssert(add)
}

/** The settings that questions have; of the rest, `--regions` of diff goes by the name of another setting. */
const settingsFrom = ({ config, data, region }: Options) => settingsOf({ config, data, region })

/** Opens where the rules come from, and says how answers are written. */
async function opened(options: Options): Promise<{ source: Source; style: Style }> {
  const { openSource, printNotes } = await import('./world/open-world.js')
  const source = await openSource(worldOptions(settingsFrom(options), options))
  printNotes(source.notes)
  return { source, style: await styleOf(options, source.names) }
}

async function styleOf(options: Options, names: ReadonlyMap<string, string>): Promise<Style> {
  const { localeOf } = await import('./explaining/locale.js')
  const { paintFor } = await import('./explaining/paint.js')
  return { locale: localeOf(options['lang']), paint: paintFor(), names }
}

/** The options that every question has. */
function addSource(command: Command): Command {
  for (const [flags, help] of sourceOptions) command.option(flags, help)
  return addSettingOptions(command, ['data', 'region'])
    .option('--lang <language>', 'en or zh; default from the environment')
    .option('--json', 'print JSON')
}

const addBudget = (command: Command): Command =>
  command.option(
    '--budget <seconds>',
    'most time for the question; beyond it the answer is "unknown". Default 10',
  )

const addFlow = (command: Command): Command =>
  command
    .option('--port <ports>', 'destination ports: 22, 80-90 or 22,443; default any')
    .option('--source-port <ports>', 'source ports; default any')

function addExplain(add: Add): void {
  addSource(
    add('explain', 'Say whether a flow passes and which rule decides', async (options) => {
      const { source, style } = await opened(options)
      return (await import('./explaining/explain.js')).explainCommand(source, options, style)
    })
      .requiredOption('--from <end>', 'where the flow starts: i-..., eni-... or an address')
      .requiredOption('--to <end>', 'where it goes: i-..., eni-... or an address')
      .requiredOption('--protocol <name>', 'tcp, udp, icmp, icmpv6, gre or an IANA number')
      .option('--port <number>', 'destination port')
      .option('--source-port <number>', 'source port')
      .option('--icmp-type <number>', 'ICMP or ICMPv6 type')
      .option('--direction <side>', 'only one side: egress (of the start) or ingress (of the end)'),
  )
}

function addReach(add: Add): void {
  const command: Command = add(
    'reach',
    'Say which flows pass between two ends, or who may reach one',
    async (options) => {
      const { source, style } = await opened(options)
      return (await import('./explaining/reach.js')).reachCommand(source, options, style)
    },
  )
    .option('--from <end>', 'i-..., eni-..., an address, a block or internet; without it: who may reach --to')
    .requiredOption('--to <end>', 'i-..., eni-..., an address, a block or internet')
    .option('--protocol <name>', 'tcp, udp, icmp, icmpv6, gre or an IANA number; default all')
  addBudget(addSource(addFlow(command)))
}

function addDiff(add: Add): void {
  const command: Command = add(
    'diff',
    'Say which flows open and close from one state to another',
    async (options) => {
      const [before, after] = command.args
      const [first, second] = await bothSides(options, before, after)
      const style = await styleOf(options, new Map([...first.names, ...second.names]))
      return (await import('./explaining/diff.js')).diffCommand(first, second, options, style)
    },
  )
    .argument('[before]', 'a world file; without --from')
    .argument('[after]', 'a world file; default the running server, or the account with --account')
    .option('--from <when>', 'the running server as it was: a revision or a time')
    .option('--to <when>', 'a later revision or time; default now')
    .option('--regions <number>', 'most sets of flows to list a direction; default 5')
  addBudget(addSource(command))
}

/** The two states that `diff` compares. */
async function bothSides(
  options: Options,
  before: string | undefined,
  after: string | undefined,
): Promise<readonly [Source, Source]> {
  const { openSource, printNotes } = await import('./world/open-world.js')
  const open = async (more: Options): Promise<Source> => {
    const source = await openSource(worldOptions(settingsFrom(options), { ...options, ...more }))
    printNotes(source.notes)
    return source
  }
  const from = options['from'] as string | undefined
  refuseStray(options, from)
  if ((from === undefined) === (before === undefined)) {
    throw new UserError(
      'one state to compare from is needed, and one only',
      'Give two world files, or --from with a revision or a time of the running server.',
    )
  }
  if (from !== undefined) {
    const at = options['to'] as string | undefined
    return [await open({ at: from }), await open({ at })]
  }
  return [await open({ file: before, account: undefined }), await open({ file: after })]
}

/** What `diff` shares with the other questions and has a form of its own for is refused, never passed over. */
function refuseStray({ file, at, to }: Options, from: string | undefined): void {
  if (file !== undefined) {
    throw new UserError(
      'diff has no --file',
      'Give the files as arguments: sallyport diff before.yaml after.yaml.',
    )
  }
  if (at !== undefined) {
    throw new UserError('diff has no --at', 'Give --from and --to, each a revision or a time.')
  }
  if (to !== undefined && from === undefined) {
    throw new UserError('--to is given without --from', 'Give --from with an earlier revision or time.')
  }
}

function addLint(add: Add): void {
  const command: Command = add(
    'lint',
    'Find dead, redundant, contradictory and risky rules',
    async (options) => {
      const { source, style } = await opened(options)
      return (await import('./explaining/lint.js')).lintCommand(source, options, style)
    },
  )
    .option('--fail-on <severity>', 'exit code 1 from this severity on: error, warning or note', 'warning')
    .option('--sarif', 'print SARIF 2.1.0')
  addBudget(addSource(command))
}

function addAssert(add: Add): void {
  const command: Command = add(
    'assert',
    'Check that what must pass passes and what must not does not',
    async (options) => {
      const { source, style } = await opened(options)
      const [file = ''] = command.args
      return (await import('./explaining/assert.js')).assertCommand(source, file, options, style)
    },
  ).argument('<statements>', 'a YAML file of statements')
  addBudget(addSource(command))
}
