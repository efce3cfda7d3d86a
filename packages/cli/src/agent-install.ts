import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '@sallyport/server'
import { UserError, settingRows } from '@sallyport/server'
import { markIn } from './agent.js'
import { metricsPlace } from './agent-listener.js'
import { exitCodes } from './exit-codes.js'

const UNIT = '/etc/systemd/system/sallyport-agent.service'
const template = fileURLToPath(new URL('../systemd/sallyport-agent.service', import.meta.url))
const command = fileURLToPath(new URL('../bin/sallyport.js', import.meta.url))

/** Settings that the agent has, too. */
const PASSED = ['uplinkNetns', 'uplinkRoutes', 'keepTracked', 'boundOnly', 'logLevel'] as const

/** What the unit passes on to the agent, as its flags. */
export interface InstallFlags {
  readonly server?: string | undefined
  readonly ca?: string | undefined
  readonly tokenFile?: string | undefined
  readonly state?: string | undefined
  readonly host?: string | undefined
  readonly mark?: string | undefined
  readonly metricsPort?: string | undefined
  readonly metricsHost?: string | undefined
  /** Those that were given, by a flag, in the environment or in a file: the unit reads neither of the latter. */
  readonly settings?: Pick<Settings, (typeof PASSED)[number] | 'sources'>
  readonly print: boolean
  /** Where the unit is written; for tests and other roots. */
  readonly unit?: string | undefined
}

/** A word of a command as systemd reads it: as a path, its variables doubled, too (systemd.service(5)). */
const quoted = (word: string): string => pathText(word).replaceAll('$', '$$$$')

/** A path as systemd reads it: in quotes, its specifiers doubled (systemd.unit(5)). */
function pathText(word: string): string {
  if (/[\0-\x1f]/.test(word)) {
    throw new UserError(`${JSON.stringify(word)} cannot be in a unit`, 'Use words without line breaks.')
  }
  return `"${word.replaceAll(/[\\"]/g, '\\$&').replaceAll('%', '%%')}"`
}

const flagOf = (name: (typeof PASSED)[number]): string =>
  settingRows.find((row) => row.name === name)?.flag ?? ''

function settingText({ settings }: InstallFlags, name: (typeof PASSED)[number]): string | undefined {
  if (!settings || settings.sources[name] === 'default' || settings[name] === null) return undefined
  return String(settings[name])
}

/** What the agent would refuse is refused here, where somebody reads it. */
function refuseMalformed({ mark, metricsPort, metricsHost }: InstallFlags): void {
  if (mark !== undefined) markIn({ mark }, '')
  if (metricsPort !== undefined) metricsPlace(metricsPort, metricsHost ?? '127.0.0.1')
}

/** The unit for this installation and these flags. */
export function unitText(flags: InstallFlags): string {
  const { server, ca, tokenFile, state, host, mark, metricsPort, metricsHost } = flags
  if (server === undefined || tokenFile === undefined) {
    throw new UserError(
      'the unit needs a server and a file with the token for it',
      'Give --server URL and --token-file FILE; "sallyport agent-token add HOST" makes the token.',
    )
  }
  const flag = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [name, value]
  refuseMalformed(flags)
  const place = [
    ...flag('--state', state && resolve(state)),
    ...flag('--mark', mark),
    ...PASSED.flatMap((name) => flag(flagOf(name), settingText(flags, name))),
    ...['--config', 'none'],
  ]
  const remote = [
    ...flag('--server', server),
    ...flag('--ca', ca && resolve(ca)),
    ...flag('--token-file', tokenFile && resolve(tokenFile)),
    ...flag('--host', host),
    ...flag('--metrics-port', metricsPort),
    ...flag('--metrics-host', metricsHost),
  ]
  const line = (words: readonly string[]): string =>
    [process.execPath, command, 'agent', ...words].map(quoted).join(' ')
  return readFileSync(template, 'utf8')
    .replace(/^RequiresMountsFor=.*$/m, (all) => (state ? `${all} ${pathText(resolve(state))}` : all))
    .replace(/^CapabilityBoundingSet=.*$/m, (all) =>
      // The socket of a server on this host belongs to the server's user.
      server.startsWith('unix:') ? `${all} CAP_DAC_OVERRIDE` : all,
    )
    .replace(/^(ExecStartPre=-).*$/m, (_, start: string) => start + line(['--once', ...place]))
    .replace(/^(ExecStart=).*$/m, (_, start: string) => start + line([...remote, ...place]))
}

/** Writes the unit. A file that "install" did not write is left alone. */
export function installAgent(flags: InstallFlags): number {
  const text = unitText(flags)
  if (flags.print) {
    process.stdout.write(text)
    return exitCodes.ok
  }
  const unit = flags.unit ?? UNIT
  const mark = text.split('\n', 1)[0] ?? ''
  if (existsSync(unit) && !readFileSync(unit, 'utf8').startsWith(`${mark}\n`)) {
    throw new UserError(`${unit} was not written by this command`, 'Move it away, or use --print.')
  }
  try {
    mkdirSync(dirname(unit), { recursive: true })
    writeFileSync(`${unit}.new`, text, { mode: 0o644 })
    renameSync(`${unit}.new`, unit)
  } catch (error) {
    throw new UserError(`cannot write ${unit}: ${(error as Error).message}`, 'Run as root, or use --print.')
  }
  process.stdout.write(
    `wrote ${unit}\nNow: systemctl daemon-reload && systemctl enable --now sallyport-agent\n`,
  )
  return exitCodes.ok
}
