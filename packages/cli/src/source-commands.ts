import { UserError } from '@sallyport/server'
import type { Command } from 'commander'
import { exitCodeHelp } from './exit-codes.js'
import { addSettingOptions, settingsOf } from './setting-options.js'
import { sourceOptions, worldOptions } from './world/source-options.js'

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** How a plan is printed. Throws a `UserError`. */
function formOf({ json, markdown }: Readonly<Record<string, unknown>>): 'text' | 'markdown' | 'json' {
  if (json === true && markdown === true) {
    throw new UserError('--markdown and --json are both given', 'Give one of them.')
  }
  return json === true ? 'json' : markdown === true ? 'markdown' : 'text'
}

/** Adds the commands that carry worlds from one place to another; `run` takes what becomes the exit code. */
export function addSourceCommands(root: Command, run: (code: Promise<number>) => Promise<void>): void {
  const add = (words: string, summary: string): Command =>
    root
      .command(words)
      .description(summary)
      .allowExcessArguments(false)
      .exitOverride()
      .addHelpText('after', exitCodeHelp)

  addSettingOptions(
    add('import', 'Copy a live account into the running server or a file; the account is only read'),
    ['data', 'region'],
  )
    .option('--endpoint <url>', 'where the account is; default the public addresses of the region')
    .option(
      '--output <file>',
      'write a world file (docs/world-files.md) that is not there yet; - for standard output',
    )
    .option('--json', 'print what the server made as JSON')
    .action((options: Readonly<Record<string, unknown>>) =>
      run(
        import('./import.js').then(({ importAccount }) =>
          importAccount(settingsOf(options), {
            endpoint: text(options['endpoint']),
            output: text(options['output']),
            json: options['json'] === true,
          }),
        ),
      ),
    )

  const exporting = add('export', 'Write groups, rules, lists and interfaces as a document or for Terraform')
    .option('--yaml', 'a document: a world file that "seed" also takes')
    .option('--terraform', 'configuration for the provider aliyun/alicloud')
    .option('--output <file>', 'a file that is not there yet; default standard output')
  for (const [flags, help] of sourceOptions) exporting.option(flags, help)
  addSettingOptions(exporting, ['data', 'region']).action((options: Readonly<Record<string, unknown>>) =>
    run(
      import('./export.js').then(({ exportWorld }) =>
        exportWorld(worldOptions(settingsOf(options), options), {
          yaml: options['yaml'] === true,
          terraform: options['terraform'] === true,
          output: text(options['output']),
        }),
      ),
    ),
  )

  add(
    'plan [before] [after]',
    'Say what a change opens, closes and makes dead: of two world files or of Terraform',
  )
    .option('--terraform <file>', 'what "terraform show -json" wrote of a plan, - for standard input')
    .option('--markdown', 'print a comment for a pull request')
    .option('--json', 'print JSON')
    .option('--budget <seconds>', 'most time; beyond it the answer is "unknown". Default 10')
    .option('--lang <language>', 'en or zh; default from the environment')
    .action(
      (before: string | undefined, after: string | undefined, options: Readonly<Record<string, unknown>>) =>
        run(
          Promise.all([
            import('./plan/plan.js'),
            import('./explaining/locale.js'),
            import('./explaining/paint.js'),
          ]).then(([{ planCommand }, { localeOf }, { paintFor }]) =>
            planCommand(
              {
                ...{ before, after, terraform: text(options['terraform']), budget: options['budget'] },
                form: formOf(options),
              },
              (names) => ({ locale: localeOf(options['lang']), paint: paintFor(), names }),
            ),
          ),
        ),
    )
}
