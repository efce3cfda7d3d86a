import { UserError } from '@sallyport/server'
import { CommanderError } from 'commander'
import { exitCodes } from './exit-codes.js'
import { program } from './program.js'

async function run(): Promise<number> {
  // A reader that leaves early (`sallyport status | head -1`) is no failure.
  process.stdout.on('error', () => undefined)
  try {
    return await program(process.argv)
  } catch (error) {
    return report(error)
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.refused
  if (error instanceof UserError) {
    process.stderr.write(`sallyport: ${error.message}\n${error.hint}\n`)
    return exitCodes.refused
  }
  process.stderr.write(
    `sallyport: unexpected failure\n${error instanceof Error ? error.stack : String(error)}\n`,
  )
  return exitCodes.defect
}

/** Output to a pipe may still be under way, and `process.exit` would cut it off. */
const flush = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => void (stream.writable ? stream.write('', () => resolve()) : resolve()))

const code = await run()
await Promise.all([flush(process.stdout), flush(process.stderr)])
process.exit(code)
