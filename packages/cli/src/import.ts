import type { SeedDocument, SeededResource, Settings } from '@sallyport/server'
import { UserError } from '@sallyport/server'
import { columns } from './columns.js'
import { connectControl, Refused } from './control-client.js'
import { exitCodes } from './exit-codes.js'
import { documentText } from './world/document-text.js'
import { factsDocument } from './world/facts-document.js'
import { printNotes, readLive } from './world/open-world.js'
import { writeOutput } from './write-output.js'

/** What `import` was asked for beside the settings. */
export interface ImportOptions {
  readonly endpoint: string | undefined
  /** A file instead of the running server. */
  readonly output: string | undefined
  readonly json: boolean
}

/**
 * Copies what a live account holds in a region: to a document in a new file, with its ids, or into the running server,
 * which gives ids of its own and makes what it does not have by name. The account is only read.
 */
export async function importAccount(settings: Settings, options: ImportOptions): Promise<number> {
  const { endpoint, output, json } = options
  if (output === undefined) connectControl(settings.data)
  const { snapshot, details, notes } = await readLive(settings.region, endpoint, true)
  const written = factsDocument(snapshot, details)
  if (output !== undefined) {
    await writeOutput(output, documentText(written.document))
    printNotes([...notes, ...written.notes])
    return exitCodes.ok
  }
  const { document, notes: left } = withoutUnknown(written.document)
  const resources = await seedServer(settings.data, document)
  process.stdout.write(
    json ? `${JSON.stringify(resources, null, 2)}\n` : resourcesText(resources, idsOf(document)),
  )
  printNotes([...notes, ...written.notes, ...left])
  return exitCodes.ok
}

async function seedServer(data: string, document: SeedDocument): Promise<readonly SeededResource[]> {
  try {
    const answer = await connectControl(data)('POST', '/v1/seed', document)
    return (answer as { resources: readonly SeededResource[] }).resources
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    throw new UserError(
      error.message,
      'Nothing was changed. Write the account to a file with --output, correct it and "sallyport seed" it.',
    )
  }
}

type Groups = NonNullable<NonNullable<SeedDocument['accounts'][number]['vpcs']>[number]['groups']>
type Rules = NonNullable<Groups[number]['ingress']> | NonNullable<Groups[number]['egress']>

/** A server has only what is copied to it: rules that name other things by id are left out. */
function withoutUnknown(document: SeedDocument): { document: SeedDocument; notes: string[] } {
  const notes: string[] = []
  const known = <R extends Rules[number]>(rules: readonly R[] | undefined, group: string): R[] | undefined =>
    rules?.filter((rule) => {
      const peer = 'from' in rule ? rule.from : rule.to
      const byId = typeof peer === 'object' && ('groupId' in peer || 'prefixListId' in peer)
      const listed = typeof rule.ports === 'object' && 'listId' in rule.ports
      if (byId || listed)
        notes.push(`rule ${rule.id ?? ''} of ${group} is left out: it names what is not copied`)
      return !byId && !listed
    })
  const accounts = document.accounts.map((part) => ({
    ...part,
    vpcs: (part.vpcs ?? []).map((vpc) => ({
      ...vpc,
      groups: (vpc.groups ?? []).map(({ ingress, egress, ...group }) => ({
        ...group,
        ingress: known(ingress, group.name) ?? [],
        egress: known(egress, group.name) ?? [],
      })),
    })),
  }))
  return { document: { accounts }, notes }
}

/** The ids in the document by kind and name, as the server tells of what it made. */
function idsOf({ accounts }: SeedDocument): ReadonlyMap<string, string> {
  const ids = new Map<string, string>()
  const note = (
    kind: string,
    place: string,
    parts: readonly { name: string; id?: string | undefined }[] | undefined,
  ) => {
    for (const { name, id } of parts ?? []) ids.set(`${kind} ${place}${name}`, id ?? name)
  }
  for (const { prefixLists, portLists, vpcs } of accounts) {
    note('prefix-list', '', prefixLists)
    note('port-list', '', portLists)
    for (const vpc of vpcs ?? []) {
      if (!('name' in vpc)) continue
      note('vpc', '', [vpc])
      note('vswitch', `${vpc.name}/`, vpc.vswitches)
      note('group', `${vpc.name}/`, vpc.groups)
      note('instance', `${vpc.name}/`, vpc.instances)
      note('interface', `${vpc.name}/`, vpc.interfaces)
    }
  }
  return ids
}

const resourcesText = (resources: readonly SeededResource[], ids: ReadonlyMap<string, string>): string =>
  columns(
    resources.map(({ kind, name, id, created }) => [
      ...[created ? 'made' : 'there', kind, name, ids.get(`${kind} ${name}`) ?? '', '->', id],
    ]),
  )
