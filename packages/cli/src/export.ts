import { snapshotOf } from '@sallyport/engine'
import { UserError } from '@sallyport/server'
import { exitCodes } from './exit-codes.js'
import { terraformText } from './terraform/configuration.js'
import { writeOutput } from './write-output.js'
import { type Details, noDetails } from './world/details.js'
import { documentText } from './world/document-text.js'
import { factsDocument } from './world/facts-document.js'
import { openSource, printNotes, readLive, type WorldOptions } from './world/open-world.js'

/** Writes the world of a source as a document (`yaml`) or as Terraform configuration, to a new file or standard output. */
export async function exportWorld(
  options: WorldOptions,
  format: { readonly yaml: boolean; readonly terraform: boolean; readonly output: string | undefined },
): Promise<number> {
  if (format.yaml === format.terraform) {
    throw new UserError(
      format.yaml ? '--yaml and --terraform are both given' : 'no format is given',
      'Give --yaml for a document or --terraform for Terraform configuration.',
    )
  }
  const { snapshot, details, notes } = await readWhole(options)
  const written = format.yaml ? yamlOf(snapshot, details) : terraformText(snapshot, details)
  await writeOutput(format.output, written.text)
  printNotes([...notes, ...written.notes])
  return exitCodes.ok
}

function yamlOf(...facts: Parameters<typeof factsDocument>): { text: string; notes: readonly string[] } {
  const { document, notes } = factsDocument(...facts)
  return { text: documentText(document), notes }
}

/** The facts of a source, of a live account with all that it says beside them. */
async function readWhole(options: WorldOptions) {
  if (options.account === true) {
    if (options.file === undefined && options.at === undefined) {
      return readLive(options.settings.region, options.endpoint, true)
    }
  }
  const { world, names, notes } = await openSource(options)
  const own = new Map([...names].map(([id, name]) => [id, name.split('/').at(-1) ?? name]))
  const details: Details = { ...noDetails, names: own }
  return { snapshot: snapshotOf(world), details, notes }
}
